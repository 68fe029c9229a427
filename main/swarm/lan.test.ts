import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { deviceIn, entryFor, formatPacket, mostEntries, parsePacket } from './lan-packet.ts'
import { deviceOf, freePort, later, openPeer } from './swarm.fixture.ts'

const bytes = (length: number) => new Uint8Array(randomBytes(length))

test('LAN-1 with no node of any network, who looks a topic up finds who announces it, and who is sought by key is found', async () => {
  const nowhere = { host: '127.0.0.1', port: await freePort() }
  const [a, b, c] = [
    await openPeer([nowhere], bytes(32), true),
    await openPeer([nowhere], bytes(32), true),
    await openPeer([nowhere], bytes(32), true),
  ]
  const topic = bytes(32)
  b.swarm.seek([{ topic, announce: true, lookup: false }], [])
  a.swarm.seek([{ topic, announce: false, lookup: true }], [])
  await Promise.all([a.until(() => a.to(b.device).length === 1), b.until(() => b.to(a.device).length === 1)])
  expect(a.connected[0]).toMatchObject({ device: b.device, topics: [Buffer.from(topic).toString('hex')] })
  c.swarm.seek([], [b.device])
  await c.until(() => c.to(b.device).length === 1)
  expect(c.connected[0]?.topics).toEqual([])
  expect(a.to(c.device)).toEqual([])
})

test('LAN-1 two processes without any bootstrap node find each other, and again after one was killed', {
  timeout: 60_000,
}, async () => {
  const port = await freePort()
  const [a, b] = [bytes(32), bytes(32)]
  const hex = (seed: Uint8Array) => Buffer.from(seed).toString('hex')
  const start = (own: Uint8Array, other: Uint8Array) => {
    const module = join(import.meta.dirname, 'peer-process.fixture.ts')
    const child = spawn(process.execPath, [module, hex(own), String(port), deviceOf(other), 'lan'])
    later(() => child.kill('SIGKILL'))
    let heard = ''
    const waiting = new Set<() => void>()
    child.stdout.on('data', (chunk: Buffer) => {
      heard += chunk
      for (const check of waiting) check()
    })
    const until = (word: string) =>
      new Promise<void>((resolve) => {
        const check = () => heard.includes(word) && resolve()
        waiting.add(check)
        check()
      })
    return { child, until }
  }
  const [first, second] = [start(a, b), start(b, a)]
  await Promise.all([first.until('connected'), second.until('connected')])
  second.child.kill('SIGKILL')
  const third = start(b, a)
  await third.until('connected')
})

test('LAN-2 what is said aloud names no device and no topic, and nothing in two packets is alike', async () => {
  const heard: Buffer[] = []
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  later(() => socket.close())
  socket.on('message', (message) => heard.push(message))
  await new Promise<void>((resolve) => socket.bind({ port: 47_873, address: '239.255.73.78' }, resolve))
  socket.addMembership('239.255.73.78', '127.0.0.1')
  const nowhere = { host: '127.0.0.1', port: await freePort() }
  const a = await openPeer([nowhere], bytes(32), true)
  const b = await openPeer([nowhere], bytes(32), true)
  const topic = bytes(32)
  a.swarm.seek([{ topic, announce: true, lookup: true }], [])
  b.swarm.seek([{ topic, announce: false, lookup: true }], [])
  await b.until(() => b.connected.length > 0)
  const all = Buffer.concat(heard)
  expect(heard.length).toBeGreaterThan(0)
  for (const name of [a.device, b.device, Buffer.from(topic).toString('hex')]) {
    expect(all.includes(Buffer.from(name, 'hex'))).toBe(false)
  }
  const [one, other] = [bytes(16), bytes(16)].map((nonce) => entryFor(topic, nonce, bytes(32)))
  expect(one?.slice(0, 8)).not.toEqual(other?.slice(0, 8))
})

test('LAN-3 a packet says what was put in to who knows it, and anything else is none', () => {
  const [topic, device, nonce] = [bytes(32), bytes(32), bytes(16)]
  const entries = [entryFor(bytes(32), nonce, bytes(32)), entryFor(topic, nonce, device)]
  const packet = { isQuestion: true, nonce, port: 40_000, entries }
  const formatted = formatPacket(packet)
  expect(parsePacket(formatted)).toEqual(packet)
  expect(entries.map((entry) => deviceIn(entry, topic, nonce))).toEqual([undefined, device])
  expect(deviceIn(entries[1] ?? nonce, topic, bytes(16))).toBeUndefined()
  const long = formatPacket({ ...packet, entries: Array.from({ length: mostEntries + 1 }, () => bytes(40)) })
  const noPort = formatPacket({ ...packet, port: 0 })
  for (const none of [long, noPort, formatted.slice(1), formatted.slice(0, -1), bytes(0), bytes(65), bytes(1_500)]) {
    expect(parsePacket(none)).toBeUndefined()
  }
})
