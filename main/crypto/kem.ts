import { open, seal } from './box.ts'
import { type Bytes, concat } from './bytes.ts'
import { derive, digest } from './digest.ts'
import { xWing } from './x-wing.ts'

const SEED = 32
const SECRET_KEY = SEED + 32
const CIPHERTEXT = 1_120
/** Each key seals once, so its nonce may be constant. */
const NONCE = new Uint8Array(24)

/**
 * Seals `payload` to the holder of a KEM key, so that it stays secret while either X25519 or ML-KEM-768 holds.
 * `context` is authenticated, not carried: the opener must know it. `randomness` is 64 fresh bytes, never reused.
 *
 * Format: X-Wing ciphertext (1,120 bytes) ‖ XChaCha20-Poly1305(payload) under the key
 * derive('indra wrap v1', shared secret ‖ digest(ciphertext) ‖ digest(publicKey)), zero nonce, `context` as associated
 * data; 1,136 bytes more than the payload. It says nothing about who wrapped it: sign it where that matters.
 *
 * Throws on a public key that `isKemKey` refuses: ask that when a foreign key is received.
 */
export function wrap(publicKey: Bytes, payload: Bytes, context: Bytes, randomness: Bytes): Bytes {
  const { cipherText, sharedSecret } = xWing.encapsulate(publicKey, randomness)
  const key = wrappingKey(sharedSecret, cipherText, digest(publicKey))
  return concat(cipherText, seal(key, NONCE, payload, context))
}

/** The payload of `wrap`; `undefined` for another key, another context or any other bytes. Throws on a secret key not from `kemKeys`. */
export function unwrap(secretKey: Bytes, wrapped: Bytes, context: Bytes): Bytes | undefined {
  if (secretKey.length !== SECRET_KEY) throw new RangeError(`a KEM secret key has ${SECRET_KEY} bytes`)
  if (wrapped.length < CIPHERTEXT) return undefined
  const cipherText = wrapped.subarray(0, CIPHERTEXT)
  const sharedSecret = decapsulate(cipherText, secretKey.subarray(0, SEED))
  if (!sharedSecret) return undefined
  const key = wrappingKey(sharedSecret, cipherText, secretKey.subarray(SEED))
  return open(key, NONCE, wrapped.subarray(CIPHERTEXT), context)
}

/**
 * The X-Wing pair (draft-connolly-cfrg-xwing-kem: ML-KEM-768 with X25519) of a 32-byte seed. The public key has 1,216
 * bytes; the secret key is seed ‖ digest(publicKey), 64 bytes.
 */
export function kemKeys(seed: Bytes): { publicKey: Bytes; secretKey: Bytes } {
  return kemPair(seed, xWing.keygen(seed).publicKey)
}

/** The same pair where the public key is already known: spares the key generation. Wrong halves open nothing. */
export function kemPair(seed: Bytes, publicKey: Bytes): { publicKey: Bytes; secretKey: Bytes } {
  return { publicKey, secretKey: concat(seed, digest(publicKey)) }
}

/** Whether one can wrap to this key: 1,216 bytes, ML-KEM coefficients in range, no low-order X25519 point. Costs one encapsulation. */
export function isKemKey(publicKey: Bytes): boolean {
  try {
    xWing.encapsulate(publicKey, new Uint8Array(64))
    return true
  } catch {
    return false
  }
}

function wrappingKey(sharedSecret: Bytes, cipherText: Bytes, publicKeyDigest: Bytes): Bytes {
  return derive('indra wrap v1', concat(sharedSecret, digest(cipherText), publicKeyDigest))
}

/** `undefined` for a low-order X25519 point, the only ciphertext of the right size that is refused here and not by the seal. */
function decapsulate(cipherText: Bytes, seed: Bytes): Bytes | undefined {
  try {
    return xWing.decapsulate(cipherText, seed)
  } catch {
    return undefined
  }
}
