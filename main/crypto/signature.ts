import { crypto_sign_detached, crypto_sign_seed_keypair, crypto_sign_verify_detached } from 'sodium-native'
import type { Bytes } from './bytes.ts'

/**
 * Whether `signature` is `publicKey`'s over `bytes` by libsodium's rule, the only one that counts here: S below the
 * group order, no small-order or non-canonical public key, no small-order R, no cofactor. False, never an error, for
 * any other length or content.
 */
export function verify(signature: Bytes, bytes: Bytes, publicKey: Bytes): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false
  return crypto_sign_verify_detached(signature, bytes, publicKey)
}

/** Ed25519 (RFC 8032), 64 bytes. `secretKey` is the 64 bytes of `signingKeys`; throws on another size. */
export function sign(bytes: Bytes, secretKey: Bytes): Bytes {
  const signature = new Uint8Array(64)
  crypto_sign_detached(signature, bytes, secretKey)
  return signature
}

/** The Ed25519 pair of a 32-byte seed; `secretKey` is libsodium's seed ‖ publicKey. Throws on another size. */
export function signingKeys(seed: Bytes): { publicKey: Bytes; secretKey: Bytes } {
  const publicKey = new Uint8Array(32)
  const secretKey = new Uint8Array(64)
  crypto_sign_seed_keypair(publicKey, secretKey, seed)
  return { publicKey, secretKey }
}
