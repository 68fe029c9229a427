import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { PushEvent } from '../../shared/contract.ts'
import { everyAnswer } from './reply.ts'

/** How the stream is bounded; the defaults stand unless a test says otherwise. */
export type StreamBounds = {
  /** events kept for those who come back */
  readonly events: number
  /** bytes they may take together */
  readonly bytes: number
  /** bytes that may wait for one reader beyond what the system's own buffers hold */
  readonly waiting: number
  /** milliseconds a reader may take nothing of what waits for it before it is dropped */
  readonly patience: number
  /** milliseconds between comments that keep the connection known to be alive */
  readonly heartbeat: number
}

const usual: StreamBounds = {
  events: 16_384,
  bytes: 16 * 1024 * 1024,
  waiting: 64 * 1024,
  patience: 5_000,
  heartbeat: 15_000,
}

/**
 * Server-sent events for any number of readers. Each event is kept once, in a bounded ring under `<boot>-<n>`, and
 * written to each reader as fast as that one reads; who stops reading is dropped and may come back with the last id it
 * saw: no loss, no duplicate, as long as the ring still holds what followed.
 */
export type EventStream = {
  push(event: PushEvent): void
  /** Serves a reader from behind `cursor`, or from now without one; `false`, nothing written, when it is not known. */
  open(response: ServerResponse, cursor: string | undefined): boolean
  /** Forgets what was, as a new core begins: all readers are dropped and no old id is known any more. */
  reset(): void
  close(): void
}

type Reader = {
  readonly response: ServerResponse
  /** number of the event it gets next */
  next: number
  blocked: boolean
  /** when it last took something, by the monotonic clock */
  moved: number
}

export function eventStream(bounds: StreamBounds = usual): EventStream {
  const readers = new Set<Reader>()
  const ring = frameRing(bounds)
  let beat = performance.now()
  let sweeping: NodeJS.Timeout | undefined

  function write(reader: Reader, bytes: Buffer | string): void {
    if (reader.response.writableLength === 0) reader.moved = performance.now()
    reader.response.write(bytes, () => {
      reader.moved = performance.now()
      if (reader.blocked) pump(reader)
    })
  }

  /** Writes what follows, as much as may wait, all in one piece: many small ones would each cost a system call. */
  function pump(reader: Reader): void {
    const piece: Buffer[] = []
    let waiting = reader.response.writableLength
    reader.blocked = false
    while (reader.next < ring.end() && !reader.blocked) {
      const frame = ring.at(reader.next)
      if (!frame) {
        drop(reader)
        return
      }
      reader.blocked = waiting > 0 && waiting + frame.length + CHUNK_OVERHEAD > bounds.waiting
      if (reader.blocked) break
      piece.push(frame)
      waiting += frame.length
      reader.next++
    }
    if (piece[0]) write(reader, piece.length === 1 ? piece[0] : Buffer.concat(piece))
  }

  function drop(reader: Reader): void {
    readers.delete(reader)
    reader.response.destroy()
  }

  function sweep(): void {
    const now = performance.now()
    const beating = now - beat >= bounds.heartbeat
    if (beating) beat = now
    for (const reader of readers) {
      if (reader.response.writableLength > 0 && now - reader.moved >= bounds.patience) drop(reader)
      else if (beating && !reader.blocked) write(reader, ':\n\n')
    }
    if (readers.size === 0) sweeping = void clearInterval(sweeping)
  }

  function dropAll(): void {
    for (const reader of readers) drop(reader)
    sweeping = void clearInterval(sweeping)
  }

  return {
    push(event) {
      ring.add(event)
      for (const reader of readers) if (!reader.blocked) pump(reader)
    },
    open(response, cursor) {
      const next = cursor === undefined ? ring.end() : ring.after(cursor)
      if (next === undefined) return false
      const reader: Reader = { response, next, blocked: false, moved: performance.now() }
      readers.add(reader)
      response.once('close', () => readers.delete(reader))
      response.writeHead(200, { ...everyAnswer, 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      // An id without data tells nothing but where a reader that is cut off before the first event has to go on.
      write(reader, `retry: 500\nid: ${ring.idBefore(next)}\n\n`)
      pump(reader)
      sweeping ??= setInterval(sweep, Math.min(1_000, bounds.patience, bounds.heartbeat)).unref()
      return true
    },
    reset() {
      dropAll()
      ring.reset()
    },
    close: dropAll,
  }
}

/** What chunked transfer puts around one write, at most. */
const CHUNK_OVERHEAD = 16

type FrameRing = {
  add(event: PushEvent): void
  /** the frame of event `n`, while it is kept */
  at(n: number): Buffer | undefined
  /** number of the event that comes next */
  end(): number
  /** number of the event that follows the one of this id, if all since are kept */
  after(id: string): number | undefined
  idBefore(n: number): string
  reset(): void
}

function frameRing(bounds: StreamBounds): FrameRing {
  const frames = new Map<number, Buffer>()
  let boot = newBoot()
  let end = 1
  let bytes = 0

  return {
    add(event) {
      const frame = Buffer.from(`id: ${boot}-${end}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      frames.set(end++, frame)
      bytes += frame.length
      for (const [n, oldest] of frames) {
        if (frames.size <= bounds.events && bytes <= bounds.bytes) break
        frames.delete(n)
        bytes -= oldest.length
      }
    },
    at: (n) => frames.get(n),
    end: () => end,
    after(id) {
      const [, of, n] = /^([0-9a-f]{16})-(\d{1,15})$/.exec(id) ?? []
      const next = Number(n) + 1
      return of === boot && next <= end && next >= end - frames.size ? next : undefined
    },
    idBefore: (n) => `${boot}-${n - 1}`,
    reset() {
      boot = newBoot()
      frames.clear()
      end = 1
      bytes = 0
    },
  }
}

function newBoot(): string {
  return randomBytes(8).toString('hex')
}
