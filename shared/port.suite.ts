import { afterEach, describe, expect, it } from 'vitest'
import { ok } from './fault.ts'
import type { Port } from './port.ts'

/** A pipe to try: `client` asks, `core` answers and tells; `stop` frees what it needed, both ends closed or not. */
export type Pipe = { readonly client: Port; readonly core: Port; stop(): Promise<void> }

type Received = { readonly call: number; readonly type: string; readonly args: unknown }

/**
 * What every Port has to do, tried with the messages it is there for: asks one way, answers and events the other. A
 * carrier may give calls its own numbers on the core's side and may let an answer overtake an event; asks among
 * themselves and events among themselves keep their order.
 */
export function portSuite(name: string, make: () => Promise<Pipe>): void {
  describe(`Port: ${name}`, () => {
    let pipe: Pipe | undefined
    afterEach(() => pipe?.stop())
    for (const [title, rule] of rules) {
      it(title, async () => {
        pipe = await make()
        await rule(pipe)
      })
    }
  })
}

const rules: readonly [title: string, rule: (pipe: Pipe) => Promise<void>][] = [
  ['PORT-1 carries an ask to the core, whole', wholeAsk],
  ['PORT-2 carries the answer back under the number of its ask, in any order of answering', answersByNumber],
  ['PORT-3 keeps the order of asks', askOrder],
  ['PORT-4 keeps the order of events, each once', eventOrder],
  ['PORT-5 carries a message of a megabyte', large],
  ['PORT-6 keeps what came before anyone listened', early],
  ['PORT-7 copies: what the sender changes afterwards does not show', copies],
  ['PORT-8 delivers what was asked before the client closed', lastWords],
  ['PORT-9 tells its own end once that it closed, later listeners too', closeTold],
  ['PORT-10 drops in silence what is sent after closing', silentAfterClose],
]

async function wholeAsk({ client, core }: Pipe): Promise<void> {
  const asked = take(core)
  const args = { text: 'ünïcode \u{1F30D} "quoted" \\ \n\u2028', list: [1, -0.5, null, true, {}], empty: '' }
  client.send({ call: 7, type: 'story.send', args })
  expect(await asked.next()).toMatchObject({ type: 'story.send', args })
}

async function answersByNumber({ client, core }: Pipe): Promise<void> {
  const asked = take(core)
  const told = take(client)
  for (const call of [3, 1, 2]) client.send({ call, type: 'vault.root', args: { call } })
  const asks = [await asked.next(), await asked.next(), await asked.next()] as Received[]
  for (const ask of asks.toReversed()) core.send({ answer: ask.call, result: ok(ask.args) })
  const answers = [await told.next(), await told.next(), await told.next()]
  expect(answers).toHaveLength(3)
  for (const call of [1, 2, 3]) expect(answers).toContainEqual({ answer: call, result: ok({ call }) })
}

async function askOrder({ client, core }: Pipe): Promise<void> {
  const asked = take(core)
  for (let n = 0; n < 100; n++) client.send({ call: n, type: 'vault.root', args: { n } })
  for (let n = 0; n < 100; n++) {
    const ask = (await asked.next()) as Received
    expect(ask.args).toEqual({ n })
    core.send({ answer: ask.call, result: ok({}) })
  }
}

async function eventOrder({ client, core }: Pipe): Promise<void> {
  const asked = take(core)
  const told = take(client)
  client.send({ call: 0, type: 'vault.root', args: {} })
  const ask = (await asked.next()) as Received
  core.send({ answer: ask.call, result: ok({}) })
  expect(await told.next()).toEqual({ answer: 0, result: ok({}) })
  for (let n = 0; n < 1_000; n++) core.send({ event: { type: 'inbox', id: vault, waiting: n } })
  for (let n = 0; n < 1_000; n++) {
    expect(await told.next()).toEqual({ event: { type: 'inbox', id: vault, waiting: n } })
  }
}

async function large({ client, core }: Pipe): Promise<void> {
  const asked = take(core)
  const told = take(client)
  const long = 'ä€😀'.repeat(100_000)
  client.send({ call: 0, type: 'story.send', args: { long } })
  const ask = (await asked.next()) as Received
  expect(ask.args).toEqual({ long })
  core.send({ answer: ask.call, result: ok({ long }) })
  expect(await told.next()).toEqual({ answer: 0, result: ok({ long }) })
}

async function early({ client, core }: Pipe): Promise<void> {
  for (let n = 0; n < 3; n++) client.send({ call: n, type: 'vault.root', args: { n } })
  const first = take(core)
  const ask = (await first.next()) as Received
  core.send({ answer: ask.call, result: ok('early') })
  const told = take(client)
  expect(await told.next()).toEqual({ answer: 0, result: ok('early') })
  expect(await first.next()).toMatchObject({ args: { n: 1 } })
}

async function copies({ client, core }: Pipe): Promise<void> {
  const args = { text: 'before' }
  client.send({ call: 0, type: 'story.send', args })
  args.text = 'after'
  expect(await take(core).next()).toMatchObject({ args: { text: 'before' } })
}

async function lastWords({ client, core }: Pipe): Promise<void> {
  const asked = take(core)
  const long = 'x'.repeat(1_000_000)
  client.send({ call: 0, type: 'story.send', args: { long } })
  client.send({ call: 1, type: 'vault.root', args: { last: true } })
  client.close()
  expect(await asked.next()).toMatchObject({ args: { long } })
  expect(await asked.next()).toMatchObject({ args: { last: true } })
}

async function closeTold({ client }: Pipe): Promise<void> {
  let closed = 0
  client.onClose(() => closed++)
  client.close()
  client.close()
  await new Promise<void>((resolve) => client.onClose(resolve))
  expect(closed).toBe(1)
}

async function silentAfterClose({ client, core }: Pipe): Promise<void> {
  const asked = take(core)
  const told: unknown[] = []
  client.onMessage((message) => told.push(message))
  client.send({ call: 0, type: 'vault.root', args: { n: 0 } })
  const ask = (await asked.next()) as Received
  client.close()
  client.send({ call: 1, type: 'vault.root', args: { n: 1 } })
  core.send({ answer: ask.call, result: ok({}) })
  await new Promise<void>((resolve) => client.onClose(resolve))
  expect(told).toEqual([])
  expect(asked.waiting()).toBe(0)
}

const vault = `doc:${'0'.repeat(64)}`

type Taken = { next(): Promise<unknown>; waiting(): number }

function take(port: Port): Taken {
  const messages: unknown[] = []
  const takers: ((message: unknown) => void)[] = []
  port.onMessage((message) => {
    const taker = takers.shift()
    if (taker) taker(message)
    else messages.push(message)
  })
  return {
    next: () => (messages.length > 0 ? Promise.resolve(messages.shift()) : new Promise((taker) => takers.push(taker))),
    waiting: () => messages.length,
  }
}
