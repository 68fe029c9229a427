import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import HyperDHT, { type KeyPair, type NoiseStream } from 'hyperdht'
import Protomux, { type Channel } from 'protomux'
import { afterEach } from 'vitest'
import type { BytesAsk } from './bulk.ts'
import { type Dht, openDht } from './dht.ts'
import { openSwarm, type Swarm, type SwarmOptions } from './swarm.ts'

type Bootstrap = NonNullable<SwarmOptions['bootstrap']>
type Connected = Parameters<SwarmOptions['on']['connected']>[0]

/** A swarm and everything it told. */
export type Peer = {
  readonly swarm: Swarm
  readonly seed: Uint8Array
  readonly device: string
  readonly connected: Connected[]
  readonly disconnected: number[]
  readonly received: { readonly connection: number; readonly frame: Uint8Array }[]
  readonly online: boolean[]
  readonly asked: { readonly connection: number; readonly question: BytesAsk }[]
  readonly came: { readonly connection: number; readonly number: number; readonly bytes: Uint8Array | undefined }[]
  /** the open connections to a device, by number */
  to(device: string): number[]
  /** resolves when an event has made it true */
  until(condition: () => boolean): Promise<void>
}

const hangs = 20_000
const afterwards: (() => unknown)[] = []
afterEach(async () => {
  for (const step of afterwards.splice(0).toReversed()) await step()
})

export function later(step: () => unknown): void {
  afterwards.push(step)
}

export async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  socket.close()
  return port
}

/** A DHT of its own, closed after the test. */
export async function openNetwork(port?: number): Promise<Dht> {
  const network = await openDht({ port: port ?? (await freePort()) })
  later(network.close)
  return network
}

export async function openPeer(
  bootstrap: Bootstrap,
  seed: Uint8Array = randomBytes(32),
  lan = false,
  listen?: SwarmOptions['listen'],
): Promise<Peer> {
  const waiting = new Set<() => void>()
  const told = { connected: [], disconnected: [], received: [], online: [], asked: [], came: [] } as Pick<
    Peer,
    'connected' | 'disconnected' | 'received' | 'online' | 'asked' | 'came'
  >
  const note = <T>(list: T[], event: T) => {
    list.push(event)
    for (const check of waiting) check()
  }
  const swarm = await openSwarm({
    seed,
    bootstrap,
    lan,
    ...(listen ? { listen } : {}),
    on: {
      connected: (connection) => note(told.connected, connection),
      disconnected: (connection) => note(told.disconnected, connection),
      received: (connection, frame) => note(told.received, { connection, frame }),
      bytesAsked: (connection, question) => note(told.asked, { connection, question }),
      bytesCame: (connection, number, bytes) => note(told.came, { connection, number, bytes }),
      online: (online) => note(told.online, online),
    },
  })
  later(swarm.close)
  return {
    ...told,
    swarm,
    seed,
    device: deviceOf(seed),
    to: (device) =>
      told.connected
        .filter((one) => one.device === device && !told.disconnected.includes(one.connection))
        .map(({ connection }) => connection),
    until: (condition) => until(waiting, condition),
  }
}

function until(waiting: Set<() => void>, condition: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = () => {
      if (!condition()) return
      clearTimeout(guard)
      waiting.delete(check)
      resolve()
    }
    const guard = setTimeout(() => reject(new Error(`never came true: ${condition}`)), hangs)
    waiting.add(check)
    check()
  })
}

export function deviceOf(seed: Uint8Array): string {
  return Buffer.from(HyperDHT.keyPair(seed).publicKey).toString('hex')
}

/** Two peers that have found each other by key, and the number each has for the connection. */
export async function openPair(): Promise<{ a: Peer; b: Peer; toB: number; toA: number }> {
  const { bootstrap } = await openNetwork()
  const [a, b] = [await openPeer([bootstrap]), await openPeer([bootstrap])]
  a.swarm.seek([], [b.device])
  await Promise.all([a.until(() => a.to(b.device).length === 1), b.until(() => b.to(a.device).length === 1)])
  return { a, b, toB: a.to(b.device)[0] ?? 0, toA: b.to(a.device)[0] ?? 0 }
}

/** A node that keeps to no rules of ours: raw streams to a peer, each under a key of its own. */
export async function openForeigner(bootstrap: Bootstrap): Promise<{
  dial(device: string): NoiseStream
}> {
  const dht = new HyperDHT({ bootstrap, host: '127.0.0.1', port: [0, 0], ephemeral: true, firewalled: false })
  later(() => dht.destroy({ force: true }))
  await dht.fullyBootstrapped()
  return {
    dial(device) {
      const keyPair: KeyPair = HyperDHT.keyPair(randomBytes(32))
      const stream = dht.connect(Buffer.from(device, 'hex'), { keyPair })
      stream.on('error', () => {})
      return stream
    },
  }
}

/** The channel frames travel on, opened by hand. */
export function openFrames(stream: NoiseStream): Channel {
  const channel = Protomux.from(stream).createChannel({ protocol: 'indra/1', messages: [{ onmessage() {} }] })
  if (!channel) throw new Error('the stream is gone')
  channel.open()
  return channel
}

export function closed(stream: NoiseStream): Promise<void> {
  return new Promise((resolve) => stream.once('close', () => resolve()))
}

/** What this peer heard about connections is in pairs, each number once, nothing about the unknown. */
export function unmatched(peer: Peer): number[] {
  const numbers = peer.connected.map(({ connection }) => connection)
  const twice = numbers.filter((number, index) => numbers.indexOf(number) !== index)
  const gone = peer.disconnected
  const strange = gone.filter((number, index) => !numbers.includes(number) || gone.indexOf(number) !== index)
  return [...twice, ...strange]
}
