import { inflateRawSync } from 'node:zlib'

/** A message of automerge-repo as far as it is looked at here. */
type SurfaceMessage = {
  readonly type: string
  readonly senderId: string
  readonly targetId: string
  readonly documentId?: string
  readonly data?: Uint8Array
}

export const mostBytes = 4_194_304
/** what the changes of one message may unfold to */
const mostUnfolded = 16_777_216
const magic = Buffer.from([0x85, 0x6f, 0x4a, 0x83])
const documentChunk = 0
const changeChunk = 1
const deflatedChange = 2
/** in what a column is */
const deflatedColumn = 8
const passed = ['sync', 'request', 'ephemeral', 'doc-unavailable']

/**
 * May this go on to the repo? Only what is about a document that surfaces were given, from whom it says it is, to us,
 * and with changes that unfold to a bearable size.
 */
export function mayPass(
  message: unknown,
  peer: string,
  own: string,
  isKnown: (document: string) => boolean,
): message is SurfaceMessage {
  if (typeof message !== 'object' || message === null) return false
  const { type, senderId, targetId, documentId, data } = message as Partial<SurfaceMessage>
  if (senderId !== peer || targetId !== own || !passed.includes(type ?? '')) return false
  if (typeof documentId !== 'string' || !isKnown(documentId)) return false
  if (type === 'doc-unavailable') return true
  if (!(data instanceof Uint8Array) || data.length === 0) return false
  return type === 'ephemeral' || unfoldsWell(data)
}

/** Chunks are found by how they begin, wherever they are in a message: none escapes, whatever the rest says. */
function unfoldsWell(data: Uint8Array): boolean {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  let left = mostUnfolded
  for (let at = bytes.indexOf(magic); at >= 0 && left >= 0; at = bytes.indexOf(magic, at + 4)) {
    const type = bytes[at + 8]
    const reader = { bytes, at: at + 9 }
    const length = number(reader)
    if (type === deflatedChange) left -= unfolded(bytes.subarray(reader.at, reader.at + length), left)
    else if (type === documentChunk) left -= unfoldedDocument(reader, left)
    else if (type !== changeChunk) return false
  }
  return left >= 0
}

type Reader = { readonly bytes: Buffer; at: number }

/** Actors, heads, then what the columns of changes and of operations are, then the columns, each deflated or not. */
function unfoldedDocument(reader: Reader, most: number): number {
  for (let actors = number(reader); actors > 0 && isInside(reader); actors -= 1) skip(reader, number(reader))
  skip(reader, 32 * number(reader))
  const columns = [...columnsOf(reader), ...columnsOf(reader)]
  let sum = 0
  for (const [specification, length] of columns) {
    const column = reader.bytes.subarray(reader.at, reader.at + length)
    sum += (specification & deflatedColumn) === 0 ? 0 : unfolded(column, most - sum)
    skip(reader, length)
    if (sum > most) return sum
  }
  return isInside(reader) ? sum : most + 1
}

function columnsOf(reader: Reader): (readonly [specification: number, length: number])[] {
  const columns: (readonly [number, number])[] = []
  for (let left = number(reader); left > 0 && isInside(reader); left -= 1)
    columns.push([number(reader), number(reader)])
  return columns
}

function unfolded(deflated: Buffer, most: number): number {
  try {
    return inflateRawSync(deflated, { maxOutputLength: Math.max(1, most) }).length
  } catch {
    return most + 1
  }
}

function number(reader: Reader): number {
  let value = 0
  for (let shift = 0; shift < 32; shift += 7) {
    const byte = reader.bytes[reader.at] ?? 0
    reader.at += 1
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) break
  }
  return value
}

function skip(reader: Reader, length: number): void {
  reader.at += length
}

function isInside(reader: Reader): boolean {
  return reader.at <= reader.bytes.length
}
