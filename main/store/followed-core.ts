import type Hypercore from 'hypercore'
import type { CoreStorage } from './core-storage.ts'
import type { Note } from './note.ts'

/** Another device's attention log, kept here and passed on. */
export type FollowedCore = {
  replicate(stream: Hypercore.Connection): void
  /** resolves when nothing of it is open any more */
  stop(): Promise<void>
}

export type CoreEvents = (core: Uint8Array, from: number, events: Uint8Array[]) => void

/** bytes of one event; an honest one has a few hundred */
export const eventLimit = 4096
/** bytes of one log: a quarter of a million events */
const logLimit = 256 * 1024 * 1024
/** events asked for at once */
const window = 64

type Following = {
  readonly store: Promise<CoreStorage>
  readonly key: Uint8Array
  /** the live connections when the log is ready; later ones come by `replicate` */
  readonly streams: ReadonlySet<Hypercore.Connection>
  readonly report: CoreEvents
  /** it could not be opened or read: following it again may help */
  readonly failed: (error: unknown) => void
  readonly note: Note
  /** waited for first: two open cores of one key in one store destroy each other */
  readonly after: Promise<void> | undefined
}

/**
 * Opens a log read-only, fetches all of it, and reports each event once, in order, from the first. A log that breaks a
 * limit is left there: events are chained, so nothing behind a missing one could be verified.
 */
export function followCore({ store, key, streams, report, failed, note, after }: Following): FollowedCore {
  let opened: { core: Hypercore.Core; session: Hypercore } | undefined
  let isStopped = false

  async function shut(): Promise<void> {
    await opened?.session.close().catch(() => {})
    await opened?.core.close().catch(() => {})
  }

  async function run(): Promise<void> {
    await after
    const { Core, storage } = await store
    if (isStopped) return
    const core = Core.createCore(storage, { key, allowFork: false })
    const session = new Core({ core, writable: false })
    opened = { core, session }
    session.on('conflict', (length) => note('an attention log has two pasts', { length }))
    await session.ready()
    for (const stream of streams) session.replicate(stream)
    const excess = await readOn(session, (from, events) => report(key, from, events))
    note('an attention log is no longer followed', { reason: excess })
    await shut()
  }

  const ended = run().catch((error: unknown) => {
    if (!isStopped) failed(error)
  })

  return {
    replicate: (stream) => void opened?.session.replicate(stream),
    async stop() {
      isStopped = true
      await shut()
      await ended
    },
  }
}

/** Reads until the log breaks a limit, and tells which; throws when the session closes. */
async function readOn(session: Hypercore, take: (from: number, events: Uint8Array[]) => void): Promise<string> {
  let next = 0
  for (;;) {
    if (session.length <= next) await growth(session)
    // known from the signed tree before any block is asked for
    if (session.byteLength > Math.min(session.length * eventLimit, logLimit)) return 'it is too large'
    const end = Math.min(session.length, next + window)
    const blocks = await Promise.all(range(next, end).map((index) => session.get(index)))
    const large = blocks.findIndex((block) => block.length > eventLimit)
    const sound = large < 0 ? blocks : blocks.slice(0, large)
    // plain arrays: `slice` of a Buffer is no copy
    if (sound.length > 0)
      take(
        next,
        sound.map((block) => new Uint8Array(block)),
      )
    if (large >= 0) return `event ${next + large} is too large`
    next = end
  }
}

async function growth(session: Hypercore): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const settle = (done: () => void) => () => {
      session.off('append', grown)
      session.off('close', closed)
      done()
    }
    const grown = settle(resolve)
    const closed = settle(() => reject(new Error('closed')))
    session.once('append', grown)
    session.once('close', closed)
  })
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index)
}
