import { setImmediate } from 'node:timers/promises'
import { getHeads, getMissingDeps } from '@automerge/automerge'
import type { Doc, DocHandle, DocumentId, Repo, StorageAdapterInterface } from '@automerge/automerge-repo'
import type { ChunkStore } from './automerge-storage.ts'
import type { Database } from './database.ts'
import type { Note } from './note.ts'

/** The documents that automerge-repo holds just now. Its calls must not overlap. */
export type DocumentShelf = {
  /** whether there is anything of it, good or bad */
  has(id: DocumentId): boolean
  /** `undefined` when there is none, or none that can be trusted: then nothing of it is left */
  load(id: DocumentId): Promise<Doc<unknown> | undefined>
  /** `content`: chunks of Automerge, one after the other */
  create(id: DocumentId, content: Uint8Array): Promise<void>
  /** of a document that was just loaded */
  change(id: DocumentId, edit: (doc: Doc<unknown>) => Doc<unknown>): Doc<unknown>
  /** out of memory and storage */
  discard(id: DocumentId): Promise<void>
  /** lets go of all but those used last */
  trim(): Promise<void>
  flush(): Promise<void>
}

/** Automerge slows down with each document alive: 10,000 load in 5 s with so many at once, in 90 s without a limit. */
const aliveAtMost = 300
/** documents let go of at once */
const batch = 50

export function documentShelf(database: Database, chunks: ChunkStore, note: Note): DocumentShelf {
  const live = liveDocuments(sparing(chunks, database, note))

  async function discard(id: DocumentId): Promise<void> {
    await live.letGo(id)
    chunks.discard([id])
  }

  async function fetch(id: DocumentId): Promise<Doc<unknown> | undefined> {
    try {
      const doc = await live.load(id)
      if (isComplete(doc)) return doc
      note('a cached document was incomplete and is dropped', { document: id })
    } catch (error) {
      note('a cached document could not be loaded and is dropped', { document: id, error: String(error) })
    }
    await discard(id)
    return undefined
  }

  return {
    has: (id) => live.has(id) || chunks.examine([id]) !== 'absent',
    async load(id) {
      if (live.has(id)) return live.use(id)
      const state = chunks.examine([id])
      if (state === 'sound') return fetch(id)
      if (state === 'damaged') {
        note('a cached document was damaged and is put aside', { document: id })
        chunks.quarantine([id])
      }
      return undefined
    },
    create: live.create,
    change: live.change,
    discard,
    async trim() {
      if (live.count() <= aliveAtMost) return
      await live.flush()
      for (const id of live.oldest(batch)) await live.letGo(id)
      // finalizers, which free the memory of WebAssembly, only run between tasks
      await setImmediate()
    },
    flush: live.flush,
  }
}

/** The repo's handles, each ready and with no timer of the repo's on it. */
function liveDocuments(storage: StorageAdapterInterface) {
  let opened: Repo | undefined
  /** in order of use, the last one last */
  const handles = new Map<DocumentId, DocHandle<unknown>>()
  const unsaved = new Set<DocumentId>()

  async function repo(): Promise<Repo> {
    opened ??= await makeRepo(storage)
    return opened
  }

  function handleOf(id: DocumentId): DocHandle<unknown> {
    const handle = handles.get(id)
    if (!handle) throw new Error('this document is not loaded')
    handles.delete(id)
    handles.set(id, handle)
    return handle
  }

  /**
   * Not by the repo's `find`: what that cannot load it waits for, a minute long, complaining on standard output. The
   * repo's listeners go as well: their timers outlive the document's turn and save it empty when it is let go of.
   */
  async function take(id: DocumentId, content: Uint8Array): Promise<Doc<unknown>> {
    const handle = (await repo()).import(content, { docId: id })
    handle.removeAllListeners('heads-changed')
    handle.removeAllListeners('change')
    const doc = handle.doc()
    handles.set(id, handle)
    return doc
  }

  return {
    has: (id: DocumentId) => handles.has(id),
    count: () => handles.size,
    oldest: (count: number) => [...handles.keys()].slice(0, count),
    use: (id: DocumentId) => handleOf(id).doc(),
    async load(id: DocumentId) {
      const content = await (await repo()).storageSubsystem?.loadDocData(id)
      return take(id, content ?? new Uint8Array(0))
    },
    async create(id: DocumentId, content: Uint8Array) {
      await take(id, content)
      unsaved.add(id)
    },
    change(id: DocumentId, edit: (doc: Doc<unknown>) => Doc<unknown>) {
      const handle = handleOf(id)
      unsaved.add(id)
      handle.update(edit)
      return handle.doc()
    },
    async flush() {
      await opened?.flush([...unsaved])
      unsaved.clear()
    },
    async letGo(id: DocumentId) {
      unsaved.delete(id)
      // a handle that never became ready is not here, and must be deleted: it would wait
      if (handles.delete(id)) await opened?.removeFromCache(id)
      else if (opened?.handles[id]) opened.delete(id)
    },
  }
}

/** Loaded when first used: it takes a while, and a vault without documents never needs it. */
async function makeRepo(storage: StorageAdapterInterface): Promise<Repo> {
  const { Repo } = await import('@automerge/automerge-repo')
  const nobody = async () => false
  return new Repo({ storage, shareConfig: { announce: nobody, access: nobody } })
}

/** Something in it, and nothing missing before that. */
export function isComplete(doc: Doc<unknown>): boolean {
  return getHeads(doc).length > 0 && getMissingDeps(doc, []).length === 0
}

/**
 * automerge-repo saves in the background and lets a failure become an unhandled rejection, which ends the process. What
 * could not be saved is missing when the document is loaded next, and found to be (`isComplete`).
 */
function sparing(chunks: ChunkStore, database: Database, note: Note): StorageAdapterInterface {
  async function spare(work: () => Promise<void>): Promise<void> {
    if (!database.isOpen()) return
    try {
      await work()
    } catch (error) {
      note('a document could not be cached', { error: String(error) })
    }
  }
  return {
    load: (key) => chunks.load(key),
    loadRange: (prefix) => chunks.loadRange(prefix),
    save: (key, data) => spare(() => chunks.save(key, data)),
    remove: (key) => spare(() => chunks.remove(key)),
    removeRange: (prefix) => spare(() => chunks.removeRange(prefix)),
  }
}
