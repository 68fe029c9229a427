import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat, equal } from './bytes.ts'
import {
  addressOf,
  chunkBytes,
  chunkCount,
  chunkLength,
  encodeManifest,
  hashing,
  largestBlob,
  manifestLength,
  openChunk,
  parseManifest,
  sealChunk,
  sealedLength,
} from './chunks.ts'
import { digest } from './digest.ts'

const key = new Uint8Array(32).fill(7)

test('BLOB-1 a chunk opens at its own place and end only', () => {
  const plain = new Uint8Array([1, 2, 3])
  const sealed = sealChunk(key, 4, false, plain)
  expect(openChunk(key, 4, false, sealed)).toEqual(plain)
  expect(openChunk(key, 5, false, sealed)).toBeUndefined()
  expect(openChunk(key, 4, true, sealed)).toBeUndefined()
  expect(openChunk(new Uint8Array(32), 4, false, sealed)).toBeUndefined()
  expect(sealChunk(key, 4, false, plain)).toEqual(sealed)
})

test('BLOB-1 every byte of a file lies in exactly one chunk, and an empty file has one', () => {
  for (const size of [0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes, 2 * 1024 ** 3]) {
    const count = chunkCount(size)
    let sum = 0
    for (let index = 0; index < count; index += 1) sum += chunkLength(size, index)
    expect(sum).toBe(size)
    expect(sealedLength(size, count - 1)).toBe(chunkLength(size, count - 1) + 16)
  }
})

test('BLOB-1 a manifest is read as it was written, and fits where it is expected', () => {
  for (const size of [0, 1, chunkBytes, 200 * chunkBytes, largestBlob]) {
    const manifest = { size, hashes: new Uint8Array(32 * chunkCount(size)).fill(9) }
    const bytes = encodeManifest(manifest)
    expect(bytes.length).toBeLessThanOrEqual(manifestLength(size))
    expect(parseManifest(bytes)).toEqual(manifest)
    expect(addressOf(bytes)).toEqual(digest(bytes))
  }
})

test('BLOB-1 what lies about itself is no manifest', () => {
  const hashes = new Uint8Array(64)
  expect(parseManifest(encodeManifest({ size: 3 * chunkBytes, hashes }))).toBeUndefined()
  expect(parseManifest(encodeManifest({ size: 1, hashes }))).toBeUndefined()
  expect(parseManifest(encodeManifest({ size: -1, hashes: new Uint8Array(32) }))).toBeUndefined()
  expect(parseManifest(encodeManifest({ size: 1.5, hashes: new Uint8Array(64) }))).toBeUndefined()
  expect(parseManifest(encodeManifest({ size: 2 ** 53 - 1, hashes }))).toBeUndefined()
  fc.assert(fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => parseManifest(bytes) === undefined))
})

test('BLOB-1 hashing piece by piece is hashing at once, and disposing twice does nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200_000 }), { maxLength: 6 }), (pieces) => {
      const whole = hashing()
      for (const piece of pieces) whole.update(piece)
      return equal(whole.finish(), digest(concat(...pieces)))
    }),
    { numRuns: 20 },
  )
  const abandoned = hashing()
  abandoned.update(new Uint8Array(5))
  abandoned.dispose()
  abandoned.dispose()
})
