import { crypto_pwhash } from 'sodium-native'
import { type Bytes, utf8 } from './bytes.ts'

/** Passes over the memory, and its size (at least 8,192 bytes). */
export type PasswordLimits = { readonly ops: number; readonly memoryBytes: number }

/** libsodium's `crypto_pwhash_ALG_ARGON2ID13`, which Node cannot import by name. */
const ARGON2ID13 = 2

const LIMITS: PasswordLimits = { ops: 3, memoryBytes: 64 * 1024 * 1024 }

/**
 * The 32-byte key of a passphrase: Argon2id 1.3, one lane, over the passphrase in Unicode NFKC (so that every keyboard
 * types the same one). `salt` has 16 random bytes, kept with what the key seals, as are limits that are not the default
 * of 3 passes over 64 MiB. Blocks for the whole time. Throws when the memory cannot be had or a size is wrong.
 */
export function passwordKey(passphrase: string, salt: Bytes, limits: PasswordLimits = LIMITS): Bytes {
  const key = new Uint8Array(32)
  const typed = utf8(passphrase.normalize('NFKC'))
  crypto_pwhash(key, typed, salt, limits.ops, limits.memoryBytes, ARGON2ID13)
  return key
}
