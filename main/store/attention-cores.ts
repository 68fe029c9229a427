import { join } from 'node:path'
import type Hypercore from 'hypercore'
import { coreLedger } from './core-ledger.ts'
import { type CoreStorage, openCoreStorage } from './core-storage.ts'
import type { Database } from './database.ts'
import { type CoreEvents, eventLimit } from './followed-core.ts'
import { followedCores } from './followed-cores.ts'
import type { Note } from './note.ts'
import { beginCore, type OwnCore, resumeCore } from './own-core.ts'
import type { Sealing } from './sealing.ts'

/** `rotated`: it is another core than the last one, and empty. */
type OpenedCore = { readonly core: Uint8Array; readonly length: number; readonly rotated: boolean }

/**
 * This device's attention log, and those of others that it keeps read-only copies of. Left out of backups: a vault that
 * finds its own core gone or shorter than it was begins a new one.
 */
export type AttentionCores = {
  /** `expected`: the events known to be in it, if more than this vault remembers itself; else 0 */
  open(expected: number): Promise<OpenedCore>
  /**
   * Adds `events`, the first at index `from`; those already there are skipped. Throws `StoreFailure`: `VaultCorrupt`
   * when the core holds another event at one of these places, and then only `rotate` helps.
   */
  append(from: number, events: readonly Uint8Array[]): Promise<void>
  /** begins a new core in place of the open one */
  rotate(): Promise<OpenedCore>
  /** Keeps these logs and no others; `onEvents` gets each of their events once, in order, from the first. */
  follow(cores: readonly Uint8Array[], onEvents: CoreEvents): void
  /** Exchanges the own and all followed cores, also those followed later, over a connection of Hyperswarm. */
  replicate(stream: unknown): void
  close(): Promise<void>
}

export function openAttentionCores(
  directory: string,
  database: Database,
  sealing: Sealing,
  note: Note,
): AttentionCores {
  const ledger = coreLedger(database, sealing)
  const streams = new Set<Hypercore.Connection>()
  let opening: Promise<CoreStorage> | undefined
  let own: OwnCore | undefined
  let last: Promise<unknown> = Promise.resolve()

  function storage(): Promise<CoreStorage> {
    opening ??= openCoreStorage(join(directory, 'attention'), note).catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }
  const others = followedCores(storage, streams, note)

  /** Appends in the order they were asked for, and none into a core that is being replaced. */
  function enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }

  function take(core: OwnCore, rotated: boolean): OpenedCore {
    own = core
    for (const stream of streams) core.replicate(stream)
    return { core: core.key, length: core.length(), rotated }
  }

  async function begin(rotated: boolean): Promise<OpenedCore> {
    return take(await beginCore(await storage(), ledger, note), rotated)
  }

  async function open(expected: number): Promise<OpenedCore> {
    if (own) return { core: own.key, length: own.length(), rotated: false }
    const record = ledger.latest()
    if (!record) return begin(false)
    const resumed = await resumeCore(await storage(), ledger, record, expected, note)
    return resumed ? take(resumed, false) : begin(true)
  }

  async function closeOwn(): Promise<void> {
    await own?.close()
    own = undefined
  }

  return {
    open: (expected) => enqueue(() => open(expected)),
    append: (from, events) =>
      enqueue(async () => {
        if (!own) throw new Error('the attention log is not open')
        if (events.some((event) => event.length > eventLimit)) throw new RangeError('an attention event is too large')
        await own.append(from, events)
      }),
    rotate: () => enqueue(() => closeOwn().then(() => begin(true))),
    follow: (cores, onEvents) => others.follow(cores, own?.key, onEvents),
    replicate(stream) {
      // a connection that ended before this was asked for
      if (!isConnection(stream) || stream.destroyed || streams.has(stream)) return
      streams.add(stream)
      stream.once('close', () => streams.delete(stream))
      own?.replicate(stream)
      others.replicate(stream)
    },
    async close() {
      await last
      await others.close()
      await closeOwn()
      const store = await opening?.catch(() => undefined)
      await store?.storage.close().catch(() => {})
    },
  }
}

function isConnection(stream: unknown): stream is Hypercore.Connection {
  return typeof stream === 'object' && stream !== null && 'destroyed' in stream && 'once' in stream
}
