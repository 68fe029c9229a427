import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import Protomux from 'protomux'
import { expect, test } from 'vitest'
import {
  closed,
  deviceOf,
  later,
  openForeigner,
  openFrames,
  openNetwork,
  openPair,
  openPeer,
  type Peer,
  unmatched,
} from './swarm.fixture.ts'

const mebibyte = 1_048_576

test('SWARM-20 a frame over 4 MiB is refused where it is sent', async () => {
  const { a, b, toB } = await openPair()
  expect(() => a.swarm.send(toB, new Uint8Array(4 * mebibyte + 1))).toThrow(RangeError)
  a.swarm.send(toB, Buffer.of(1))
  await b.until(() => b.received.length === 1)
  expect(a.swarm.counters().sent).toBe(1)
})

test('SWARM-21 a frame over 4 MiB that comes in costs its sender the connection and is not handed on', async () => {
  const { bootstrap } = await openNetwork()
  const a = await openPeer([bootstrap])
  const stream = (await openForeigner([bootstrap])).dial(a.device)
  const { messages } = openFrames(stream)
  await a.until(() => a.connected.length === 1)
  messages[0]?.send(Buffer.alloc(4 * mebibyte))
  messages[0]?.send(Buffer.alloc(4 * mebibyte + 1))
  messages[0]?.send(Buffer.of(1))
  await a.until(() => a.disconnected.length === 1)
  expect(a.received.map(({ frame }) => frame.byteLength)).toEqual([4 * mebibyte])
})

test('SWARM-22 a flood costs its sender the connection, also in the middle of one batch', async () => {
  const { bootstrap } = await openNetwork()
  const a = await openPeer([bootstrap])
  const stream = (await openForeigner([bootstrap])).dial(a.device)
  const { messages } = openFrames(stream)
  await a.until(() => a.connected.length === 1)
  const mux = Protomux.from(stream)
  mux.cork()
  for (let i = 0; i < 200_000; i++) messages[0]?.send(Buffer.alloc(0))
  mux.uncork()
  await a.until(() => a.disconnected.length === 1)
  expect(a.received.length).toBeGreaterThanOrEqual(10_000)
  expect(a.received.length).toBeLessThan(100_000)
})

test('SWARM-23 a reader who reads nothing is hung up on before 64 MiB pile up', { timeout: 60_000 }, async () => {
  const { a, child, connection } = await openWithProcess()
  child.kill('SIGSTOP')
  const frame = new Uint8Array(4 * mebibyte)
  for (let sent = 0; sent < 32; sent++) a.swarm.send(connection, frame)
  await a.until(() => a.disconnected.includes(connection))
  expect(a.swarm.counters().sent).toBeLessThanOrEqual(64 * mebibyte)
  expect(a.swarm.counters().sent).toBeGreaterThan(32 * mebibyte)
})

test('SWARM-24 a peer whose process was killed is noticed and found again', { timeout: 60_000 }, async () => {
  const { a, child, connection, start } = await openWithProcess()
  child.kill('SIGKILL')
  await a.until(() => a.disconnected.includes(connection))
  start()
  await a.until(() => a.connected.length === 2)
  expect(unmatched(a)).toEqual([])
})

test('SWARM-28 a peer back before its death was noticed replaces its old connection', { timeout: 60_000 }, async () => {
  const { a, child, connection, start } = await openWithProcess()
  child.kill('SIGKILL')
  start()
  await a.until(() => a.connected.length === 2)
  expect(a.disconnected).toEqual([connection])
  expect(a.connected[1]?.connection).not.toBe(connection)
})

test('SWARM-25 who never opens the channel is hung up on and never told of', { timeout: 30_000 }, async () => {
  const { bootstrap } = await openNetwork()
  const a = await openPeer([bootstrap])
  await closed((await openForeigner([bootstrap])).dial(a.device))
  expect([a.connected, a.disconnected]).toEqual([[], []])
})

test('SWARM-26 strangers are few; who is sought still gets in', { timeout: 60_000 }, async () => {
  const { bootstrap } = await openNetwork()
  const [a, friend] = [await openPeer([bootstrap]), await openPeer([bootstrap])]
  a.swarm.seek([], [friend.device])
  await a.until(() => a.connected.length === 1)
  const foreigner = await openForeigner([bootstrap])
  const streams = Array.from({ length: 64 }, () => foreigner.dial(a.device))
  for (const stream of streams) openFrames(stream)
  await a.until(() => a.connected.length === 65)
  const tooMany = foreigner.dial(a.device)
  openFrames(tooMany)
  await closed(tooMany)
  a.swarm.hangUp(a.to(friend.device)[0] ?? 0)
  await a.until(() => a.disconnected.length === 1)
  await a.until(() => a.to(friend.device).length === 1)
  expect(a.connected).toHaveLength(66)
})

test('SWARM-27 a bug in what is called ends the process, not the connection', { timeout: 30_000 }, async () => {
  const { bootstrap } = await openNetwork()
  const a = await openPeer([bootstrap])
  const child = spawnPeer(bootstrap.port, randomBytes(32), a.device, 'throw')
  let told = ''
  child.stderr.on('data', (text) => {
    told += text
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect(code).not.toBe(0)
  expect(told).toContain('a bug of ours')
})

function spawnPeer(port: number, seed: Uint8Array, device: string, bug = '') {
  const script = fileURLToPath(new URL('./peer-process.fixture.ts', import.meta.url))
  const rest = [Buffer.from(seed).toString('hex'), String(port), device, bug]
  const child = spawn(process.execPath, [script, ...rest], { stdio: ['ignore', 'ignore', 'pipe'] })
  later(() => child.kill('SIGKILL'))
  return child
}

/** A peer, connected to one in a process of its own that it seeks and is sought by. */
async function openWithProcess() {
  const { bootstrap } = await openNetwork()
  const [a, seed]: [Peer, Uint8Array] = [await openPeer([bootstrap]), randomBytes(32)]
  a.swarm.seek([], [deviceOf(seed)])
  const start = () => spawnPeer(bootstrap.port, seed, a.device)
  const child = start()
  await a.until(() => a.connected.length === 1)
  return { a, child, start, connection: a.connected[0]?.connection ?? 0 }
}
