import { cbor, type Message, NetworkAdapter, type PeerId, type PeerMetadata } from '@automerge/automerge-repo'
import type { Port } from '../../shared/port.ts'

/** A surface's end of a Port: what a window has, as a browser's WebSocket adapter is over its socket. */
export class PortClient extends NetworkAdapter {
  #port: Port | undefined
  #peer: PeerId | undefined
  readonly #open: () => Port

  constructor(open: () => Port) {
    super()
    this.#open = open
  }

  isReady(): boolean {
    return this.#port !== undefined
  }

  async whenReady(): Promise<void> {}

  connect(peerId: PeerId, peerMetadata: PeerMetadata = {}): void {
    this.peerId = peerId
    const port = this.#open()
    this.#port = port
    port.onMessage((message) => this.#take(message))
    port.onClose(() => this.#lose())
    this.say({ type: 'join', senderId: peerId, peerMetadata, supportedProtocolVersions: ['1'] })
  }

  send(message: Message): void {
    this.say(message)
  }

  say(message: unknown): void {
    this.#port?.send(Buffer.from(cbor.encode(message)).toString('base64'))
  }

  disconnect(): void {
    const port = this.#port
    this.#lose()
    port?.close()
  }

  #take(received: unknown): void {
    const message = cbor.decode(Buffer.from(String(received), 'base64')) as Message & { peerMetadata?: PeerMetadata }
    if (message.type !== 'peer') return void this.emit('message', message)
    this.#peer = message.senderId
    this.emit('peer-candidate', { peerId: message.senderId, peerMetadata: message.peerMetadata ?? {} })
  }

  #lose(): void {
    this.#port = undefined
    const peerId = this.#peer
    this.#peer = undefined
    if (peerId !== undefined) this.emit('peer-disconnected', { peerId })
  }
}
