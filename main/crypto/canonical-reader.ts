import { type Bytes, compare, fromUtf8 } from './bytes.ts'

/** Containers within containers. */
export const NESTING = 64
/** Values and keys in one encoding, so that few bytes cannot become much memory. 1 MiB of two-byte items is as many. */
export const ITEMS = 524_288

type Cursor = { readonly bytes: Bytes; at: number; items: number }

const EMPTY: Bytes = new Uint8Array(0)
const SHORT_TEXT = 24
/** Thrown and caught here only; one object, because a stack trace per hostile input is work. */
const refusal = new Error('not canonical')

/**
 * One pass that accepts exactly what `encode` of canonical.ts writes. Every rule is checked where the byte is read, so
 * nothing is encoded again and declared sizes are compared with the bytes that are there before anything is made.
 */
export function read(bytes: Bytes): unknown {
  const cursor: Cursor = { bytes, at: 0, items: ITEMS }
  try {
    const value = readItem(cursor, 0)
    return cursor.at === bytes.length ? value : undefined
  } catch (error) {
    if (error === refusal) return undefined
    throw error
  }
}

function readItem(cursor: Cursor, depth: number): unknown {
  const first = cursor.bytes[cursor.at]
  if (first === undefined || --cursor.items < 0) throw refusal
  cursor.at++
  switch (first >> 5) {
    case 0:
      return argument(cursor, first)
    case 1:
      return negative(argument(cursor, first))
    case 2:
      return byteString(cursor, argument(cursor, first))
    case 3:
      return text(cursor, argument(cursor, first))
    case 4:
      return array(cursor, argument(cursor, first), depth + 1)
    case 5:
      return map(cursor, argument(cursor, first), depth + 1)
    case 7:
      return simple(cursor, first)
    default:
      throw refusal
  }
}

/** The number in or after a first byte, in its shortest form only and at most 2^53−1. */
function argument(cursor: Cursor, first: number): number {
  const info = first & 31
  if (info < 24) return info
  if (info > 27) throw refusal
  const width = 1 << (info - 24)
  const end = cursor.at + width
  if (end > cursor.bytes.length) throw refusal
  let value = 0
  while (cursor.at < end) value = value * 256 + (cursor.bytes[cursor.at++] ?? 0)
  const least = width === 1 ? 24 : 256 ** (width / 2)
  if (value < least || value > Number.MAX_SAFE_INTEGER) throw refusal
  return value
}

function negative(value: number): number {
  if (value === Number.MAX_SAFE_INTEGER) throw refusal
  return -1 - value
}

function byteString(cursor: Cursor, length: number): Bytes {
  if (length === 0) return EMPTY
  const start = advance(cursor, length)
  return cursor.bytes.subarray(start, cursor.at)
}

function text(cursor: Cursor, length: number): string {
  const start = advance(cursor, length)
  const short = length <= SHORT_TEXT ? ascii(cursor.bytes, start, cursor.at) : undefined
  const value = short ?? fromUtf8(cursor.bytes.subarray(start, cursor.at))
  if (value === undefined) throw refusal
  return value
}

/** Faster than a decoder for the short keys and words that most strings are. */
function ascii(bytes: Bytes, start: number, end: number): string | undefined {
  let value = ''
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0
    if (byte > 127) return undefined
    value += String.fromCharCode(byte)
  }
  return value
}

function array(cursor: Cursor, length: number, depth: number): unknown[] {
  if (depth > NESTING || length > cursor.items || length > left(cursor)) throw refusal
  const values: unknown[] = []
  for (let i = 0; i < length; i++) values.push(readItem(cursor, depth))
  return values
}

function map(cursor: Cursor, length: number, depth: number): Record<string, unknown> {
  if (depth > NESTING || 2 * length > cursor.items || 2 * length > left(cursor)) throw refusal
  const values: Record<string, unknown> = {}
  let before: Bytes = EMPTY
  for (let i = 0; i < length; i++) {
    const start = cursor.at
    const key = readItem(cursor, depth)
    if (typeof key !== 'string') throw refusal
    const encoded = cursor.bytes.subarray(start, cursor.at)
    if (compare(before, encoded) >= 0) throw refusal
    before = encoded
    put(values, key, readItem(cursor, depth))
  }
  return values
}

/** A plain assignment to `__proto__` would set the prototype instead of the entry. */
function put(values: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') values[key] = value
  else Object.defineProperty(values, key, { value, configurable: true, enumerable: true, writable: true })
}

function simple(cursor: Cursor, first: number): unknown {
  if (first === 0xf4) return false
  if (first === 0xf5) return true
  if (first === 0xf6) return null
  if (first !== 0xfb) throw refusal
  const start = advance(cursor, 8)
  const { buffer, byteOffset } = cursor.bytes
  const value = new DataView(buffer, byteOffset + start, 8).getFloat64(0)
  if (!Number.isFinite(value) || Number.isInteger(value)) throw refusal
  return value
}

function left(cursor: Cursor): number {
  return cursor.bytes.length - cursor.at
}

/** Moves past `length` bytes and says where they began. */
function advance(cursor: Cursor, length: number): number {
  if (length > left(cursor)) throw refusal
  const start = cursor.at
  cursor.at += length
  return start
}
