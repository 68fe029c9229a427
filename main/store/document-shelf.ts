import { setImmediate, setTimeout } from 'node:timers/promises'
import { free, getHeads, getMissingDeps, save } from '@automerge/automerge'
import type { Doc, DocHandle, DocumentId, Repo, StorageAdapterInterface } from '@automerge/automerge-repo'
import type { ChunkStore } from './automerge-storage.ts'
import type { Database } from './database.ts'
import type { Note } from './note.ts'

/** The documents that automerge-repo holds just now. Its calls must not overlap. */
export type DocumentShelf = {
  /** whether there is anything of it, good or bad */
  has(id: DocumentId): boolean
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
/** documents let go of at once */
const batch = 50
/**
 * Milliseconds after which a handle has no timer left (automerge-repo's are 100 ms): one that fires after the handle
 * was unloaded waits a minute for it, keeps the process from ending, and complains on standard output.
 */
const quiet = 250

type Handle = { readonly id: DocumentId; readonly handle: DocHandle<unknown>; readonly usedAt: number }

export function documentShelf(database: Database, chunks: ChunkStore, note: Note): DocumentShelf {
  let opened: Repo | undefined
  async function repo(): Promise<Repo> {
    opened ??= await makeRepo(sparing(chunks, database, note))
    return opened
  }
  /** in order of use, the last one last */
  const alive = new Map<DocumentId, Handle>()
  /** discarded, but still in the repo */
  const retired: Handle[] = []

  function use(id: DocumentId, handle: DocHandle<unknown>): DocHandle<unknown> {
    alive.delete(id)
    alive.set(id, { id, handle, usedAt: performance.now() })
    return handle
  }

  async function discard(id: DocumentId): Promise<void> {
    const known = alive.get(id)
    if (known) {
      // a save still due would come after the removal and outlive it
      await opened?.flush([id])
      silence(known.handle)
      alive.delete(id)
      retired.push(known)
    }
    chunks.discard([id])
  }

  async function find(id: DocumentId): Promise<DocHandle<unknown> | undefined> {
    try {
      const handle = use(id, await (await repo()).find(id))
      if (isComplete(handle.doc())) return handle
      note('a cached document was incomplete and is dropped', { document: id })
    } catch (error) {
      note('a cached document could not be loaded and is dropped', { document: id, error: String(error) })
    }
    await discard(id)
    return undefined
  }

  async function unload(handles: readonly Handle[]): Promise<void> {
    const busy = handles.filter(({ id }) => alive.has(id)).map(({ id }) => id)
    await opened?.flush(busy)
    const youngest = Math.max(...handles.map(({ usedAt }) => usedAt))
    await setTimeout(Math.max(1, youngest + quiet - performance.now()))
    for (const { id, handle } of handles) {
      alive.delete(id)
      silence(handle)
      await opened?.removeFromCache(id)
    }
    // finalizers, which free the memory of WebAssembly, only run between tasks
    await setImmediate()
  }

  return {
    has: (id) => alive.has(id) || chunks.examine([id]) !== 'absent',
    async load(id) {
      const known = alive.get(id)
      if (known) return use(id, known.handle)
      const state = chunks.examine([id])
      if (state === 'sound') return find(id)
      if (state === 'damaged') {
        note('a cached document was damaged and is put aside', { document: id })
        chunks.quarantine([id])
      }
      return undefined
    },
    async create(id, doc) {
      const handle = (await repo()).import(save(doc), { docId: id })
      free(doc)
      use(id, handle)
      // the repo listens for changes only after this first one
      await opened?.flush([id])
    },
    discard,
    async trim() {
      if (alive.size + retired.length <= aliveAtMost) return
      await unload([...retired.splice(0), ...[...alive.values()].slice(0, batch)])
    },
    flush: async () => opened?.flush([...alive.keys()]),
  }
}

/** Loaded when first used: it takes a quarter of a second, and a vault without documents never needs it. */
async function makeRepo(storage: StorageAdapterInterface): Promise<Repo> {
  const { Repo } = await import('@automerge/automerge-repo')
  const nobody = async () => false
  return new Repo({ storage, shareConfig: { announce: nobody, access: nobody } })
}

/** An unloaded handle turns into an empty document, and would have that saved in place of what it was. */
function silence(handle: DocHandle<unknown>): void {
  handle.removeAllListeners('heads-changed')
  handle.removeAllListeners('change')
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
