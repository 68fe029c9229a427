import { sha3_256, shake256 } from '@noble/hashes/sha3.js'
import { combineKEMS, expandSeedXof } from '@noble/post-quantum/hybrid.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { crypto_scalarmult, crypto_scalarmult_base } from 'sodium-native'
import { type Bytes, concat, utf8 } from './bytes.ts'

const SIZE = 32
const LABEL = utf8('\\.//^\\')

/** X25519 by libsodium: a tenth of the time of the one in JavaScript. Throws on a point of low order. */
const x25519 = {
  lengths: { secretKey: SIZE, publicKey: SIZE, seed: SIZE, msg: SIZE, msgRand: SIZE, cipherText: SIZE },
  keygen: (seed: Bytes = new Uint8Array(0)) => ({ secretKey: seed.slice(), publicKey: pointOf(seed) }),
  getPublicKey: pointOf,
  encapsulate: (publicKey: Bytes, scalar: Bytes = new Uint8Array(0)) => ({
    cipherText: pointOf(scalar),
    sharedSecret: agree(scalar, publicKey),
  }),
  decapsulate: (cipherText: Bytes, secretKey: Bytes) => agree(secretKey, cipherText),
}

/** X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 and X25519, put together as noble does it. */
export const xWing = combineKEMS(
  SIZE,
  SIZE,
  expandSeedXof(shake256),
  (publicKeys: Bytes[], cipherTexts: Bytes[], secrets: Bytes[]) =>
    sha3_256(concat(...secrets, ...cipherTexts.slice(1), ...publicKeys.slice(1), LABEL)),
  ml_kem768,
  x25519,
)

function pointOf(scalar: Bytes): Bytes {
  const point = new Uint8Array(SIZE)
  crypto_scalarmult_base(point, scalar)
  return point
}

function agree(scalar: Bytes, point: Bytes): Bytes {
  const shared = new Uint8Array(SIZE)
  crypto_scalarmult(shared, scalar, point)
  return shared
}
