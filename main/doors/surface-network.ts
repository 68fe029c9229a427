import { cbor, type Message, NetworkAdapter, type PeerId, type PeerMetadata } from '@automerge/automerge-repo'
import type { Port } from '../../shared/port.ts'
import { mayPass, mostBytes } from './surface-guard.ts'

/** The protocol of automerge-repo's own WebSocket adapter, so that its client is one for here. */
const version = '1'

type Join = { type: 'join'; senderId: PeerId; peerMetadata?: PeerMetadata; supportedProtocolVersions?: string[] }

/**
 * automerge-repo's network towards the surfaces of this device: each at a Port of its own, its messages as base64 of
 * their CBOR. A surface is who it said it was when it joined; what it says of others, or about documents that it was not
 * given, goes no further.
 */
export class SurfaceNetwork extends NetworkAdapter {
  readonly #peers = new Map<string, Port>()
  readonly #early: Port[] = []
  readonly #isKnown: (document: string) => boolean
  readonly #someone: Promise<void>
  #came: () => void = () => {}

  constructor(isKnown: (document: string) => boolean) {
    super()
    this.#isKnown = isKnown
    this.#someone = new Promise((resolve) => {
      this.#came = resolve
    })
  }

  /** Once somebody has come: what is asked for before that waits. */
  isReady(): boolean {
    return this.#peers.size > 0
  }

  whenReady(): Promise<void> {
    return this.#someone
  }

  connect(peerId: PeerId, peerMetadata?: PeerMetadata): void {
    this.peerId = peerId
    this.peerMetadata = peerMetadata ?? {}
    for (const port of this.#early.splice(0)) this.#serve(port)
  }

  admit(port: Port): void {
    if (this.peerId) this.#serve(port)
    else this.#early.push(port)
  }

  send(message: Message): void {
    const port = this.#peers.get(message.targetId)
    const { documentId } = message
    if (documentId === undefined || this.#isKnown(documentId)) port?.send(written(message))
  }

  disconnect(): void {
    for (const port of [...this.#peers.values()]) port.close()
  }

  #serve(port: Port): void {
    let peer: PeerId | undefined
    port.onMessage((received) => {
      const message = read(received)
      if (peer !== undefined) {
        if (mayPass(message, peer, this.peerId ?? '', this.#isKnown)) this.emit('message', message as Message)
        else if (isRequest(message)) port.send(this.#unavailable(peer, message.documentId))
      } else if (isJoin(message)) {
        peer = message.senderId
        this.#welcome(port, message)
      } else port.close()
    })
    port.onClose(() => {
      if (peer === undefined || this.#peers.get(peer) !== port) return
      this.#peers.delete(peer)
      this.emit('peer-disconnected', { peerId: peer })
    })
  }

  /** Who asks for what it was not given need not wait for it. */
  #unavailable(targetId: PeerId, documentId: string): string {
    return written({ type: 'doc-unavailable', senderId: this.peerId, targetId, documentId })
  }

  /** Who comes again under the same name takes the place of who was there. */
  #welcome(port: Port, { senderId, peerMetadata, supportedProtocolVersions = [version] }: Join): void {
    const own = { senderId: this.peerId, targetId: senderId }
    if (!supportedProtocolVersions.includes(version)) {
      port.send(written({ type: 'error', message: 'unsupported protocol version', ...own }))
      return port.close()
    }
    this.#peers.get(senderId)?.close()
    this.#peers.set(senderId, port)
    const chosen = { peerMetadata: this.peerMetadata, selectedProtocolVersion: version }
    port.send(written({ type: 'peer', ...own, ...chosen }))
    this.#came()
    this.emit('peer-candidate', { peerId: senderId, peerMetadata: peerMetadata ?? {} })
  }
}

function isJoin(message: unknown): message is Join {
  const { type, senderId } = (message ?? {}) as Partial<Join>
  return type === 'join' && typeof senderId === 'string' && senderId.length > 0 && senderId.length <= 256
}

function isRequest(message: unknown): message is { documentId: string } {
  const { type, documentId } = (message ?? {}) as { type?: unknown; documentId?: unknown }
  return type === 'request' && typeof documentId === 'string' && documentId.length <= 256
}

function written(message: unknown): string {
  return Buffer.from(cbor.encode(message)).toString('base64')
}

function read(received: unknown): unknown {
  if (typeof received !== 'string' || received.length > mostBytes * 1.34) return undefined
  try {
    return cbor.decode(Buffer.from(received, 'base64'))
  } catch {
    return undefined
  }
}
