import { sha256 } from '@noble/hashes/sha2.js'
import { type Bytes, hex } from '../../crypto/bytes.ts'

/**
 * What must be known of an Automerge change before Automerge sees a byte of it: whose it claims to be, and that it
 * unfolds to no more than `operations`. Runs are counted, never expanded, so that a bomb costs its own length.
 * Format: automerge.org/automerge-binary-format-spec (change chunk, column metadata, run-length encoding).
 */
export type ChangeHeader = {
  readonly actor: string
  readonly seq: number
  /** hashes of the changes it was made on */
  readonly dependencies: readonly string[]
  /** how many operations it unfolds to */
  readonly operations: number
}

const magic = [0x85, 0x6f, 0x4a, 0x83]
const changeChunk = 1
const bytesLimit = 262_144
const operationsLimit = 6_000
/** what the strings of one column may come to, each counted as often as it is repeated */
const textLimit = 4_194_304
const mostDependencies = 256
const mostColumns = 64

/** `undefined` for anything but one whole, uncompressed change chunk within the limits. */
export function readChangeHeader(bytes: Bytes): ChangeHeader | undefined {
  const parts = partsOf(bytes)
  if (!parts) return undefined
  let operations = 0
  for (const column of parts.columns) {
    const values = (column.specification & deflated) === 0 ? valuesIn(column) : undefined
    if (values === undefined) return undefined
    if (column.specification === actions) operations = values
  }
  return { ...parts.header, operations }
}

/** What Automerge names a change by: the SHA-256 of its chunk after the checksum. */
export function changeHash(bytes: Bytes): string {
  return hex(sha256(bytes.subarray(8)))
}

/**
 * Where in a change with a good header the 64-bit floats of its values begin: the only bytes of it that Automerge's own
 * decoding and encoding may not give back as they were.
 */
export function floatsIn(bytes: Bytes): number[] {
  const columns = partsOf(bytes)?.columns ?? []
  const kinds = columns.find((each) => each.specification === valueKinds)
  const values = columns.find((each) => each.specification === valueBytes)
  if (!kinds || !values) return []
  const floats: number[] = []
  const reader = { bytes: kinds.bytes, at: 0, bad: false }
  let at = values.start
  while (reader.at < reader.bytes.length && !reader.bad) {
    const count = signed(reader)
    if (count === 0) unsigned(reader)
    for (let listed = count > 0 ? 1 : -count; listed > 0; listed -= 1) {
      const kind = unsigned(reader)
      for (let times = Math.max(1, count); times > 0; times -= 1) {
        if ((kind & 15) === float) floats.push(at)
        at += kind >> 4
      }
    }
  }
  return floats
}

type Reader = { readonly bytes: Bytes; at: number; bad: boolean }
type Column = { readonly specification: number; readonly start: number; readonly bytes: Bytes }

function partsOf(bytes: Bytes): { header: Omit<ChangeHeader, 'operations'>; columns: Column[] } | undefined {
  if (bytes.length > bytesLimit || bytes.length < 12 || magic.some((byte, index) => bytes[index] !== byte))
    return undefined
  if (bytes[8] !== changeChunk) return undefined
  const reader = { bytes, at: 9, bad: false }
  const length = unsigned(reader)
  if (reader.at + length !== bytes.length) return undefined
  const dependencies = unsigned(reader)
  if (dependencies > mostDependencies) return undefined
  const hashes = Array.from({ length: dependencies }, () => hex(take(reader, 32)))
  const actor = take(reader, unsigned(reader))
  const seq = unsigned(reader)
  unsigned(reader)
  skipSigned(reader)
  skip(reader, unsigned(reader))
  const others = unsigned(reader)
  if (others > mostDependencies) return undefined
  for (let index = 0; index < others && !reader.bad; index += 1) skip(reader, unsigned(reader))
  const columns = columnsOf(reader)
  return reader.bad || !columns ? undefined : { header: { actor: hex(actor), seq, dependencies: hashes }, columns }
}

function columnsOf(reader: Reader): Column[] | undefined {
  const count = unsigned(reader)
  if (reader.bad || count > mostColumns) return undefined
  const sizes = Array.from({ length: count }, () => [unsigned(reader), unsigned(reader)] as const)
  return sizes.map(([specification, length]) => ({ specification, start: reader.at, bytes: take(reader, length) }))
}

const actions = 66
const valueKinds = 86
const valueBytes = 87
const float = 5
const deflated = 8
const booleans = 4
const deltas = 3
const strings = 5
const raw = 7

/** How many values a column unfolds to; `undefined` for one that breaks a limit. */
function valuesIn({ specification, bytes }: Column): number | undefined {
  const type = specification & 7
  if (type === raw) return 0
  const column = { bytes, at: 0, bad: false }
  const sum = { values: 0, text: 0 }
  while (column.at < column.bytes.length && !column.bad) {
    if (type === booleans) sum.values += unsigned(column)
    else run(column, type, sum)
    if (sum.values > operationsLimit || sum.text > textLimit) return undefined
  }
  return column.bad ? undefined : sum.values
}

/** One run: n > 0 repeats a value, n < 0 lists −n values, 0 stands for that many nulls. */
function run(column: Reader, type: number, sum: { values: number; text: number }): void {
  const count = signed(column)
  sum.values += count === 0 ? unsigned(column) : Math.abs(count)
  if (sum.values > operationsLimit) return
  const listed = count > 0 ? 1 : -count
  for (let index = 0; index < listed && !column.bad; index += 1) {
    if (type === strings) {
      const length = unsigned(column)
      sum.text += length * Math.max(1, count)
      skip(column, length)
    } else if (type === deltas) skipSigned(column)
    else unsigned(column)
  }
}

function unsigned(reader: Reader): number {
  let value = 0
  for (let shift = 0; shift < 53; shift += 7) {
    const byte = reader.bytes[reader.at]
    if (byte === undefined) break
    reader.at += 1
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) return value
  }
  reader.bad = true
  return 0
}

function signed(reader: Reader): number {
  const start = reader.at
  const value = unsigned(reader)
  const width = 7 * (reader.at - start)
  return value >= 2 ** (width - 1) ? value - 2 ** width : value
}

/** Times and deltas may be wider than a safe integer; only their end matters. */
function skipSigned(reader: Reader): void {
  for (let index = 0; index < 10; index += 1) {
    const byte = reader.bytes[reader.at]
    if (byte === undefined) break
    reader.at += 1
    if (byte < 0x80) return
  }
  reader.bad = true
}

function skip(reader: Reader, length: number): void {
  take(reader, length)
}

function take(reader: Reader, length: number): Bytes {
  if (reader.bad || reader.at + length > reader.bytes.length) {
    reader.bad = true
    return new Uint8Array(0)
  }
  reader.at += length
  return reader.bytes.subarray(reader.at - length, reader.at)
}
