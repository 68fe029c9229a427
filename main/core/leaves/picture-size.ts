import type { Bytes } from '../../crypto/bytes.ts'

export type PictureSize = { readonly width: number; readonly height: number }

/**
 * How large a picture says it is, from its header alone: nothing is unfolded, every step goes forward, and what does
 * not fit or claims absurd sizes has none. Sources: the PNG, JFIF, GIF, RIFF/WebP and ISO 14496-12/HEIF headers.
 */
export function pictureSize(mime: string, head: Bytes): PictureSize | undefined {
  const measure = Object.hasOwn(measures, mime) ? measures[mime] : undefined
  const size = measure?.(new DataView(head.buffer, head.byteOffset, head.byteLength))
  return size && isSane(size.width) && isSane(size.height) ? size : undefined
}

/** What decoders take at most on a side, well within what a hostile header can claim. */
const longestSide = 65_535

function isSane(side: number): boolean {
  return side >= 1 && side <= longestSide
}

const measures: Readonly<Record<string, (view: DataView) => PictureSize | undefined>> = {
  'image/png': (view) =>
    view.byteLength >= 24 && tag(view, 12) === 'IHDR'
      ? { width: view.getUint32(16), height: view.getUint32(20) }
      : undefined,
  'image/gif': (view) =>
    view.byteLength >= 10 ? { width: view.getUint16(6, true), height: view.getUint16(8, true) } : undefined,
  'image/bmp': (view) =>
    view.byteLength >= 26
      ? { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) }
      : undefined,
  'image/jpeg': jpegSize,
  'image/webp': webpSize,
  'image/avif': avifSize,
}

/** Segments of a JPEG up to the one that begins a frame. */
function jpegSize(view: DataView): PictureSize | undefined {
  let at = 2
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) at += 1
    else if (isFrame(marker)) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2
    else if (marker === 0xd9 || marker === 0xda) return undefined
    else at += 2 + Math.max(2, view.getUint16(at + 2))
  }
  return undefined
}

/** SOF0…SOF15 without the tables that lie among their numbers. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

function webpSize(view: DataView): PictureSize | undefined {
  if (view.byteLength < 30) return undefined
  const kind = tag(view, 12)
  if (kind === 'VP8 ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true)
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
  }
  if (kind !== 'VP8X') return undefined
  return { width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 }
}

/** The largest `ispe` property that the head holds: thumbnails and tiles are smaller than the picture they are of. */
function avifSize(view: DataView): PictureSize | undefined {
  let largest: PictureSize | undefined
  const end = Math.min(view.byteLength - 20, 16_384)
  for (let at = 0; at <= end; at += 1) {
    if (view.getUint8(at + 4) !== 0x69 || tag(view, at + 4) !== 'ispe' || view.getUint32(at) !== 20) continue
    const size = { width: view.getUint32(at + 12), height: view.getUint32(at + 16) }
    if (!largest || size.width * size.height > largest.width * largest.height) largest = size
  }
  return largest
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3))
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) + view.getUint8(at + 2) * 65_536
}
