/** What this folder uses of @hyperswarm/secret-stream 6 (it publishes no types): the Noise streams that hyperdht makes. */
declare module '@hyperswarm/secret-stream' {
  import type { Duplex } from 'node:stream'
  import type { KeyPair, NoiseStream } from 'hyperdht'

  interface SecretStream extends NoiseStream {
    /** resolves with false when it ended before both sides had proved their keys */
    readonly opened: Promise<boolean>
    /** milliseconds between signs of life sent */
    setKeepAlive(milliseconds: number): void
  }

  const SecretStream: new (
    isInitiator: boolean,
    raw: Duplex,
    options: { keyPair: KeyPair; remotePublicKey?: Uint8Array },
  ) => SecretStream

  export = SecretStream
}
