import { type ClientRequest, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import type { PushEvent } from '../../shared/contract.ts'
import { ok } from '../../shared/fault.ts'
import { eventStream, type StreamBounds } from './event-stream.ts'
import { type Gateway, openGateway } from './gateway.ts'

const token = 'for-tests-only'
const afterwards: (() => unknown)[] = []
afterEach(async () => {
  for (const step of afterwards.splice(0).toReversed()) await step()
})

const roomy = { events: 1_000, bytes: 1 << 24, waiting: 64 * 1024, patience: 60_000, heartbeat: 60_000 }

async function open(bounds: Partial<StreamBounds> = {}): Promise<Gateway> {
  const stream = { ...roomy, ...bounds }
  const opened = await openGateway({ token, files: '/nowhere', ask: async () => ok({}), stream })
  if (!opened.ok) throw new Error(opened.fault.message)
  afterwards.push(opened.value.close)
  return opened.value
}

const vault = `doc:${'0'.repeat(64)}`

function inbox(waiting: number): PushEvent {
  return { type: 'inbox', id: vault, waiting } as PushEvent
}

/** An event of about this many bytes. */
function large(bytes: number, n: number): PushEvent {
  const peer = { playerId: '0'.repeat(64), name: 'x'.repeat(bytes), status: 'confirmed', direction: 'in', since: n }
  return { type: 'peer', peer: { ...peer, online: true } } as PushEvent
}

type Block = { id?: string; event?: string; data?: string }

/** One connection to the stream. */
class Listening {
  readonly blocks: Block[] = []
  text = ''
  readonly request: ClientRequest
  readonly response: IncomingMessage
  ended = false
  #wake: () => void = () => {}

  constructor(request: ClientRequest, response: IncomingMessage) {
    this.request = request
    this.response = response
    let pending = ''
    response.setEncoding('utf8')
    response.on('data', (piece: string) => {
      this.text += piece
      const parts = (pending + piece).split('\n\n')
      pending = parts.pop() ?? ''
      for (const part of parts) this.blocks.push(Object.fromEntries(part.split('\n').map(field)))
      this.#wake()
    })
    const end = () => {
      this.ended = true
      this.#wake()
    }
    response.once('close', end)
    response.once('error', end)
  }

  get status(): number {
    return this.response.statusCode ?? 0
  }

  events(): Block[] {
    return this.blocks.filter((block) => block.data !== undefined)
  }

  waitings(): number[] {
    return this.events().map((block) => JSON.parse(block.data ?? '').waiting)
  }

  sinces(): number[] {
    return this.events().map((block) => JSON.parse(block.data ?? '').peer.since)
  }

  comments(): number {
    return this.text.match(/^:$/gm)?.length ?? 0
  }

  cursor(): string {
    return this.blocks.findLast((block) => block.id !== undefined)?.id ?? ''
  }

  async until(met: () => boolean): Promise<void> {
    while (!met()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

function field(line: string): [string, string] {
  const at = line.indexOf(':')
  return [line.slice(0, at), line.slice(at + 2)]
}

function listen(gateway: Gateway, cursor?: string, path = '/v1/stream'): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, ...(cursor === undefined ? {} : { 'last-event-id': cursor }) }
    const request = get({ host: '127.0.0.1', port: gateway.port, path, headers, agent: false }, (response) => {
      const listening = new Listening(request, response)
      afterwards.push(() => request.destroy())
      resolve(listening)
    })
    request.once('error', reject)
  })
}

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index)
}

it('GATE-30 tells each event under its own name, as JSON, with an id', async () => {
  const gateway = await open()
  const stream = await listen(gateway)
  expect(stream.status).toBe(200)
  expect(stream.response.headers['content-type']).toBe('text/event-stream')
  gateway.push(inbox(3))
  await stream.until(() => stream.events().length === 1)
  const [event] = stream.events()
  expect(event?.event).toBe('inbox')
  expect(JSON.parse(event?.data ?? '')).toEqual(inbox(3))
  expect(event?.id).toMatch(/^[0-9a-f]{16}-1$/)
})

it('GATE-31 takes the token from the address, since EventSource can set no header', async () => {
  const gateway = await open()
  const response = await fetch(new URL(`v1/stream?token=${token}`, gateway.url))
  expect(response.status).toBe(200)
  await response.body?.cancel()
})

it('GATE-32 resumes after every cut without loss or duplicate', async () => {
  const gateway = await open()
  const seen: number[] = []
  let cursor: string | undefined
  for (let round = 0; round < 20; round++) {
    const stream = await listen(gateway, cursor)
    await stream.until(() => stream.blocks.length > 0)
    for (let n = 0; n < 10; n++) gateway.push(inbox(round * 20 + n))
    const enough = 1 + (round % 7)
    await stream.until(() => stream.events().length >= enough)
    cursor = stream.cursor()
    seen.push(...stream.waitings())
    stream.request.destroy()
    for (let n = 10; n < 20; n++) gateway.push(inbox(round * 20 + n))
  }
  const rest = await listen(gateway, cursor)
  await rest.until(() => seen.length + rest.events().length >= 400)
  expect([...seen, ...rest.waitings()]).toEqual(upTo(400))
})

it('GATE-33 can be resumed from before its first event', async () => {
  const gateway = await open()
  const stream = await listen(gateway)
  await stream.until(() => stream.blocks.length > 0)
  stream.request.destroy()
  gateway.push(inbox(0))
  const again = await listen(gateway, stream.cursor())
  await again.until(() => again.events().length === 1)
  expect(again.waitings()).toEqual([0])
})

