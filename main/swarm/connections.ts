import type { NoiseStream } from 'hyperdht'
import type { BytesAsk } from './bulk.ts'
import { connectionLimit, frameLimit, strangerLimit } from './limits.ts'
import { type Link, openLink } from './link.ts'
import type { Found } from './seeking.ts'

export type ConnectionEvents = {
  /** `topics`: hex of those this side looked the other up under; `handshake`: unique to this connection, known to both ends only */
  connected(connection: { connection: number; device: string; handshake: Uint8Array; topics: string[] }): void
  disconnected(connection: number): void
  received(connection: number, frame: Uint8Array): void
  /** the other end asks for bytes: `tell` answers */
  bytesAsked(connection: number, question: BytesAsk): void
  /** what this end asked for came, or the word that there is nothing */
  bytesCame(connection: number, number: number, bytes: Uint8Array | undefined): void
}

/** All connections. Each that opened has a number of its own and is told of once, and once more when it is gone. */
export type Connections = {
  /** `topics` are asked for again as long as it lives: the other end may be found under more */
  admit(stream: NoiseStream, topics: () => string[]): void
  /** This device calls in. Whether it did so before it knew of the connection it has. */
  isCrossed(device: string): boolean
  get(connection: number): Link | undefined
  send(connection: number, frame: Uint8Array): void
  open(): Found[]
  /** once a second */
  check(): void
  /** bytes of frames sent and received, without what carries them */
  counted(): { sent: number; received: number }
  streams(): NoiseStream[]
  /** nothing is told any more, except that those still open are gone */
  end(): void
}

type Open = { readonly link: Link; readonly since: number; readonly topics: () => string[] }

export function createConnections(on: ConnectionEvents, isWanted: (device: string) => boolean): Connections {
  const links = new Set<Link>()
  const open = new Map<number, Open>()
  const counts = { sent: 0, received: 0 }
  let [last, isOver] = [0, false]

  function start(stream: NoiseStream, topics: () => string[]): void {
    last += 1
    const number = last
    const link = openLink(stream, {
      opened() {
        if (isOver) return
        open.set(number, { link, since: performance.now(), topics })
        const handshake = new Uint8Array(stream.handshakeHash)
        surfacing(() => on.connected({ connection: number, device: link.device, handshake, topics: topics() }))
      },
      received(frame) {
        if (isOver) return
        counts.received += frame.byteLength
        surfacing(() => on.received(number, frame))
      },
      asked(question) {
        if (!isOver) surfacing(() => on.bytesAsked(number, question))
      },
      came(asked, bytes) {
        if (!isOver) surfacing(() => on.bytesCame(number, asked, bytes))
      },
      closed() {
        links.delete(link)
        if (open.delete(number)) surfacing(() => on.disconnected(number))
      },
    })
    links.add(link)
  }

  return {
    admit(stream, topics) {
      const strangers = [...links].filter(({ device }) => !isWanted(device)).length
      const isExpected = isWanted(Buffer.from(stream.remotePublicKey).toString('hex')) || topics().length > 0
      if (links.size < connectionLimit && (isExpected || strangers < strangerLimit)) return start(stream, topics)
      stream.on('error', () => {})
      stream.destroy()
    },
    isCrossed: (device) => [...links].some((link) => link.device === device && link.isCrossed()),
    get: (connection) => open.get(connection)?.link,
    send(connection, frame) {
      if (frame.byteLength > frameLimit) throw new RangeError(`a frame of ${frame.byteLength} bytes`)
      if (open.get(connection)?.link.send(frame)) counts.sent += frame.byteLength
    },
    open: () => [...open.values()].map(({ link, since, topics }) => ({ device: link.device, since, topics: topics() })),
    check() {
      for (const link of links) link.check()
    },
    counted: () => ({ ...counts }),
    streams: () => [...links].map(({ stream }) => stream),
    end() {
      isOver = true
      for (const number of open.keys()) surfacing(() => on.disconnected(number))
      open.clear()
    },
  }
}

/** The libraries take an error thrown in one of their events for the peer's; the caller's bugs must not end there. */
export function surfacing(call: () => void): void {
  try {
    call()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
