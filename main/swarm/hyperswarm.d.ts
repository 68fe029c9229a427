/** What this folder uses of hyperswarm 4 (it publishes no types). */
declare module 'hyperswarm' {
  import type { EventEmitter } from 'node:events'
  import type HyperDHT from 'hyperdht'
  import type { KeyPair, NoiseStream } from 'hyperdht'

  class Hyperswarm extends EventEmitter<{ connection: [stream: NoiseStream, peer: Hyperswarm.PeerInfo] }> {
    constructor(options: {
      keyPair: KeyPair
      dht: HyperDHT
      maxPeers: number
      maxParallel: number
      /** asked before each dial (payload null) and for each handshake that comes in; `true` bans the key for good */
      firewall(remotePublicKey: Uint8Array, payload: object | null): boolean
    })
    /** announces what others dial: the host under its topics and its key */
    readonly server: { refresh(): void }
    /** be dialled by key, also without any topic */
    listen(): Promise<unknown>
    join(topic: Uint8Array, options: { server: boolean; client: boolean }): Hyperswarm.Discovery
    /** dials at once unless a connection or a dial exists; may be called again at any time */
    joinPeer(publicKey: Uint8Array): void
    leavePeer(publicKey: Uint8Array): void
    destroy(): Promise<void>
  }

  namespace Hyperswarm {
    interface PeerInfo {
      /** those of this side's lookups that this peer was found under, as long as it is known */
      readonly topics: readonly Uint8Array[]
    }
    interface Discovery {
      /** asks the network again and, as a server, announces again */
      refresh(options?: { server: boolean; client: boolean }): Promise<unknown>
      flushed(): Promise<unknown>
      destroy(): Promise<void>
    }
  }

  export = Hyperswarm
}
