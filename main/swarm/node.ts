import HyperDHT, { type KeyPair, type NoiseStream, type Options } from 'hyperdht'
import { localDial, staleDial } from './limits.ts'

export type Address = { readonly host: string; readonly port: number }

/** How long an address heard on the local network is tried first, in milliseconds, and how many are remembered. */
const nearFor = 60_000
const mostNear = 256

/**
 * This device's node of the DHT. A dial to where a restarted peer used to be takes the library up to 8 s to give up,
 * and shuts that peer out meanwhile: Hyperswarm refuses a connection from a peer that it is dialling and whose race
 * it expects to win. So such a dial gives way to the peer that calls in. On one machine, where a peer has a new port
 * after each start, it is short and asks the network first, not the last address.
 */
export class DeviceNode extends HyperDHT {
  readonly #local: readonly Address[] | undefined
  readonly #near = new Map<string, { readonly at: Address; readonly since: number }>()
  readonly #dials = new Map<string, { readonly stream: NoiseStream; readonly since: number }>()

  constructor(options: Options, local?: readonly Address[]) {
    super(local ? { ...options, bootstrap: local } : options)
    this.#local = local
  }

  override connect(remotePublicKey: Uint8Array, options?: object): NoiseStream {
    const local = this.#local
    const device = Buffer.from(remotePublicKey).toString('hex')
    const first = [...this.#nearby(device), ...(local ?? [])]
    const stream = super.connect(remotePublicKey, first.length > 0 ? { ...options, relayAddresses: first } : options)
    const dial = { stream, since: performance.now() }
    const limit = local ? setTimeout(() => stream.destroy(), localDial) : undefined
    const done = () => {
      clearTimeout(limit)
      if (this.#dials.get(device) === dial) this.#dials.delete(device)
    }
    this.#dials.set(device, dial)
    stream.once('open', done)
    stream.once('close', done)
    return stream
  }

  /** A device (hex) said on the local network that it can be dialled here: tried first for a while. */
  foundAt(device: string, at: Address): void {
    if (this.#near.size >= mostNear) this.#near.clear()
    this.#near.set(device, { at, since: performance.now() })
  }

  #nearby(device: string): Address[] {
    const near = this.#near.get(device)
    return near && performance.now() - near.since < nearFor ? [near.at] : []
  }

  /** The peer with this key (hex) is calling in. */
  yieldTo(device: string): void {
    const dial = this.#dials.get(device)
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
  return new DeviceNode({ keyPair, host: '127.0.0.1', port: [0, 0], ephemeral: true, firewalled: false }, local)
}

export function isLocal(bootstrap: readonly Address[] | undefined): boolean {
  const isHere = ({ host }: Address) => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
  return bootstrap?.every(isHere) ?? false
}
