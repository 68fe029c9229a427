import { randomFillSync } from 'node:crypto'
import { open, seal } from '../crypto/box.ts'
import { derive, keyedDigest } from '../crypto/digest.ts'
import { corrupt } from './failure.ts'

/**
 * Seals values at rest under the vault key: nonce ‖ XChaCha20-Poly1305, with the `place` (column and row) as associated
 * data, so that a value moved to another row does not open there. Opening throws `VaultCorrupt` on anything changed.
 */
export type Sealing = {
  seal(place: string, plain: Uint8Array): Uint8Array
  open(place: string, sealed: Uint8Array): Uint8Array
  sealText(place: string, text: string): Uint8Array
  openText(place: string, sealed: Uint8Array): string
  /** 16 bytes by which a text is found again without being readable */
  blind(place: string, text: string): Uint8Array
}

const nonceLength = 24
/** random bytes are fetched by so many nonces at once: a system call each would cost more than the sealing */
const nonceBatch = 256

export function sealingUnder(key: Uint8Array): Sealing {
  const nonce = nonces()
  const blinding = derive('indra blind names v1', key)
  const self: Sealing = {
    seal(place, plain) {
      const fresh = nonce()
      const box = seal(key, fresh, plain, Buffer.from(place))
      const sealed = new Uint8Array(nonceLength + box.length)
      sealed.set(fresh)
      sealed.set(box, nonceLength)
      return sealed
    },
    open(place, sealed) {
      const plain = open(key, sealed.subarray(0, nonceLength), sealed.subarray(nonceLength), Buffer.from(place))
      if (!plain) throw corrupt(`The sealed value ${place} was changed.`)
      return plain
    },
    sealText: (place, text) => self.seal(place, Buffer.from(text)),
    openText: (place, sealed) => Buffer.from(self.open(place, sealed)).toString(),
    blind: (place, text) => keyedDigest(blinding, Buffer.from(`${place}/${text}`)).slice(0, 16),
  }
  return self
}

function nonces(): () => Uint8Array {
  const pool = new Uint8Array(nonceLength * nonceBatch)
  let at = pool.length
  return () => {
    if (at === pool.length) {
      randomFillSync(pool)
      at = 0
    }
    at += nonceLength
    return pool.subarray(at - nonceLength, at)
  }
}
