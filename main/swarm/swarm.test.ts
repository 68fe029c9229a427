import { randomBytes } from 'node:crypto'
import type { NoiseStream } from 'hyperdht'
import Protomux from 'protomux'
import { describe, expect, test } from 'vitest'
import { freePort, later, openNetwork, openPair, openPeer, unmatched } from './swarm.fixture.ts'

const both = { announce: true, lookup: true }

describe('finding', () => {
  test('SWARM-1 a peer is known by the Ed25519 key of its seed (RFC 8032, 7.1, test 1)', async () => {
    const { bootstrap } = await openNetwork()
    const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')
    const device = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
    const [a, b] = [await openPeer([bootstrap]), await openPeer([bootstrap], seed)]
    a.swarm.seek([], [device])
    await a.until(() => a.connected.length === 1)
    expect(a.connected[0]?.device).toBe(device)
    expect(b.device).toBe(device)
  })

  test('SWARM-2 one who looks a topic up finds one who announces it; both know the same handshake', async () => {
    const { bootstrap } = await openNetwork()
    const [a, b] = [await openPeer([bootstrap]), await openPeer([bootstrap])]
    const topic = randomBytes(32)
    b.swarm.seek([{ topic, announce: true, lookup: false }], [])
    a.swarm.seek([{ topic, announce: false, lookup: true }], [])
    await Promise.all([a.until(() => a.connected.length === 1), b.until(() => b.connected.length === 1)])
    expect(a.connected[0]).toMatchObject({ device: b.device, topics: [topic.toString('hex')] })
    expect(b.connected[0]).toMatchObject({ device: a.device, topics: [] })
    expect(a.connected[0]?.handshake).toHaveLength(64)
    expect(a.connected[0]?.handshake).toEqual(b.connected[0]?.handshake)
  })

  test('SWARM-3 two who join a topic in the same instant find each other, every time', {
    timeout: 60_000,
  }, async () => {
    const { bootstrap } = await openNetwork()
    for (let round = 0; round < 20; round++) {
      const [a, b] = [await openPeer([bootstrap]), await openPeer([bootstrap])]
      const topic = randomBytes(32)
      a.swarm.seek([{ topic, ...both }], [])
      b.swarm.seek([{ topic, ...both }], [])
      await Promise.all([a.until(() => a.to(b.device).length > 0), b.until(() => b.to(a.device).length > 0)])
      await Promise.all([a.swarm.close(), b.swarm.close()])
      expect([...unmatched(a), ...unmatched(b)]).toEqual([])
    }
  })

  test('SWARM-4 two who dial each other in the same instant have one connection', { timeout: 60_000 }, async () => {
    const { bootstrap } = await openNetwork()
    for (let round = 0; round < 10; round++) {
      const [a, b] = [await openPeer([bootstrap]), await openPeer([bootstrap])]
      a.swarm.seek([], [b.device])
      b.swarm.seek([], [a.device])
      await Promise.all([a.until(() => a.to(b.device).length > 0), b.until(() => b.to(a.device).length > 0)])
      a.swarm.send(a.to(b.device)[0] ?? 0, Buffer.from('over the one that stays'))
      await b.until(() => b.received.length === 1)
      expect([a.to(b.device), b.to(a.device)]).toEqual([[expect.any(Number)], [expect.any(Number)]])
      await Promise.all([a.swarm.close(), b.swarm.close()])
      expect([unmatched(a), a.disconnected.length]).toEqual([[], a.connected.length])
      expect([unmatched(b), b.disconnected.length]).toEqual([[], b.connected.length])
    }
  })

  test('SWARM-5 a device that restarts is found again, by who is sought and by who seeks', async () => {
    const { bootstrap } = await openNetwork()
    const [a, first] = [await openPeer([bootstrap]), await openPeer([bootstrap])]
    a.swarm.seek([], [first.device])
    await a.until(() => a.to(first.device).length === 1)
    await first.swarm.close()
    await a.until(() => a.to(first.device).length === 0)
    const second = await openPeer([bootstrap], first.seed)
    await a.until(() => a.to(first.device).length === 1)
    a.swarm.seek([], [])
    await second.swarm.close()
    await a.until(() => a.to(first.device).length === 0)
    const third = await openPeer([bootstrap], first.seed)
    third.swarm.seek([], [a.device])
    await third.until(() => third.to(a.device).length === 1)
    expect(unmatched(a)).toEqual([])
    expect(new Set(a.connected.map(({ handshake }) => Buffer.from(handshake).toString('hex'))).size).toBe(3)
  })

  test('SWARM-6 what is no longer sought is left; connections stay', async () => {
    const { bootstrap } = await openNetwork()
    const [a, b] = [await openPeer([bootstrap]), await openPeer([bootstrap])]
    const [left, kept] = [randomBytes(32), randomBytes(32)]
    a.swarm.seek(
      [left, kept].map((topic) => ({ topic, ...both })),
      [],
    )
    b.swarm.seek([{ topic: left, announce: false, lookup: true }], [])
    await Promise.all([a.until(() => a.to(b.device).length === 1), b.until(() => b.to(a.device).length === 1)])
    a.swarm.seek([{ topic: kept, ...both }], [])
    b.swarm.seek([], [])
    // the network forgets a little later
    for (let found = [left.toString('hex')]; found.includes(left.toString('hex')); ) {
      const late = await openPeer([bootstrap])
      late.swarm.seek(
        [left, kept].map((topic) => ({ topic, announce: false, lookup: true })),
        [],
      )
      await late.until(() => late.connected.length === 1)
      found = late.connected.flatMap(({ topics }) => topics)
      await late.swarm.close()
    }
    a.swarm.send(a.to(b.device)[0] ?? 0, Buffer.from('still here'))
    await b.until(() => b.received.length === 1)
  })
})

