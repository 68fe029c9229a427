import { crypto_aead_xchacha20poly1305_ietf_decrypt, crypto_aead_xchacha20poly1305_ietf_encrypt } from 'sodium-native'
import type { Bytes } from './bytes.ts'

/** What Poly1305 adds to a plaintext. */
const TAG = 16

/**
 * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): ciphertext ‖ 16-byte tag, `associated` authenticated beside it.
 * Key 32 bytes, nonce 24, never the same pair for two plaintexts; throws on other sizes.
 */
export function seal(key: Bytes, nonce: Bytes, plain: Bytes, associated: Bytes): Bytes {
  const sealed = new Uint8Array(plain.length + TAG)
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, plain, associated, null, nonce, key)
  return sealed
}

/** What `seal` was given; `undefined` when anything is not as it was sealed, sizes included. */
export function open(key: Bytes, nonce: Bytes, sealed: Bytes, associated: Bytes): Bytes | undefined {
  if (key.length !== 32 || nonce.length !== 24 || sealed.length < TAG) return undefined
  const plain = new Uint8Array(sealed.length - TAG)
  try {
    crypto_aead_xchacha20poly1305_ietf_decrypt(plain, null, sealed, associated, nonce, key)
  } catch {
    return undefined
  }
  return plain
}
