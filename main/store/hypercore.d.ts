/** What this folder uses of hypercore 11 (it publishes no types). */
declare module 'hypercore' {
  class Hypercore {
    /** a session on a core that stays open until it is closed itself */
    constructor(options: { core: Hypercore.Core; keyPair?: Hypercore.KeyPair; writable?: boolean })
    static defaultStorage(directory: string): Hypercore.Storage
    static createCore(storage: Hypercore.Storage, options: Hypercore.CoreOptions): Hypercore.Core
    /** the key that others open a core by whose only signer has this public key */
    static key(publicKey: Uint8Array): Uint8Array
    /** one end of an encrypted connection, and with `isInitiator` false the other; to be piped into each other */
    static createProtocolStream(isInitiator: boolean): Hypercore.RawStream
    readonly length: number
    /** of all blocks, also of those not held; 0 before `ready` */
    readonly byteLength: number
    ready(): Promise<void>
    append(blocks: readonly Uint8Array[]): Promise<unknown>
    /** waits for a peer to send a block not held; with `wait: false` that is `null` */
    get(index: number): Promise<Uint8Array>
    get(index: number, options: { wait: false }): Promise<Uint8Array | null>
    /** whether all blocks of the range are held */
    has(start: number, end: number): Promise<boolean>
    /** a stream that is already attached is ignored */
    replicate(stream: Hypercore.Connection): unknown
    on(event: 'conflict', listener: (length: number) => void): this
    once(event: 'append' | 'close', listener: () => void): this
    off(event: 'append' | 'close', listener: () => void): this
    close(): Promise<void>
  }

  namespace Hypercore {
    type KeyPair = { publicKey: Uint8Array; secretKey: Uint8Array }
    type Storage = { ready(): Promise<void>; close(): Promise<void> }
    type Core = { close(): Promise<void> }
    type CoreOptions = {
      key: Uint8Array
      manifest?: { signers: { publicKey: Uint8Array }[] }
      /** default true */
      createIfMissing?: boolean
      /** default true: follow a writer that rewrites its past */
      allowFork?: boolean
    }
    /** @hyperswarm/secret-stream */
    type Connection = {
      readonly destroyed: boolean
      once(event: 'close', listener: () => void): unknown
      destroy(): void
    }
    type RawStream = { readonly noiseStream: Connection; pipe(other: RawStream): RawStream; destroy(): void }
  }

  export = Hypercore
}
