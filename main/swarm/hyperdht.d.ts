/** What this folder uses of hyperdht 6, dht-rpc under it and the Noise streams it makes (they publish no types). */
declare module 'hyperdht' {
  import type { EventEmitter } from 'node:events'

  class HyperDHT extends EventEmitter {
    constructor(options: HyperDHT.Options)
    /** a node that others find the network by; throws when the port cannot be bound */
    static bootstrapper(port: number, host: string, options: HyperDHT.Options): HyperDHT
    static keyPair(seed: Uint8Array): HyperDHT.KeyPair
    readonly bootstrapped: boolean
    /** false after two ticks of 5 s in which everything asked stayed unanswered */
    readonly online: boolean
    readonly nodes: { readonly length: number }
    /** opens the sockets; needs no network */
    bind(): Promise<void>
    fullyBootstrapped(): Promise<void>
    refresh(): void
    /** asked something by another node; whether it was its to answer */
    onrequest(request: HyperDHT.Request): boolean
    address(): { host: string; port: number } | null
    connect(remotePublicKey: Uint8Array, options?: object): HyperDHT.NoiseStream
    destroy(options?: { force?: boolean }): Promise<void>
  }

  namespace HyperDHT {
    interface Request {
      readonly command: number
      readonly target: Uint8Array | null
      readonly value: Uint8Array | null
    }
    interface KeyPair {
      readonly publicKey: Uint8Array
      readonly secretKey: Uint8Array
    }
    interface Options {
      bootstrap?: readonly { readonly host: string; readonly port: number }[]
      keyPair?: KeyPair
      host?: string
      /** one port, or a half-open range of them; any free one when all are taken or the range is empty */
      port?: number | readonly [number, number]
      ephemeral?: boolean
      firewalled?: boolean
    }
    interface NoiseStream
      extends EventEmitter<{ open: []; close: []; error: [error: Error]; data: [bytes: Uint8Array] }> {
      readonly publicKey: Uint8Array
      readonly remotePublicKey: Uint8Array
      readonly handshakeHash: Uint8Array
      /** the UDX stream below; counts every packet, acknowledgements too */
      readonly rawStream: { readonly bytesReceived: number; readonly localHost: string | null } | null
      readonly destroying: boolean
      /** streamx's own count of bytes written and not yet passed on: nothing public tells */
      readonly _writableState: { readonly buffered: number }
      /** resolves when everything written was acknowledged */
      flush(): Promise<boolean>
      destroy(error?: Error): void
    }
  }

  export = HyperDHT
}
