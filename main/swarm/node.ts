import HyperDHT, { type KeyPair, type NoiseStream } from 'hyperdht'

export type Address = { readonly host: string; readonly port: number }

/** A handshake that came in proves its sender reachable: a dial to it that is older than this is going nowhere. */
const staleDial = 1_000

/**
 * This device's node of the DHT. Hyperswarm refuses a connection from a peer it is just dialling when it expects to
 * win that race; a dial to where a restarted peer used to be takes up to 8 s to fail and would shut it out that long.
 */
export class DeviceNode extends HyperDHT {
  readonly #dials = new Map<string, { readonly stream: NoiseStream; readonly since: number }>()

  override connect(remotePublicKey: Uint8Array, options?: object): NoiseStream {
    const stream = super.connect(remotePublicKey, options)
    const device = Buffer.from(remotePublicKey).toString('hex')
    const dial = { stream, since: performance.now() }
    const done = () => {
      if (this.#dials.get(device) === dial) this.#dials.delete(device)
    }
    this.#dials.set(device, dial)
    stream.once('open', done)
    stream.once('close', done)
    return stream
  }

  /** The peer with this key is calling in. */
  yieldTo(remotePublicKey: Uint8Array): void {
    const dial = this.#dials.get(Buffer.from(remotePublicKey).toString('hex'))
    if (dial && performance.now() - dial.since > staleDial) dial.stream.destroy()
  }
}

/**
 * A node that reaches the public network, or the one behind `bootstrap`. When all of those are on this machine, so is
 * the node: its sockets bind to 127.0.0.1 and it takes itself for reachable, which is true there.
 */
export function createNode(keyPair: KeyPair, bootstrap: readonly Address[] | undefined): DeviceNode {
  if (!bootstrap) return new DeviceNode({ keyPair })
  if (!isLocal(bootstrap)) return new DeviceNode({ keyPair, bootstrap })
  const local = bootstrap.map(({ port }) => ({ host: '127.0.0.1', port }))
  return new DeviceNode({
    keyPair,
    bootstrap: local,
    host: '127.0.0.1',
    port: [0, 0],
    ephemeral: true,
    firewalled: false,
  })
}

export function isLocal(bootstrap: readonly Address[] | undefined): boolean {
  return (
    bootstrap?.every(({ host }) => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)) ?? false
  )
}