it('GATE-34 answers 410 to an id it does not know: foreign, forged, from the future or too old', async () => {
  const gateway = await open({ events: 10 })
  const stream = await listen(gateway)
  await stream.until(() => stream.blocks.length > 0)
  const old = stream.cursor()
  for (let n = 0; n < 11; n++) gateway.push(inbox(n))
  await stream.until(() => stream.events().length === 11)
  const [boot] = old.split('-')
  for (const cursor of [old, `${boot}-99`, `${'0'.repeat(16)}-1`, 'x', '', `${boot}-1e1`, `${boot}--1`]) {
    const refused = await listen(gateway, cursor)
    expect(refused.status).toBe(410)
    await refused.until(() => refused.ended)
    expect(JSON.parse(refused.text)).toMatchObject({ ok: false, fault: { code: 'InvalidArguments' } })
  }
  const oldest = await listen(gateway, `${boot}-1`)
  await oldest.until(() => oldest.events().length === 10)
  expect(oldest.waitings()).toEqual(upTo(11).slice(1))
})

it('GATE-35 keeps no more bytes than it may', async () => {
  const gateway = await open({ bytes: 100_000 })
  const stream = await listen(gateway)
  await stream.until(() => stream.blocks.length > 0)
  const old = stream.cursor()
  for (let n = 0; n < 12; n++) gateway.push(large(10_000, n))
  expect((await listen(gateway, old)).status).toBe(410)
})

it('GATE-36 begins anew with a new core: readers are dropped and their ids unknown', async () => {
  const gateway = await open()
  const stream = await listen(gateway)
  gateway.push(inbox(0))
  await stream.until(() => stream.events().length === 1)
  gateway.reset()
  await stream.until(() => stream.ended)
  expect((await listen(gateway, stream.cursor())).status).toBe(410)
  const fresh = await listen(gateway)
  gateway.push(inbox(1))
  await fresh.until(() => fresh.events().length === 1)
  expect(fresh.waitings()).toEqual([1])
})

it('GATE-37 sends comments while nothing happens', async () => {
  const gateway = await open({ heartbeat: 20 })
  const stream = await listen(gateway)
  await stream.until(() => stream.comments() >= 3)
  expect(stream.events()).toEqual([])
})

it('GATE-38 drops a reader that takes nothing, which loses nothing by it; others go on meanwhile', async () => {
  const gateway = await open({ patience: 200, heartbeat: 400, events: 10_000 })
  const stalled = await listen(gateway)
  await stalled.until(() => stalled.blocks.length > 0)
  stalled.response.pause()
  const healthy = await listen(gateway)
  await healthy.until(() => healthy.blocks.length > 0)
  for (let n = 0; n < 2_000; n++) gateway.push(large(8_000, n))
  await healthy.until(() => healthy.events().length === 2_000)
  // two heartbeats from here, more than the patience has passed
  const beats = healthy.comments()
  await healthy.until(() => healthy.comments() >= beats + 2)
  stalled.response.resume()
  await stalled.until(() => stalled.ended)
  const seen = stalled.events().length
  expect(seen).toBeLessThan(2_000)
  const again = await listen(gateway, stalled.cursor())
  await again.until(() => again.events().length === 2_000 - seen)
  expect([...stalled.sinces(), ...again.sinces()]).toEqual(upTo(2_000))
})

it('GATE-39 lets a reader that pauses go on where it was, however large the events', async () => {
  const gateway = await open({ events: 10_000, bytes: 1 << 28 })
  const stream = await listen(gateway)
  await stream.until(() => stream.blocks.length > 0)
  stream.response.pause()
  for (let n = 0; n < 300; n++) gateway.push(large(n % 10 === 0 ? 200_000 : 2_000, n))
  stream.response.resume()
  await stream.until(() => stream.events().length === 300)
  expect(stream.sinces()).toEqual(upTo(300))
})

it('GATE-40 drops a stalled reader that the ring has left behind', async () => {
  const gateway = await open({ events: 5 })
  const stalled = await listen(gateway)
  await stalled.until(() => stalled.blocks.length > 0)
  stalled.response.pause()
  const healthy = await listen(gateway)
  await healthy.until(() => healthy.blocks.length > 0)
  for (let n = 0; n < 1_000; n++) {
    gateway.push(large(100_000, n))
    if (n % 5 === 4) await healthy.until(() => healthy.events().length === n + 1)
  }
  stalled.response.resume()
  await stalled.until(() => stalled.ended)
  expect(stalled.events().length).toBeLessThan(1_000)
  expect((await listen(gateway, stalled.cursor())).status).toBe(410)
})

it('GATE-41 lets no more than 64 kB wait for a reader that takes nothing', async () => {
  const stream = eventStream()
  const server = createServer((_, response) => stream.open(response, undefined) && served(response))
  let served: (response: ServerResponse) => void = () => {}
  const writing = new Promise<ServerResponse>((resolve) => {
    served = resolve
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const request = get({ host: '127.0.0.1', port, agent: false }, (response) => response.pause())
  request.on('error', () => {})
  afterwards.push(() => {
    stream.close()
    request.destroy()
    server.close()
  })
  const response = await writing
  for (let n = 0; n < 5_000; n++) {
    stream.push(large(5_000, n))
    expect(response.writableLength).toBeLessThanOrEqual(64 * 1024)
  }
  expect(response.writableLength).toBeGreaterThan(0)
})
