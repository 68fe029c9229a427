import { setImmediate } from 'node:timers/promises'
import { free, getHeads, getMissingDeps, save } from '@automerge/automerge'
import {
  type Doc,
  type DocHandle,
  type DocumentId,
  Repo,
  type StorageAdapterInterface,
} from '@automerge/automerge-repo'
import type { ChunkStore } from './automerge-storage.ts'
import type { Database } from './database.ts'
import type { Note } from './note.ts'

/** The documents that automerge-repo holds just now. Its calls must not overlap. */
export type DocumentShelf = {
  /** `undefined` when there is none, or none that can be trusted: then nothing of it is left */
  load(id: DocumentId): Promise<DocHandle<unknown> | undefined>
  /** takes `doc` over: it must not be used afterwards */
  create(id: DocumentId, doc: Doc<unknown>): Promise<void>
  /** out of memory and storage */
  discard(id: DocumentId): Promise<void>
  /** lets go of all but those used last */
  trim(): Promise<void>
  flush(): Promise<void>
}

/** Automerge slows down with each document alive: 10,000 load in 5 s with so many at once, in 90 s without a limit. */
const aliveAtMost = 300

export function documentShelf(database: Database, chunks: ChunkStore, note: Note): DocumentShelf {
  const nobody = async () => false
  let opened: Repo | undefined
  const repo = () => {
    opened ??= new Repo({ storage: sparing(chunks, database, note), shareConfig: { announce: nobody, access: nobody } })
    return opened
  }
  /** in order of use, the last one last */
  const alive = new Map<DocumentId, DocHandle<unknown>>()

  function use(id: DocumentId, handle: DocHandle<unknown>): DocHandle<unknown> {
    alive.delete(id)
    alive.set(id, handle)
    return handle
  }

  async function discard(id: DocumentId): Promise<void> {
    // a save still due would come after the removal and outlive it
    if (alive.delete(id)) await repo().flush([id])
    if (opened?.handles[id]) opened.delete(id)
    chunks.discard([id])
  }

  async function find(id: DocumentId): Promise<DocHandle<unknown> | undefined> {
    try {
      const handle = await repo().find(id)
      if (isComplete(handle.doc())) return use(id, handle)
      note('a cached document was incomplete and is dropped', { document: id })
    } catch (error) {
      note('a cached document could not be loaded and is dropped', { document: id, error: String(error) })
    }
    await discard(id)
    return undefined
  }

  return {
    async load(id) {
      const known = alive.get(id)
      if (known) return use(id, known)
      const state = chunks.examine([id])
      if (state === 'sound') return find(id)
      if (state === 'damaged') {
        note('a cached document was damaged and is put aside', { document: id })
        chunks.quarantine([id])
      }
      return undefined
    },
    async create(id, doc) {
      const handle = repo().import(save(doc), { docId: id })
      free(doc)
      // the repo listens for changes only after this first one
      await repo().flush([id])
      use(id, handle)
    },
    discard,
    async trim() {
      for (const [id] of alive) {
        if (alive.size <= aliveAtMost) return
        alive.delete(id)
        await repo().flush([id])
        await repo().removeFromCache(id)
        // finalizers, which free the memory of WebAssembly, only run between tasks
        await setImmediate()
      }
    },
    flush: async () => opened?.flush([...alive.keys()]),
  }
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
