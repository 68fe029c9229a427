import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { utf8 as strictUtf8 } from '@scure/base'

export type Bytes = Uint8Array

/** All parts in one new array. */
export function concat(...parts: Bytes[]): Bytes {
  let length = 0
  for (const part of parts) length += part.length
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Same bytes. Takes the same time wherever two arrays of one length differ. */
export function equal(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}

/** Lexicographic order, a prefix before what it begins: negative, 0 or positive as `a` comes before, equals or follows `b`. */
export function compare(a: Bytes, b: Bytes): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Lower-case hexadecimal. */
export function hex(bytes: Bytes): string {
  return bytesToHex(bytes)
}

/** The bytes of a hexadecimal string in either case. Throws on anything else: check foreign text before. */
export function fromHex(text: string): Bytes {
  return hexToBytes(text)
}

/** UTF-8, as every encoder does it: a lone surrogate becomes U+FFFD. */
export function utf8(text: string): Bytes {
  return utf8ToBytes(text)
}

/** The text these bytes spell, a leading U+FEFF kept; `undefined` when they are not valid UTF-8. */
export function fromUtf8(bytes: Bytes): string | undefined {
  try {
    return strictUtf8.encode(bytes)
  } catch {
    return undefined
  }
}

/** `value` as `width` bytes, big-endian. Throws unless it is an integer in 0..2^53−1 that fits. */
export function uint(value: number, width: number): Bytes {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 256 ** width) {
    throw new RangeError(`${value} is no unsigned integer of ${width} bytes`)
  }
  const out = new Uint8Array(width)
  let rest = value
  for (let i = width - 1; i >= 0; i--) {
    out[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return out
}

/** The big-endian unsigned integer in `bytes`. Throws when it is above 2^53−1: read foreign integers of at most 6 bytes, or check. */
export function toUint(bytes: Bytes): number {
  let value = 0
  for (const byte of bytes) value = value * 256 + byte
  if (!Number.isSafeInteger(value)) throw new RangeError(`integer of ${bytes.length} bytes is above 2^53 - 1`)
  return value
}
