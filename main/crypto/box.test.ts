import fc from 'fast-check'
import { expect, test } from 'vitest'
import { open, seal } from './box.ts'
import { type Bytes, fromHex, hex, utf8 } from './bytes.ts'

const key = new Uint8Array(32).fill(1)
const nonce = new Uint8Array(24).fill(2)

function flipped(bytes: Bytes, bit: number): Bytes {
  const out = bytes.slice()
  out[bit >> 3] = (out[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return out
}

test('BOX-1 draft-irtf-cfrg-xchacha-03 A.3.1', () => {
  const plain = utf8(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  )
  const draftKey = fromHex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f')
  const draftNonce = fromHex('404142434445464748494a4b4c4d4e4f5051525354555657')
  const associated = fromHex('50515253c0c1c2c3c4c5c6c7')
  const sealed = seal(draftKey, draftNonce, plain, associated)
  expect(hex(sealed)).toBe(
    'bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39' +
      'ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9' +
      '21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49',
  )
  expect(open(draftKey, draftNonce, sealed, associated)).toEqual(plain)
})

test('BOX-2 what is sealed opens, empty parts and views included', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 50 }), (plain, associated) => {
      const sealed = seal(key, nonce, plain, associated)
      expect(sealed).toHaveLength(plain.length + 16)
      const within = new Uint8Array(sealed.length + 2)
      within.set(sealed, 1)
      expect(open(key, nonce, within.subarray(1, -1), associated)).toEqual(plain)
    }),
  )
})

test('BOX-3 every flipped bit of key, nonce, sealed bytes or associated data is refused', () => {
  const associated = utf8('header')
  const sealed = seal(key, nonce, utf8('a message'), associated)
  const parts = [key, nonce, sealed, associated] as const
  for (const [index, part] of parts.entries()) {
    for (let bit = 0; bit < part.length * 8; bit++) {
      const [k, n, s, a] = parts.map((kept, i) => (i === index ? flipped(kept, bit) : kept))
      expect(open(k ?? key, n ?? nonce, s ?? sealed, a ?? associated)).toBeUndefined()
    }
  }
})

test('BOX-4 wrong sizes are refused on opening without an error, and throw on sealing', () => {
  const sealed = seal(key, nonce, utf8('x'), nonce)
  for (let size = 0; size < 64; size++) {
    const sized = new Uint8Array(size)
    expect(open(key, nonce, sized, nonce)).toBeUndefined()
    expect(open(key, nonce, sealed, sized)).toBeUndefined()
    if (size !== 32) expect(open(sized, nonce, sealed, nonce)).toBeUndefined()
    if (size !== 24) expect(open(key, sized, sealed, nonce)).toBeUndefined()
  }
  expect(() => seal(nonce, nonce, key, key)).toThrow()
  expect(() => seal(key, key, key, key)).toThrow()
})
