import { encode as encodeCbor } from 'cborg'
import type { Bytes } from './bytes.ts'
import { ITEMS, NESTING, read } from './canonical-reader.ts'

/** What can be encoded. Numbers are integers within ±(2^53−1) or finite fractions; strings are well-formed Unicode. */
export type Canonical =
  | null
  | boolean
  | number
  | string
  | Bytes
  | readonly Canonical[]
  | { readonly [key: string]: Canonical }

/**
 * The one encoding of `value` that is signed, hashed and sent: deterministic CBOR (RFC 8949 §4.2) of definite lengths,
 * shortest integers, 64-bit floats for fractions only, text keys in the order of their encoded bytes, no tags, at most
 * 64 levels and 524,288 items. −0 is written as 0. Throws on anything else (`undefined`, NaN, a lone surrogate, a
 * cycle): check foreign text before.
 */
export function encode(value: Canonical): Bytes {
  admit(value, 0, { left: ITEMS })
  return encodeCbor(value, { float64: true })
}

/**
 * The value whose `encode` is exactly `bytes`; `undefined` for all other bytes, before much work is done.
 * Byte strings in it are views into one private copy of `bytes`: `slice()` a small one that is kept long or posted to
 * another thread, or it takes the whole with it.
 */
export function decode(bytes: Bytes): unknown {
  return read(new Uint8Array(bytes))
}

function admit(value: unknown, depth: number, items: { left: number }): void {
  if (--items.left < 0) throw new RangeError(`more than ${ITEMS} items`)
  switch (typeof value) {
    case 'boolean':
      return
    case 'number':
      if (Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value))) return
      break
    case 'string':
      if (!/\p{Surrogate}/u.test(value)) return
      break
    case 'object':
      if (value !== null && !(value instanceof Uint8Array)) admitInside(value, depth + 1, items)
      return
  }
  throw new TypeError(`a ${typeof value} that has no canonical encoding`)
}

function admitInside(value: object, depth: number, items: { left: number }): void {
  if (depth > NESTING) throw new RangeError(`nested deeper than ${NESTING}`)
  if (Array.isArray(value)) {
    for (const item of value) admit(item, depth, items)
    return
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError('an object that is not plain')
  for (const [key, item] of Object.entries(value)) {
    admit(key, depth, items)
    admit(item, depth, items)
  }
}
