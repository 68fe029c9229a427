import fc from 'fast-check'
import { expect, test } from 'vitest'
import { open } from './box.ts'
import { type Bytes, concat, fromHex, hex, utf8 } from './bytes.ts'
import { derive, digest } from './digest.ts'
import { isKemKey, kemKeys, unwrap, wrap } from './kem.ts'

/** The vectors of draft-connolly-cfrg-xwing-kem: seed, eseed, shared secret, and public key and ciphertext by their BLAKE3. */
const X_WING = [
  [
    '7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26',
    '3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e235b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2',
    'd2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384',
    'feef93be794a93e4e5e9ea6b57c0cb74477e7624a4a5cc269372392b8cb49ca2',
    'ad7464c3f36f257dfe3369a82fef9f60f84fd14fffc232ec50568de4511e0ff3',
  ],
  [
    'badfd6dfaac359a5efbb7bcc4b59d538df9a04302e10c8bc1cbf1a0b3a5120ea',
    '17cda7cfad765f5623474d368ccca8af0007cd9f5e4c849f167a580b14aabdefaee7eef47cb0fca9767be1fda69419dfb927e9df07348b196691abaeb580b32d',
    'f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150',
    'c310cb621a32d3c176d4d192f76e1fd47ad1d5fcd138580eab65ded0f9ee2869',
    'e774162ad8d6442bc0bb4debd8cc4c0f1523dd4e8d38726f6c80319ff0f96d6b',
  ],
  [
    'ef58538b8d23f87732ea63b02b4fa0f4873360e2841928cd60dd4cee8cc0d4c9',
    '22a96188d032675c8ac850933c7aff1533b94c834adbb69c6115bad4692d8619f90b0cdf8a7b9c264029ac185b70b83f2801f2f4b3f70c593ea3aeeb613a7f1b',
    '953f7f4e8c5b5049bdc771d1dffada0dd961477d1a2ae0988baa7ea6898d893f',
    '2a69743aecaec991bdb7b5d81d2e2c6884b26257cea5760c103f53de45a9614a',
    '3bef16171cd6674dca1bba9091fa8d8fe3beed1837b3addf88a47f0861d0689e',
  ],
] as const

const keys = kemKeys(new Uint8Array(32).fill(1))
const randomness = new Uint8Array(64).fill(2)
const context = utf8('where it belongs')
const payload = utf8('a content key')
const wrapped = wrap(keys.publicKey, payload, context, randomness)

function flipped(bytes: Bytes, bit: number): Bytes {
  const out = bytes.slice()
  out[bit >> 3] = (out[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return out
}

test.each(X_WING)('KEM-1 X-Wing vector of seed %s', (seed, eseed, sharedSecret, publicKeyDigest, ciphertextDigest) => {
  const pair = kemKeys(fromHex(seed))
  expect(hex(digest(pair.publicKey))).toBe(publicKeyDigest)
  const sealed = wrap(pair.publicKey, payload, context, fromHex(eseed))
  expect(hex(digest(sealed.subarray(0, 1_120)))).toBe(ciphertextDigest)
  const key = derive('indra wrap v1', fromHex(sharedSecret + ciphertextDigest + publicKeyDigest))
  expect(open(key, new Uint8Array(24), sealed.subarray(1_120), context)).toEqual(payload)
})

test('KEM-2 sizes are those of the format', () => {
  expect(keys.publicKey).toHaveLength(1_216)
  expect(keys.secretKey).toHaveLength(64)
  expect(wrapped).toHaveLength(payload.length + 1_136)
})

test('KEM-3 what is wrapped unwraps with its key and context, and with nothing else', () => {
  const sizes = fc.uint8Array({ minLength: 32, maxLength: 32 })
  fc.assert(
    fc.property(sizes, fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 40 }), (seed, secret, where) => {
      const pair = kemKeys(seed)
      const sealed = wrap(pair.publicKey, secret, where, concat(seed, seed))
      expect(unwrap(pair.secretKey, sealed, where)).toEqual(secret)
      expect(unwrap(pair.secretKey, sealed, concat(where, where, Uint8Array.of(0)))).toBeUndefined()
      expect(unwrap(keys.secretKey, sealed, where)).toBeUndefined()
    }),
    { numRuns: 15 },
  )
})

test('KEM-4 a flipped bit in each region of the wrapped bytes is refused', () => {
  for (let bit = 0; bit < wrapped.length * 8; bit += 97) {
    expect(unwrap(keys.secretKey, flipped(wrapped, bit), context)).toBeUndefined()
  }
})

test('KEM-5 hostile bytes of any length, low-order X25519 points included, are refused without an error', () => {
  for (const size of [0, 1, 16, 1_088, 1_119, 1_120, 1_135, 1_136, 5_000]) {
    expect(unwrap(keys.secretKey, new Uint8Array(size), context)).toBeUndefined()
    expect(unwrap(keys.secretKey, new Uint8Array(size).fill(255), context)).toBeUndefined()
  }
  const lowOrder = wrapped.slice()
  lowOrder.fill(0, 1_088, 1_120)
  expect(unwrap(keys.secretKey, lowOrder, context)).toBeUndefined()
})

test('KEM-6 a foreign key one cannot wrap to is told before', () => {
  expect(isKemKey(keys.publicKey)).toBe(true)
  const lowOrder = keys.publicKey.slice()
  lowOrder.fill(0, 1_184)
  const outOfRange = keys.publicKey.slice()
  outOfRange.fill(255, 0, 3)
  const sized = [new Uint8Array(0), keys.publicKey.subarray(1), concat(keys.publicKey, Uint8Array.of(0))]
  for (const wrong of [lowOrder, outOfRange, ...sized]) {
    expect(isKemKey(wrong)).toBe(false)
    expect(() => wrap(wrong, payload, context, randomness)).toThrow()
  }
})

test('KEM-7 own keys and randomness of a wrong size throw', () => {
  expect(() => unwrap(keys.secretKey.subarray(0, 32), wrapped, context)).toThrow(RangeError)
  expect(() => wrap(keys.publicKey, payload, context, new Uint8Array(32))).toThrow()
  expect(() => kemKeys(new Uint8Array(31))).toThrow()
})

test('KEM-8 other randomness gives another ciphertext, the same randomness the same', () => {
  expect(wrap(keys.publicKey, payload, context, randomness)).toEqual(wrapped)
  const other = wrap(keys.publicKey, payload, context, new Uint8Array(64).fill(3))
  expect(hex(other.subarray(0, 1_120))).not.toBe(hex(wrapped.subarray(0, 1_120)))
})
