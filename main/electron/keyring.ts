import { randomBytes } from 'node:crypto'
import { open, seal } from '../crypto/box.ts'
import { concat, utf8 } from '../crypto/bytes.ts'
import type { Keyring } from '../store/vault-key.ts'

const context = utf8('indra keychain secret v1')
const nonceLength = 24

/**
 * A keyring that works where the system's keychain cannot be reached: it seals under a secret (vault-key.ts) that the
 * keychain opened. Gives nonce ‖ XChaCha20-Poly1305 box; opening what another secret sealed throws.
 */
export function keyringUnder(secret: string): Keyring {
  const key = Buffer.from(secret, 'base64url')
  return {
    seal(bytes) {
      const nonce = randomBytes(nonceLength)
      return concat(nonce, seal(key, nonce, bytes, context))
    },
    open(bytes) {
      const plain = open(key, bytes.subarray(0, nonceLength), bytes.subarray(nonceLength), context)
      if (!plain) throw new Error('sealed under another secret')
      return plain
    },
  }
}
