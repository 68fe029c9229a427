import type { Bytes } from '../../crypto/bytes.ts'

/**
 * What kind of thing a file is: by how it begins, and where that says nothing by what it is called. Content that a
 * browser would run is never named as such: it travels as plain bytes, whatever it says of itself.
 */
export function mimeOf(head: Bytes, name: string): string {
  for (const { mime, at = 0, begins } of signatures) if (hasAt(head, at, begins)) return mime
  const brand = hasAt(head, 4, 'ftyp') ? brands[ascii(head, 8, 12)] : undefined
  if (brand) return brand
  if (hasAt(head, 0, 'RIFF')) return riffs[ascii(head, 8, 12)] ?? plainBytes
  const ending = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  const named = Object.hasOwn(endings, ending) ? endings[ending] : undefined
  if (named) return named
  return looksLikeText(head) ? 'text/plain' : plainBytes
}

export function leafTypeOf(mime: string): 'image' | 'file' {
  return pictures.has(mime) ? 'image' : 'file'
}

/** Pictures that surfaces draw. SVG is not among them: it is a program. */
const pictures = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp'])

const plainBytes = 'application/octet-stream'

const signatures: readonly { readonly mime: string; readonly at?: number; readonly begins: string }[] = [
  { mime: 'image/png', begins: '\x89PNG\r\n\x1a\n' },
  { mime: 'image/jpeg', begins: '\xff\xd8\xff' },
  { mime: 'image/gif', begins: 'GIF87a' },
  { mime: 'image/gif', begins: 'GIF89a' },
  { mime: 'image/bmp', begins: 'BM' },
  { mime: 'application/pdf', begins: '%PDF-' },
  { mime: 'application/zip', begins: 'PK\x03\x04' },
  { mime: 'application/gzip', begins: '\x1f\x8b\x08' },
  { mime: 'audio/ogg', begins: 'OggS' },
  { mime: 'audio/flac', begins: 'fLaC' },
  { mime: 'audio/mpeg', begins: 'ID3' },
  { mime: 'video/webm', begins: '\x1a\x45\xdf\xa3' },
]

const brands: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  avis: 'image/avif',
  heic: 'image/heic',
  mif1: 'image/heif',
  isom: 'video/mp4',
  iso2: 'video/mp4',
  mp41: 'video/mp4',
  mp42: 'video/mp4',
  'M4A ': 'audio/mp4',
  'M4V ': 'video/mp4',
  'qt  ': 'video/quicktime',
}

const riffs: Readonly<Record<string, string>> = { WEBP: 'image/webp', WAVE: 'audio/wav', 'AVI ': 'video/x-msvideo' }

/** Only what no beginning tells and nothing runs. */
const endings: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  json: 'application/json',
  mp3: 'audio/mpeg',
  tar: 'application/x-tar',
}

function looksLikeText(head: Bytes): boolean {
  if (head.length === 0) return false
  for (const byte of head.subarray(0, 4_096)) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) return false
  return true
}

function hasAt(bytes: Bytes, at: number, text: string): boolean {
  if (bytes.length < at + text.length) return false
  for (let index = 0; index < text.length; index += 1) if (bytes[at + index] !== text.charCodeAt(index)) return false
  return true
}

function ascii(bytes: Bytes, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to))
}
