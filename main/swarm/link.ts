import type { NoiseStream } from 'hyperdht'
import Protomux from 'protomux'
import { allowance } from './allowance.ts'
import { type Bulk, type BulkEvents, openBulk } from './bulk.ts'
import {
  backlogLimit,
  crossing,
  frameBurst,
  frameLimit,
  framesPerSecond,
  openingLimit,
  silenceLimit,
  staleDial,
} from './limits.ts'

/** One connection, as long as it lives: frames over the channel `indra/1`; other protocols share its multiplexer. */
export type Link = {
  readonly stream: NoiseStream
  /** hex of the other end's key */
  readonly device: string
  /** whether it is on its way; a reader who is too far behind is hung up on instead */
  send(frame: Uint8Array): boolean
  hangUp(reason: string): void
  /** bytes in bulk, beside the frames */
  readonly bulk: Bulk
  /** The other end calls in anew. Whether this is an old call of its own that crossed ours: then this connection stays. */
  isCrossed(): boolean
  /** once a second: ends what is dead, half open or stalled */
  check(): void
}

export type LinkEvents = BulkEvents & {
  /** both ends have the channel; comes before any frame */
  opened(): void
  received(frame: Uint8Array): void
  /** once, after which nothing comes */
  closed(): void
}

/**
 * A frame is one raw message on the channel; the multiplexer makes each message, or a batch of them, one message of
 * the Noise stream, whose 24-bit length bounds what is allocated for an unfinished one to 16 MiB per connection.
 */
export function openLink(stream: NoiseStream, events: LinkEvents): Link {
  const frames = allowance(frameBurst, framesPerSecond)
  const alive = pulse(stream)
  const since = performance.now()
  let [isOpen, isClosed, checks] = [false, false, 0]
  const hangUp = (reason: string) => {
    isClosed = true
    stream.destroy(new Error(reason))
  }
  const channel = Protomux.from(stream).createChannel({
    protocol: 'indra/1',
    onopen() {
      isOpen = true
      events.opened()
    },
    onclose: () => stream.destroy(),
    messages: [
      {
        onmessage(bytes) {
          if (isClosed) return
          const refusal = refusalOf(bytes, frames.take(performance.now()))
          if (refusal === undefined) return events.received(new Uint8Array(bytes))
          hangUp(refusal)
          // ends the loop over a batch, which may hold millions more
          throw new Error(refusal)
        },
      },
    ],
  })
  const bulk = openBulk(stream, events, hangUp)
  stream.once('close', () => {
    isClosed = true
    bulk.close()
    events.closed()
  })
  if (channel) channel.open()
  else hangUp('no channel')

  return {
    stream,
    bulk,
    device: Buffer.from(stream.remotePublicKey).toString('hex'),
    send(frame) {
      if (isClosed || !channel) return false
      if (stream._writableState.buffered + frame.byteLength > backlogLimit) {
        hangUp('does not read')
        return false
      }
      channel.messages[0]?.send(frame)
      return true
    },
    hangUp,
    isCrossed() {
      const age = performance.now() - since
      if (!isOpen && age > staleDial) hangUp('called in anew')
      return isOpen && age < crossing
    },
    check() {
      if (isClosed) return
      checks += 1
      if (!isOpen && checks > openingLimit) hangUp('did not open')
      else if (!alive()) hangUp('fell silent')
      else if (stream._writableState.buffered > backlogLimit) hangUp('does not read')
    },
  }
}

function refusalOf(frame: Uint8Array, allowed: boolean): string | undefined {
  if (!allowed) return 'too many frames'
  return frame.byteLength > frameLimit ? 'frame too large' : undefined
}

/** Counts calls, not time: a busy or sleeping machine must not mistake its own absence for the other's. */
function pulse(stream: NoiseStream): () => boolean {
  let [heard, silence] = [-1, 0]
  return () => {
    const now = stream.rawStream?.bytesReceived ?? heard
    silence = now === heard ? silence + 1 : 0
    heard = now
    return silence < silenceLimit
  }
}