describe('carrying', () => {
  test('SWARM-7 frames arrive whole, in order, from nothing to 4 MiB, as they were when sent', async () => {
    const { a, b, toB, toA } = await openPair()
    const sizes = [0, 1, 500, 70_000, 4 * 1_048_576, 0, 3]
    const frames = sizes.map((size) => new Uint8Array(randomBytes(size)))
    for (const frame of frames) {
      const scratch = frame.slice()
      a.swarm.send(toB, scratch)
      scratch.fill(0)
    }
    await b.until(() => b.received.length === frames.length)
    expect(b.received.every(({ connection }) => connection === toA)).toBe(true)
    expect(b.received.map(({ frame }) => Buffer.from(frame).equals(frames.shift() ?? Buffer.of(1)))).toEqual(
      sizes.map(() => true),
    )
    expect(b.received[2]?.frame.buffer.byteLength).toBe(500)
    const bytes = sizes.reduce((sum, size) => sum + size, 0)
    expect([a.swarm.counters(), b.swarm.counters()]).toEqual([
      { sent: bytes, received: 0 },
      { sent: 0, received: bytes },
    ])
  })

  test('SWARM-8 another protocol shares the connection', async () => {
    const { a, b, toB, toA } = await openPair()
    const heard = new Promise<string>((resolve) => {
      const mux = Protomux.from(b.swarm.stream(toA) as NoiseStream)
      const messages = [{ onmessage: (bytes: Uint8Array) => resolve(Buffer.from(bytes).toString()) }]
      mux.createChannel({ protocol: 'other/1', messages })?.open()
    })
    const channel = Protomux.from(a.swarm.stream(toB) as NoiseStream).createChannel({
      protocol: 'other/1',
      messages: [{ onmessage() {} }],
    })
    channel?.open()
    channel?.messages[0]?.send(Buffer.from('hello'))
    expect(await heard).toBe('hello')
    expect([a.connected.length, a.received.length, b.received.length]).toEqual([1, 0, 0])
  })

  test('SWARM-9 hanging up ends it for both; into what has ended, nothing is sent', async () => {
    const { a, b, toB, toA } = await openPair()
    a.swarm.seek([], [])
    a.swarm.hangUp(toB)
    await Promise.all([a.until(() => a.disconnected.length === 1), b.until(() => b.disconnected.length === 1)])
    expect([a.disconnected, b.disconnected]).toEqual([[toB], [toA]])
    a.swarm.send(toB, Buffer.from('too late'))
    a.swarm.hangUp(toB)
    expect(a.swarm.stream(toB)).toBeUndefined()
    expect(a.swarm.counters().sent).toBe(0)
  })
})

describe('the network', () => {
  test('SWARM-10 sockets of a network on this machine are bound to this machine', async () => {
    const { a, b, toB, toA } = await openPair()
    const [near, far] = [a.swarm.stream(toB) as NoiseStream, b.swarm.stream(toA) as NoiseStream]
    expect([near.rawStream?.localHost, far.rawStream?.localHost]).toEqual(['127.0.0.1', '127.0.0.1'])
  })

  test('SWARM-11 opens without a network, says so, and finds peers when there is one', {
    timeout: 60_000,
  }, async () => {
    const bootstrap = { host: 'localhost', port: await freePort() }
    const [a, b] = [await openPeer([bootstrap]), await openPeer([bootstrap])]
    a.swarm.seek([], [b.device])
    await Promise.all([a.until(() => a.online.length === 1), b.until(() => b.online.length === 1)])
    await openNetwork(bootstrap.port)
    await a.until(() => a.to(b.device).length === 1)
    await Promise.all([a.until(() => a.online.length === 2), b.until(() => b.online.length === 2)])
    expect([a.online, b.online]).toEqual([
      [false, true],
      [false, true],
    ])
  })

  test('SWARM-12 closes within 2 s with connections open, and has told of their end', { timeout: 30_000 }, async () => {
    const { bootstrap } = await openNetwork()
    const peers = await Promise.all([1, 2, 3, 4].map(() => openPeer([bootstrap])))
    const devices = peers.map(({ device }) => device)
    for (const peer of peers) peer.swarm.seek([], devices)
    await Promise.all(peers.map((peer) => peer.until(() => new Set(peer.connected.map((c) => c.device)).size === 3)))
    for (const peer of peers) {
      await inTwoSeconds(peer.swarm.close())
      expect([unmatched(peer), peer.disconnected.length]).toEqual([[], peer.connected.length])
    }
  })

  test('SWARM-13 closes within 2 s when the network has died', { timeout: 30_000 }, async () => {
    const network = await openNetwork()
    const a = await openPeer([network.bootstrap])
    a.swarm.seek([{ topic: randomBytes(32), ...both }], [])
    await a.until(() => a.online.length === 1)
    await network.close()
    await inTwoSeconds(a.swarm.close())
    const unplugged = await openPeer([{ host: '127.0.0.1', port: await freePort() }])
    unplugged.swarm.seek([{ topic: randomBytes(32), ...both }], [a.device])
    await inTwoSeconds(unplugged.swarm.close())
    await unplugged.swarm.close()
  })
})

async function inTwoSeconds(closing: Promise<void>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const guard = setTimeout(() => reject(new Error('still closing')), 2_000)
    later(() => clearTimeout(guard))
    closing.then(resolve, reject)
  })
}
