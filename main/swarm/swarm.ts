import HyperDHT, { type KeyPair, type NoiseStream } from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import type { Bulk } from './bulk.ts'
import { closeNode } from './closing.ts'
import { type ConnectionEvents, createConnections, surfacing } from './connections.ts'
import { type Lan, openLan } from './lan.ts'
import { connectionLimit, dialLimit } from './limits.ts'
import { type Address, createNode, type DeviceNode, isLocal } from './node.ts'
import { watchReachability } from './reachability.ts'
import { createSeeking, type Topic } from './seeking.ts'
import { openSockets, type SocketAddress } from './sockets.ts'

export type SwarmOptions = {
  /** 32 bytes: the device's Ed25519 seed (libsodium's `crypto_sign_seed_keypair`), its key pair in the swarm too */
  readonly seed: Uint8Array
  /** where the network is entered; the public one when left out. All on this machine: nothing leaves it */
  readonly bootstrap?: readonly Address[]
  /** listens for WebSockets too, for those without UDP; port 0: any that is free */
  readonly listen?: { readonly port: number; readonly host: string }
  /** whether to find and be found by multicast; left out: unless all bootstraps are on this machine */
  readonly lan?: boolean
  readonly on: ConnectionEvents & {
    /** whether anyone can be reached; told once known, then on each lasting change */
    online(online: boolean): void
  }
}

/** Carries frames between this device and others and decides nothing. One connection per device, whoever dialled. */
export type Swarm = {
  /** At most 4 MiB, else throws a RangeError. In order, whole or not at all; into a closed connection: nowhere. */
  send(connection: number, frame: Uint8Array): void
  hangUp(connection: number): void
  /** Bytes in bulk beside the frames; `undefined` for a connection that is closed. */
  bulk(connection: number): Bulk | undefined
  /**
   * The whole set of topics (32 bytes), devices (hex keys) and WebSockets wanted from now on; connections stay as they
   * are. A WebSocket is tried where UDP has not led to its device.
   */
  seek(topics: readonly Topic[], devices: readonly string[], sockets?: readonly SocketAddress[]): void
  /** The Noise stream under a connection, for other protocols on its one Protomux; `undefined` when it is closed. */
  stream(connection: number): unknown
  /** bytes of frames sent and received since opening */
  counters(): { sent: number; received: number }
  /** Says goodbye. At most 2 s, whatever the network does; `disconnected` has come for every connection. */
  close(): Promise<void>
}

const tick = 100

/** Waits for its own sockets only, never for the network. Rejects when the system has no socket to give. */
export async function openSwarm({ seed, bootstrap, listen, lan: isOnLan, on }: SwarmOptions): Promise<Swarm> {
  const keyPair = HyperDHT.keyPair(seed)
  const dht = createNode(keyPair, bootstrap)
  await dht.bind()
  const isHere = isLocal(bootstrap)
  const swarm = createSwarm(keyPair, dht, (device) => connections.isCrossed(device))
  const seeking = createSeeking(swarm)
  const lan = (isOnLan ?? !isHere) ? lookAround(dht, keyPair.publicKey, isHere, found) : undefined
  function found(device: string): void {
    if (!connections.open().some((each) => each.device === device)) seeking.foundNear(device, performance.now())
  }
  const connections = createConnections(on, seeking.wants)
  swarm.on('connection', (stream, peer) =>
    connections.admit(stream, () => seeking.lookedUp(topicsOf(stream, peer, lan))),
  )
  const sockets = await openSockets(keyPair, isHere, listen, (stream) => connections.admit(stream, () => []))
  const hurry = () => seeking.hurry(performance.now())
  const reachability = watchReachability(dht, isHere, {
    online: (online) => surfacing(() => on.online(online)),
    found() {
      swarm.server.refresh()
      hurry()
    },
  })
  dht.once('ready', hurry)
  for (const event of ['network-change', 'wakeup']) dht.on(event, hurry)
  const listening = swarm.listen()
  let closing: Promise<void> | undefined
  listening.catch((error: unknown) => {
    if (!closing) throw error
  })
  let ticks = 0
  const timer = setInterval(() => {
    const now = performance.now()
    seeking.check(now, connections.open())
    sockets.check(now, connections.open())
    lan?.check(now)
    ticks += 1
    if ((ticks * tick) % 1_000 !== tick) return
    connections.check()
    reachability.check(now, connections.open().length)
  }, tick)

  async function close(): Promise<void> {
    clearInterval(timer)
    sockets.stop()
    lan?.close()
    await closeNode(swarm, dht, connections.streams())
    sockets.end()
    connections.end()
  }

  return {
    send: (connection, frame) => connections.send(connection, frame),
    bulk: (connection) => connections.get(connection)?.bulk,
    hangUp: (connection) => connections.get(connection)?.hangUp('hung up'),
    seek(topics, devices, addresses = []) {
      if (closing) return
      sockets.want(addresses, performance.now())
      seeking.want(topics, devices)
      lan?.want(topics, devices)
      seeking.check(performance.now(), connections.open())
    },
    stream: (connection) => connections.get(connection)?.stream,
    counters: connections.counted,
    close() {
      closing ??= close()
      return closing
    },
  }
}

function createSwarm(keyPair: KeyPair, dht: DeviceNode, isCrossed: (device: string) => boolean): Hyperswarm {
  return new Hyperswarm({
    keyPair,
    dht,
    // the library counts each connection up to four times
    maxPeers: 4 * connectionLimit,
    maxParallel: dialLimit,
    firewall(remotePublicKey, payload) {
      if (!payload) return false
      const device = toHex(remotePublicKey)
      // an error refuses this handshake; the answer `true` would ban the device for good
      if (isCrossed(device)) throw new Error('connected already')
      dht.yieldTo(device)
      return false
    },
  })
}

/** Announces on the local network, and has the node dial what it hears there. */
function lookAround(dht: DeviceNode, device: Uint8Array, local: boolean, found: (device: string) => void): Lan {
  return openLan({
    device,
    port: () => dht.address()?.port,
    isLocal: local,
    found(heard, at) {
      dht.foundAt(heard, at)
      found(heard)
    },
  })
}

/** What a peer was found under, in the network and nearby. */
function topicsOf(stream: NoiseStream, peer: Hyperswarm.PeerInfo, lan: Lan | undefined): string[] {
  return [...peer.topics.map(toHex), ...(lan?.topicsOf(toHex(stream.remotePublicKey)) ?? [])]
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
