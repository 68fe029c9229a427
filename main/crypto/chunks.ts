import { create_hasher } from 'blake3-wasm/dist/wasm/nodejs/blake3_js.js'
import { open, seal } from './box.ts'
import { type Bytes, concat, uint, utf8 } from './bytes.ts'
import { decode, encode } from './canonical.ts'
import { digest } from './digest.ts'

/**
 * How a file is sealed: cut into chunks of 1 MiB, each XChaCha20-Poly1305 under the blob's own random key. The nonce is
 * the chunk's number and whether it is the last, so that no chunk can be left out, moved or put behind the end, and
 * the same key never seals two plaintexts at one place. An empty file is one empty chunk.
 */
export const chunkBytes = 1_048_576
const tagBytes = 16
/** A sealed chunk is at most so long. */
const sealedChunkBytes = chunkBytes + tagBytes
/** The largest file there can be: its manifest still fits where an envelope does. */
export const largestBlob = 16 * 1024 * chunkBytes

const context = utf8('indra chunk v1')

export function chunkCount(size: number): number {
  return Math.max(1, Math.ceil(size / chunkBytes))
}

/** Bytes of a chunk before it is sealed. */
export function chunkLength(size: number, index: number): number {
  return Math.min(chunkBytes, size - index * chunkBytes)
}

export function sealedLength(size: number, index: number): number {
  return chunkLength(size, index) + tagBytes
}

/** Where a sealed chunk begins in its file. */
export function sealedStart(index: number): number {
  return index * sealedChunkBytes
}

export function sealChunk(key: Bytes, index: number, isLast: boolean, plain: Bytes): Bytes {
  return seal(key, nonceOf(index, isLast), plain, context)
}

export function openChunk(key: Bytes, index: number, isLast: boolean, sealed: Bytes): Bytes | undefined {
  return open(key, nonceOf(index, isLast), sealed, context)
}

function nonceOf(index: number, isLast: boolean): Bytes {
  return concat(uint(index, 8), uint(isLast ? 1 : 0, 1), new Uint8Array(15))
}

/** What is known of a sealed file: how long its plaintext is, and the BLAKE3 of every sealed chunk. */
export type Manifest = { readonly size: number; readonly hashes: Bytes }

/** Its BLAKE3 is the blob's *address*: it names the sealed bytes and says nothing of what they mean. */
export function encodeManifest({ size, hashes }: Manifest): Bytes {
  return encode([1, size, hashes])
}

/** The most bytes a manifest of a file of this size has. */
export function manifestLength(size: number): number {
  return 32 + 32 * chunkCount(size)
}

/** `undefined` for what is no manifest, or says of itself what cannot be. */
export function parseManifest(bytes: Bytes): Manifest | undefined {
  const value = decode(bytes)
  if (!Array.isArray(value) || value.length !== 3) return undefined
  const [version, size, hashes] = value as unknown[]
  if (version !== 1 || typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined
  if (size > largestBlob || !(hashes instanceof Uint8Array) || hashes.length !== 32 * chunkCount(size)) return undefined
  return { size, hashes }
}

export function addressOf(manifest: Bytes): Bytes {
  return digest(manifest)
}

export function hashAt({ hashes }: Manifest, index: number): Bytes {
  return hashes.subarray(32 * index, 32 * index + 32)
}

/** BLAKE3 of what comes piece by piece. One of `finish` and `dispose` has to be called: an abandoned one leaks. */
export type Hashing = { update(bytes: Bytes): void; finish(): Bytes; dispose(): void }

/** WebAssembly memory never shrinks, so what is hashed passes through it in pieces of this size. */
const pieceBytes = 65_536

export function hashing(): Hashing {
  const hasher = create_hasher()
  let isOver = false
  const dispose = () => {
    if (!isOver) hasher.free()
    isOver = true
  }
  return {
    update(bytes) {
      for (let at = 0; at < bytes.length; at += pieceBytes) hasher.update(bytes.subarray(at, at + pieceBytes))
    },
    finish() {
      const out = new Uint8Array(32)
      hasher.digest(out)
      dispose()
      return out
    },
    dispose,
  }
}
