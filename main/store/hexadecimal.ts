import type { ArtifactId } from '../../shared/ids.ts'
import { corrupt } from './failure.ts'

// Node's own conversions: four times as fast as portable ones, and every row has some.

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

/** Throws on what is not hexadecimal: a bug of the caller, not to be stored as something shorter. */
export function bytesOf(hex: string): Uint8Array {
  const bytes = Buffer.from(hex, 'hex')
  if (bytes.length * 2 !== hex.length) throw new RangeError('not hexadecimal')
  return bytes
}

const blobTag = 0
const docTag = 1

/** An artifact id as 33 bytes: tag, then the hash. */
export function bytesOfId(id: ArtifactId): Uint8Array {
  const colon = id.indexOf(':')
  const bytes = Buffer.alloc(33)
  bytes[0] = id.startsWith('doc') ? docTag : blobTag
  if (bytes.write(id.slice(colon + 1), 1, 'hex') !== 32) throw new RangeError('not an artifact id')
  return bytes
}

export function idOf(bytes: Uint8Array): ArtifactId {
  const tag = bytes[0]
  if (bytes.length !== 33 || (tag !== blobTag && tag !== docTag)) throw corrupt('An artifact id is not one.')
  return `${tag === docTag ? 'doc' : 'blob'}:${hexOf(bytes.subarray(1))}` as ArtifactId
}
