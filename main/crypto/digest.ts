import {
  type Blake3Hash,
  create_derive,
  create_hasher,
  create_keyed,
  hash,
} from 'blake3-wasm/dist/wasm/nodejs/blake3_js.js'
import type { Bytes } from './bytes.ts'

// The WebAssembly module itself: the package's own keyedHash and deriveKey never free their hasher.

/** WebAssembly memory never shrinks, so longer inputs pass through it in pieces of this size. */
const PIECE = 65_536

/** BLAKE3 of `bytes`, 32 bytes. */
export function digest(bytes: Bytes): Bytes {
  if (bytes.length > PIECE) return finish(create_hasher(), bytes, 32)
  const out = new Uint8Array(32)
  hash(bytes, out)
  return out
}

/** BLAKE3's keyed mode, 32 bytes: a MAC, and a blind tag under a secret. Throws unless `key` has 32 bytes. */
export function keyedDigest(key: Bytes, bytes: Bytes): Bytes {
  if (key.length !== 32) throw new RangeError(`a digest key has 32 bytes, not ${key.length}`)
  return finish(create_keyed(key), bytes, 32)
}

/**
 * BLAKE3's key derivation mode. `context` is a constant of this program, never data; `material` must hold the entropy.
 * Outputs of one context and material are prefixes of each other.
 */
export function derive(context: string, material: Bytes, length = 32): Bytes {
  return finish(create_derive(context), material, length)
}

/** Frees the hasher whatever happens: an abandoned one leaks 1.9 kB. */
function finish(hasher: Blake3Hash, bytes: Bytes, length: number): Bytes {
  const out = new Uint8Array(length)
  try {
    for (let at = 0; at < bytes.length; at += PIECE) hasher.update(bytes.subarray(at, at + PIECE))
    hasher.digest(out)
  } finally {
    hasher.free()
  }
  return out
}
