import { createHash } from 'node:crypto'
import { applyChanges, free, init, load, merge, save } from '@automerge/automerge'
import type { Doc, DocumentId } from '@automerge/automerge-repo'
import { createBase58check } from '@scure/base'
import type { DocumentKey } from '../core/input.ts'
import { utf8 } from '../crypto/bytes.ts'
import { keyedDigest } from '../crypto/digest.ts'
import { chunkStore } from './automerge-storage.ts'
import { number, optional } from './cell.ts'
import type { Database } from './database.ts'
import { documentShelf, isComplete } from './document-shelf.ts'
import type { Note } from './note.ts'
import type { Sealing } from './sealing.ts'

/**
 * A cache of Automerge documents, made of what the core accepted and made again by it when lost: every failure ends in
 * `undefined` and a note. It may lag behind what was kept when the process is killed, and is then consistent but older.
 */
export type Documents = {
  /** the saved bytes of the cached document; `undefined` when absent, damaged or empty */
  open(key: DocumentKey): Promise<Uint8Array | undefined>
  /** adds accepted changes, or with `anew` puts them (changes or saved documents) in place of what was there */
  keep(key: DocumentKey, changes: readonly Uint8Array[], anew: boolean): void
  flush(): Promise<void>
  close(): Promise<void>
}

/** `secret` hides which documents they are in the ids: automerge-repo treats an id as leave to read. */
export function openDocuments(database: Database, sealing: Sealing, secret: Uint8Array, note: Note): Documents {
  const chunks = chunkStore(database, sealing)
  const shelf = documentShelf(database, chunks, note)
  const names = documentNames(database, secret)
  let isClosed = false
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()

  /**
   * One after the other: a document must not be let go of between its loading and its change. What was changed is saved
   * when nothing more waits.
   */
  function enqueue<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    waiting += 1
    const result = last.then(async () => {
      waiting -= 1
      try {
        return isClosed ? undefined : await work()
      } catch (error) {
        note(`the document cache failed to ${what}`, { error: String(error) })
        return undefined
      }
    })
    last = result.then(() => (waiting === 0 ? flushed() : undefined))
    return result
  }

  async function flushed(): Promise<void> {
    try {
      await shelf.flush()
    } catch (error) {
      note('the document cache failed to save', { error: String(error) })
    }
  }

  /** From here on the key names another document: what replaces one must never be merged with it. */
  async function renew(key: DocumentKey): Promise<void> {
    const old = names.id(key)
    if (!shelf.has(old)) return
    database.atomically(() => {
      names.renew(key)
      chunks.discard([old])
    })
    await shelf.discard(old)
  }

  async function apply(key: DocumentKey, changes: readonly Uint8Array[], anew: boolean): Promise<void> {
    if (anew) await renew(key)
    if (changes.length === 0) return
    const id = names.id(key)
    try {
      const known = await shelf.load(id)
      const doc = known ? shelf.change(id, (before) => withChanges(before, changes)) : withChanges(init(), changes)
      if (!isComplete(doc)) throw new Error('changes are missing before these')
      if (known) return
      await shelf.create(id, save(doc))
      free(doc)
    } catch (error) {
      await renew(key)
      throw error
    }
  }

  return {
    open: (key) =>
      enqueue('open', async () => {
        const doc = await shelf.load(names.id(key))
        const saved = doc && save(doc)
        await shelf.trim()
        return saved
      }),
    keep: (key, changes, anew) =>
      void enqueue('keep', async () => {
        await apply(key, changes, anew)
        await shelf.trim()
      }),
    flush: () => enqueue('flush', flushed),
    async close() {
      await enqueue('flush', flushed)
      isClosed = true
    },
  }
}

/** Which document a key stands for: a later one each time it was replaced. */
function documentNames(database: Database, secret: Uint8Array) {
  const generationOf = database.statement('SELECT generation FROM documents WHERE key = ?')
  const setGeneration = database.statement('INSERT OR REPLACE INTO documents (key, generation) VALUES (?, ?)')
  const generation = (key: DocumentKey) => optional(generationOf.one(key), (row) => number(row, 0)) ?? 0
  return {
    id: (key: DocumentKey) => documentId(keyedDigest(secret, utf8(`${key}/${generation(key)}`))),
    renew: (key: DocumentKey) => setGeneration.run(key, generation(key) + 1),
  }
}

const base58check = createBase58check((bytes: Uint8Array) => createHash('sha256').update(bytes).digest())

/** As automerge-repo writes an id: 16 bytes in base58check. */
function documentId(digest: Uint8Array): DocumentId {
  return base58check.encode(digest.subarray(0, 16)) as DocumentId
}

/** In the chunk header: 4 bytes magic, 4 bytes checksum, then 0 for a whole document (automerge.org/automerge-binary-format-spec). */
const documentType = 0

/** Throws on anything that is not whole; `loadIncremental` would stop there in silence. */
function withChanges<T>(doc: Doc<T>, changes: readonly Uint8Array[]): Doc<T> {
  let result = doc
  for (const bytes of changes) {
    if (bytes[8] !== documentType) continue
    const saved = load<T>(bytes)
    result = merge(result, saved)
    free(saved)
  }
  const single = changes.filter((bytes) => bytes[8] !== documentType)
  return single.length === 0 ? result : applyChanges(result, single)[0]
}
