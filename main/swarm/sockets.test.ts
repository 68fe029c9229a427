import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import HyperDHT from 'hyperdht'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { openSockets } from './sockets.ts'
import { deviceOf, later, openPeer, type Peer, unmatched } from './swarm.fixture.ts'

/** A free port; as the address of a DHT, one that answers nobody. */
async function emptyPort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

/** A peer that listens, and one without any other way to it. */
async function openCallers(): Promise<{ a: Peer; b: Peer; url: string; port: number }> {
  const [nowhere, port] = [await emptyPort(), await emptyPort()]
  const bootstrap = [{ host: '127.0.0.1', port: nowhere }]
  const a = await openPeer(bootstrap, randomBytes(32), false, { port, host: '127.0.0.1' })
  return { a, b: await openPeer(bootstrap), url: `ws://127.0.0.1:${port}`, port }
}

test('SWARM-40 by WebSocket both ends know each other’s device, and frames go both ways', async () => {
  const { a, b, url } = await openCallers()
  b.swarm.seek([], [], [{ url, device: a.device }])
  await a.until(() => a.to(b.device).length === 1)
  await b.until(() => b.to(a.device).length === 1)
  expect(a.connected[0]?.handshake).toEqual(b.connected[0]?.handshake)
  b.swarm.send(b.to(a.device)[0] ?? 0, Buffer.alloc(3_000_000, 1))
  a.swarm.send(a.to(b.device)[0] ?? 0, Buffer.of(2))
  await a.until(() => a.received.length === 1)
  await b.until(() => b.received.length === 1)
  expect(a.received[0]?.frame.byteLength).toBe(3_000_000)
  await b.swarm.close()
  await a.until(() => a.disconnected.length === 1)
  expect([unmatched(a), unmatched(b)]).toEqual([[], []])
})

test('SWARM-41 whoever answers with another key than the one sought is no connection', async () => {
  const { a, b, url } = await openCallers()
  // the wrong one is called first
  const others = [deviceOf(randomBytes(32)), undefined].map((device) => ({ url, device }))
  b.swarm.seek([], [], others)
  await b.until(() => b.to(a.device).length === 1)
  expect(b.connected).toHaveLength(1)
})

test('SWARM-42 sockets that prove nothing, talk nonsense or send too much are closed, and others are served', async () => {
  const { a, b, url } = await openCallers()
  const sayings = [undefined, randomBytes(100), Buffer.alloc(18 * 1_048_576)]
  const closed = sayings.map(async (saying) => {
    const socket = new WebSocket(url)
    socket.on('error', () => {})
    await once(socket, 'open')
    if (saying) socket.send(saying)
    await once(socket, 'close')
  })
  await Promise.all(closed)
  expect(a.connected).toEqual([])
  b.swarm.seek([], [], [{ url, device: a.device }])
  await a.until(() => a.to(b.device).length === 1)
})

test('SWARM-43 nobody is made to call their own machine', async () => {
  const server = createServer()
  let calls = 0
  server.on('connection', (socket) => {
    calls += 1
    socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  later(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const addresses = ['localhost', '127.0.0.1', '127.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0'].map(
    (host) => ({ url: `ws://${host}:${port}`, device: undefined }),
  )
  for (const mayCallHere of [false, true]) {
    const sockets = await openSockets(HyperDHT.keyPair(randomBytes(32)), mayCallHere, undefined, () => {})
    sockets.want(mayCallHere ? addresses.slice(1, 2) : [...addresses, { url: 'ws://', device: undefined }], 0)
    sockets.check(10_000, [])
    later(sockets.end)
  }
  await once(server, 'connection')
  expect(calls).toBe(1)
})
