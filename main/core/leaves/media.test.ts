import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat, fromHex, uint, utf8 } from '../../crypto/bytes.ts'
import { leafTypeOf, mimeOf } from './media.ts'
import { pictureSize } from './picture-size.ts'

const png = concat(fromHex('89504e470d0a1a0a0000000d'), utf8('IHDR'), uint(640, 4), uint(480, 4), new Uint8Array(8))
const gif = concat(utf8('GIF89a'), fromHex('80020100'), new Uint8Array(4))
const exif = concat(fromHex('ffe1'), uint(40_002, 2), new Uint8Array(40_000))
const jpeg = concat(fromHex('ffd8'), exif, fromHex('ffc2001108'), uint(768, 2), uint(1_024, 2), new Uint8Array(9))
const riff = (kind: string, rest: Uint8Array) =>
  concat(utf8('RIFF'), uint(0, 4), utf8('WEBP'), utf8(kind), uint(0, 4), rest)
const webp = riff('VP8X', concat(new Uint8Array(4), fromHex('1f0300'), fromHex('570200'), new Uint8Array(4)))
const lossy = riff('VP8 ', concat(new Uint8Array(6), fromHex('20035802'), new Uint8Array(4)))
const lossless = riff('VP8L', concat(fromHex('2f'), fromHex('1f432500'), new Uint8Array(9)))
const avif = concat(
  fromHex('0000001c'),
  utf8('ftypavif'),
  new Uint8Array(16),
  fromHex('00000014'),
  utf8('ispe'),
  new Uint8Array(4),
  uint(800, 4),
  uint(600, 4),
  new Uint8Array(8),
)

test('BLOB-7 pictures are told by how they begin, whatever they are called, and measured by their headers', () => {
  const all = [
    [png, 'image/png', 640, 480],
    [gif, 'image/gif', 640, 1],
    [jpeg, 'image/jpeg', 1_024, 768],
    [webp, 'image/webp', 800, 600],
    [lossy, 'image/webp', 800, 600],
    [lossless, 'image/webp', 800, 150],
    [avif, 'image/avif', 800, 600],
  ] as const
  for (const [bytes, mime, width, height] of all) {
    expect(mimeOf(bytes, 'notes.txt')).toBe(mime)
    expect(leafTypeOf(mime)).toBe('image')
    expect(pictureSize(mime, bytes)).toEqual({ width, height })
  }
})

test('BLOB-7 what a browser would run is never called what it is', () => {
  for (const text of ['<html><script>', '<svg xmlns="http://www.w3.org/2000/svg"/>', '<?xml version="1.0"?>']) {
    for (const name of ['page.html', 'picture.svg', 'style.css', 'code.js', 'a.xhtml']) {
      expect(mimeOf(utf8(text), name)).toBe('text/plain')
    }
  }
  expect(mimeOf(new Uint8Array([0, 1, 2]), 'x.html')).toBe('application/octet-stream')
  expect(mimeOf(new Uint8Array(0), 'empty')).toBe('application/octet-stream')
  expect(leafTypeOf('image/svg+xml')).toBe('file')
})

test('BLOB-7 headers that lie have no size, and no header takes long', () => {
  const huge = concat(fromHex('89504e470d0a1a0a0000000d'), utf8('IHDR'), uint(2 ** 32 - 1, 4), uint(2 ** 32 - 1, 4))
  expect(pictureSize('image/png', huge)).toBeUndefined()
  const flat = concat(fromHex('89504e470d0a1a0a0000000d'), utf8('IHDR'), uint(0, 4), uint(5, 4))
  expect(pictureSize('image/png', flat)).toBeUndefined()
  const circling = concat(fromHex('ffd8'), ...Array.from({ length: 50_000 }, () => fromHex('ffe00000')))
  expect(pictureSize('image/jpeg', circling)).toBeUndefined()
  const mimes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp', 'text/plain']
  const begun = fc.constantFrom(png, gif, jpeg.slice(0, 100), webp, lossy, lossless, avif)
  fc.assert(
    fc.property(
      fc.constantFrom(...mimes),
      begun,
      fc.uint8Array({ maxLength: 60 }),
      fc.nat(80),
      (mime, head, noise, at) => {
        const spoiled = head.slice()
        spoiled.set(noise.subarray(0, Math.max(0, spoiled.length - at)), Math.min(at, spoiled.length))
        for (const bytes of [spoiled, head.subarray(0, at), noise]) {
          mimeOf(bytes, 'x')
          const size = pictureSize(mime, bytes)
          if (size && !(size.width <= 65_535 && size.height <= 65_535)) return false
        }
        return true
      },
    ),
  )
})
