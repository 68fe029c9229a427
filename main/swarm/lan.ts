import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { allowance } from './allowance.ts'
import { backoff } from './backoff.ts'
import { deviceIn, entryFor, formatPacket, mostEntries, parsePacket } from './lan-packet.ts'
import type { Address } from './node.ts'
import type { Topic } from './seeking.ts'

/**
 * Finds and is found on the local network, with no other node and no internet: what is announced is said to a multicast
 * group, blind and new in each packet (lan-packet.ts), and who looks for it dials the address it came from. The address
 * is not believed, only tried: the connection proves the device.
 */
export type Lan = {
  want(topics: readonly Topic[], devices: readonly string[]): void
  /** hex of the topics a device was found under here */
  topicsOf(device: string): string[]
  /** several times a second */
  check(now: number): void
  close(): void
}

export type LanOptions = {
  /** this device's key */
  readonly device: Uint8Array
  /** the UDP port it can be dialled at; unknown before its sockets are open */
  port(): number | undefined
  /** stay on this machine */
  readonly isLocal: boolean
  /** a device that is sought can be tried here */
  found(device: string, at: Address): void
}

/** Scoped to a site: routers do not pass it on. */
const group = '239.255.73.78'
const groupPort = 47_873
/** The longest wait between announcements, in milliseconds. */
const rarely = 30_000
/** Questions answered: a burst, and each second. Packets listened to likewise. */
const [questionBurst, questionsPerSecond] = [3, 0.5]
const [packetBurst, packetsPerSecond] = [50, 20]
const mostPackets = 4
const mostFound = 256

export function openLan(options: LanOptions): Lan {
  const speech = backoff()
  const questions = allowance(questionBurst, questionsPerSecond)
  const packets = allowance(packetBurst, packetsPerSecond)
  const found = new Map<string, Set<string>>()
  let [topics, devices]: [readonly Topic[], readonly string[]] = [[], []]
  let asks = true
  const socket = listen(options.isLocal, (bytes, from) => {
    if (!packets.take(performance.now())) return
    const packet = parsePacket(new Uint8Array(bytes))
    if (!packet) return
    hear(packet, from)
    if (packet.isQuestion && questions.take(performance.now())) speech.hurry(performance.now(), 300)
  })

  function hear(packet: NonNullable<ReturnType<typeof parsePacket>>, host: string): void {
    for (const entry of packet.entries) {
      for (const { topic, lookup } of topics) {
        const device = lookup ? deviceIn(entry, topic, packet.nonce) : undefined
        if (device) meet(toHex(device), { host, port: packet.port }, toHex(topic))
      }
      for (const device of devices) {
        if (deviceIn(entry, Buffer.from(device, 'hex'), packet.nonce)) meet(device, { host, port: packet.port })
      }
    }
  }

  function meet(device: string, at: Address, topic?: string): void {
    if (device === toHex(options.device)) return
    if (found.size >= mostFound && !found.has(device)) found.clear()
    const under = found.get(device) ?? new Set()
    found.set(device, topic ? under.add(topic) : under)
    options.found(device, at)
  }

  function speak(isQuestion: boolean): void {
    const port = options.port()
    if (port === undefined) return
    const announced = topics.filter(({ announce }) => announce).map(({ topic }) => topic)
    const secrets = [options.device, ...announced]
    for (let at = 0; at < Math.min(secrets.length, mostPackets * mostEntries); at += mostEntries) {
      const nonce = new Uint8Array(randomBytes(16))
      const entries = secrets.slice(at, at + mostEntries).map((secret) => entryFor(secret, nonce, options.device))
      socket.send(formatPacket({ isQuestion, nonce, port, entries }))
    }
  }

  return {
    want(nextTopics, nextDevices) {
      const before = said(topics, devices)
      topics = nextTopics
      devices = nextDevices
      if (said(topics, devices) === before) return
      asks = true
      speech.hurry(performance.now(), 100)
    },
    topicsOf: (device) => [...(found.get(device) ?? [])],
    check(now) {
      if (!speech.due(now)) return
      speech.attempted(now, rarely)
      speak(asks)
      asks = false
    },
    close: () => socket.close(),
  }
}

type Voice = { send(bytes: Uint8Array): void; close(): void }

/** Where there is no multicast there is nobody to be heard, and that is nobody's news. */
function listen(isLocal: boolean, heard: (bytes: Buffer, from: string) => void): Voice {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  let isOpen = false
  socket.on('error', () => {
    isOpen = false
  })
  socket.on('message', (bytes, from) => heard(bytes, from.address))
  // bound to the group's own address where the system allows it, nothing but the group is listened to
  const address = process.platform === 'win32' ? undefined : group
  socket.bind({ port: groupPort, ...(address ? { address } : {}) }, () => {
    isOpen = join(socket, isLocal)
  })
  socket.unref()
  return {
    send(bytes) {
      if (isOpen) socket.send(bytes, groupPort, group, () => {})
    },
    close() {
      isOpen = false
      socket.close()
    },
  }
}

function join(socket: Socket, isLocal: boolean): boolean {
  try {
    if (isLocal) {
      socket.setMulticastInterface('127.0.0.1')
      socket.addMembership(group, '127.0.0.1')
    } else socket.addMembership(group)
    socket.setMulticastTTL(1)
    socket.setMulticastLoopback(true)
    return true
  } catch {
    return false
  }
}

function said(topics: readonly Topic[], devices: readonly string[]): string {
  const all = topics.map(({ topic, announce, lookup }) => `${toHex(topic)}${announce}${lookup}`)
  return [...all.sort(), ...[...devices].sort()].join()
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
