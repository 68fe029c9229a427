import type { NoiseStream } from 'hyperdht'
import Protomux from 'protomux'
import { allowance } from './allowance.ts'
import { asksAtOnce, asksPerSecond, bulkBacklog, pieceBytes } from './limits.ts'

/** A question for bytes: a number of the asker's, whose bytes, which of them (−1: the list of their hashes). */
export type BytesAsk = {
  readonly number: number
  readonly name: Uint8Array
  readonly address: Uint8Array
  readonly index: number
}

/**
 * Bytes in bulk, beside the frames of a connection on a channel of their own. They go in pieces, and only while little
 * else waits to be sent, so that no frame waits long behind them. Nothing comes that was not asked for.
 */
export type Bulk = {
  /** the answer may have at most `limit` bytes: more than that ends the question without one */
  ask(question: BytesAsk, limit: number): void
  forget(number: number): void
  /** answers a question when its turn comes; `undefined` says that there is nothing */
  tell(number: number, load: () => Promise<Uint8Array | undefined>): void
  close(): void
}

export type BulkEvents = {
  asked(question: BytesAsk): void
  came(number: number, bytes: Uint8Array | undefined): void
}

const [more, last, none] = [0, 1, 2]
const askLength = 4 + 16 + 32 + 4
const headLength = 5

export function openBulk(stream: NoiseStream, events: BulkEvents, hangUp: (reason: string) => void): Bulk {
  const asks = allowance(asksAtOnce, asksPerSecond)
  let isClosed = false
  const channel = Protomux.from(stream).createChannel({
    protocol: 'indra-bytes/1',
    messages: [
      {
        onmessage(bytes) {
          if (isClosed) return
          if (bytes.byteLength === askLength && asks.take(performance.now())) events.asked(readAsk(bytes))
          else hangUp('asks too much')
        },
      },
      { onmessage: (bytes) => (isClosed ? undefined : answers.take(bytes)) },
    ],
    ondrain: () => sender.drained(),
  })
  const answers = receiver(events.came, hangUp)
  const sender = outgoing(stream, (piece) => channel?.messages[1]?.send(piece))
  channel?.open()

  return {
    ask(question, limit) {
      if (isClosed || !channel) return events.came(question.number, undefined)
      answers.await(question.number, limit)
      channel.messages[0]?.send(writeAsk(question))
    },
    forget: answers.forget,
    tell(number, load) {
      if (isClosed) return
      if (!sender.queue({ number, load })) hangUp('asks too much')
    },
    close() {
      isClosed = true
      sender.close()
      answers.close()
    },
  }
}

function writeAsk({ number, name, address, index }: BytesAsk): Uint8Array {
  const question = new Uint8Array(askLength)
  const view = new DataView(question.buffer)
  view.setUint32(0, number)
  question.set(name, 4)
  question.set(address, 20)
  view.setInt32(52, index)
  return question
}

function readAsk(bytes: Uint8Array): BytesAsk {
  const copy = new Uint8Array(bytes)
  const view = new DataView(copy.buffer)
  return {
    number: view.getUint32(0),
    name: copy.subarray(4, 20),
    address: copy.subarray(20, 52),
    index: view.getInt32(52),
  }
}

/** `limit` is `undefined` for an answer that is of no use any more and passes by. */
type Awaited = { readonly limit: number | undefined; into: Uint8Array | undefined; at: number }

/** Puts the pieces of answers together: never more memory than what was asked for. */
function receiver(came: BulkEvents['came'], hangUp: (reason: string) => void) {
  const awaited = new Map<number, Awaited>()

  function end(number: number, bytes: Uint8Array | undefined): void {
    const isWanted = awaited.get(number)?.limit !== undefined
    awaited.delete(number)
    if (isWanted) came(number, bytes)
  }

  function fill(number: number, wanted: Awaited, limit: number, piece: Uint8Array): void {
    if (wanted.at + piece.byteLength > limit) {
      end(number, undefined)
      return hangUp('sends more than was asked for')
    }
    wanted.into ??= new Uint8Array(limit)
    wanted.into.set(piece, wanted.at)
    wanted.at += piece.byteLength
  }

  return {
    take(bytes: Uint8Array): void {
      if (bytes.byteLength < headLength) return hangUp('sends nonsense')
      const number = new DataView(bytes.buffer, bytes.byteOffset, headLength).getUint32(0)
      const kind = bytes[headLength - 1]
      const wanted = awaited.get(number)
      if (!wanted) return hangUp('sends what nobody asked for')
      if (kind === none) return end(number, undefined)
      if (wanted.limit !== undefined) fill(number, wanted, wanted.limit, bytes.subarray(headLength))
      if (kind === last) end(number, wanted.into?.subarray(0, wanted.at))
    },
    await: (number: number, limit: number) => void awaited.set(number, { limit, into: undefined, at: 0 }),
    forget(number: number): void {
      if (awaited.has(number)) awaited.set(number, { limit: undefined, into: undefined, at: 0 })
    },
    close: () => awaited.clear(),
  }
}

type Told = {
  readonly number: number
  readonly load: () => Promise<Uint8Array | undefined>
  bytes?: Promise<Uint8Array | undefined>
}

function begun(told: Told): Promise<Uint8Array | undefined> {
  told.bytes ??= told.load()
  return told.bytes
}

/** Sends answers one after the other, each loaded when the one before it goes. */
function outgoing(stream: NoiseStream, send: (piece: Uint8Array) => void) {
  const queue: Told[] = []
  let [isClosed, isSending] = [false, false]
  let drained: (() => void) | undefined

  async function sendAll(): Promise<void> {
    if (isSending) return
    isSending = true
    for (let told = queue.shift(); told && !isClosed; told = queue.shift()) {
      const bytes = await begun(told)
      // what comes next is read while this is on its way
      const [following] = queue
      if (following) void begun(following)
      if (bytes) await sendOne(told.number, bytes)
      else write(told.number, none, new Uint8Array(0))
    }
    isSending = false
  }

  async function sendOne(number: number, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at === 0 || at < bytes.length; at += pieceBytes) {
      while (!isClosed && stream._writableState.buffered > bulkBacklog) await draining()
      write(number, at + pieceBytes >= bytes.length ? last : more, bytes.subarray(at, at + pieceBytes))
    }
  }

  function draining(): Promise<void> {
    return new Promise((resolve) => {
      drained = resolve
    })
  }

  function write(number: number, kind: number, bytes: Uint8Array): void {
    if (isClosed) return
    const piece = new Uint8Array(headLength + bytes.byteLength)
    new DataView(piece.buffer).setUint32(0, number)
    piece[headLength - 1] = kind
    piece.set(bytes, headLength)
    send(piece)
  }

  return {
    /** false when too many wait already */
    queue(told: Told): boolean {
      if (queue.length >= asksAtOnce) return false
      queue.push(told)
      void sendAll()
      return true
    },
    drained: () => drained?.(),
    close() {
      isClosed = true
      queue.length = 0
      drained?.()
    },
  }
}
