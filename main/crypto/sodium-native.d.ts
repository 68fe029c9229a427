/** The few functions of libsodium that this folder calls (sodium-native 5 publishes no types). All write into `out`-like first arguments and throw on wrong sizes. */
declare module 'sodium-native' {
  export function crypto_pwhash(
    out: Uint8Array,
    password: Uint8Array,
    salt: Uint8Array,
    ops: number,
    memoryBytes: number,
    algorithm: number,
  ): void
  export function crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void
  export function crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void
  export function crypto_sign_verify_detached(
    signature: Uint8Array,
    message: Uint8Array,
    publicKey: Uint8Array,
  ): boolean
  export function crypto_aead_xchacha20poly1305_ietf_encrypt(
    sealed: Uint8Array,
    plain: Uint8Array,
    associated: Uint8Array | null,
    nsec: null,
    nonce: Uint8Array,
    key: Uint8Array,
  ): number
  export function crypto_aead_xchacha20poly1305_ietf_decrypt(
    plain: Uint8Array,
    nsec: null,
    sealed: Uint8Array,
    associated: Uint8Array | null,
    nonce: Uint8Array,
    key: Uint8Array,
  ): number
  export function crypto_scalarmult_base(point: Uint8Array, scalar: Uint8Array): void
  export function crypto_scalarmult(shared: Uint8Array, scalar: Uint8Array, point: Uint8Array): void
}
