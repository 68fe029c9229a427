import { expect, test } from 'vitest'
import { parseFrame } from '../core/meeting/frame.ts'
import { concat, fromHex, uint } from '../crypto/bytes.ts'
import { encode } from '../crypto/canonical.ts'
import { Cheater } from './cheater.ts'
import { gather, textsOf, viewOf } from './gathering.ts'
import type { Node } from './world.ts'

type Lie = readonly [
  kind: number,
  device: Uint8Array,
  incarnation: number,
  length: number,
  head: Uint8Array,
  forkAt: number | null,
]

function scene(seed: number) {
  const { world, nodes, id } = gather(seed, ['Ana', 'Bo', 'Mel'])
  const [ana, bo, mel] = nodes
  ana.must('story.send', { storyId: id, text: 'one' })
  world.pass(1_000)
  bo.must('story.send', { storyId: id, text: 'two' })
  world.pass(1_000)
  const cheater = new Cheater(mel).silence()
  return { world, ana, bo, mel, id, cheater, show }

  function show(envelopes: readonly Uint8Array[]): void {
    for (const node of [ana, bo]) cheater.deliver(node, id, envelopes)
  }
}

test('SEQ-1 what does not follow is not kept: gaps, a false start, a place taken by another’s hash', () => {
  const { world, ana, bo, id, cheater, show } = scene(505)
  const pen = cheater.pen(id)
  pen.clock = 9
  const lines = ['a', 'b', 'c', 'd'].map((text) => pen.say(text))
  const [a, b, c, d] = lines as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
  const before = bo.vault.dump()
  show([c, d])
  const adrift = pen.fork(1)
  show([
    adrift.write({
      payload: adrift.header('message', world.bytes(16), 'adrift', null),
      seq: 2 ** 40,
      prev: world.bytes(32),
    }),
  ])
  const start = cheater.pen(id, 2 ** 41)
  show([start.write({ payload: start.header('message', world.bytes(16), 'false start', null), prev: world.bytes(32) })])
  expect(bo.vault.dump()).toBe(before)
  show([a])
  show([
    pen.fork(1).draft({ payload: pen.header('message', world.bytes(16), 'other prev', null), prev: world.bytes(32) }),
  ])
  show([d, c, b])
  show([b, a, d, c])
  show([c, d])
  for (const node of [ana, bo]) expect(textsOf(node, id)).toEqual(['one', 'two', 'a', 'b', 'c', 'd'])
  expect(bo.must('sync.status', {}).frozen).toEqual([])
})

test('REPLAY-1 the same envelopes a hundred times, in any order and any session, change nothing', () => {
  const { world, ana, bo, id, cheater } = scene(506)
  const pen = cheater.pen(id)
  for (const text of ['a', 'b', 'c']) pen.say(text)
  cheater.deliver(bo, id, pen.envelopes)
  // what came in is taken into the index of words a little later
  world.pass(1_000)
  const other = envelopesHeldBy(ana, id)
  const before = bo.vault.dump()
  for (let times = 0; times < 100; times += 1) {
    const shuffled = [...pen.envelopes, ...other].sort(() => world.pick(3) - 1)
    cheater.say(bo, 'envelopes', cheater.nameFor(bo, id), shuffled, false)
    world.pass(5)
  }
  expect(bo.vault.dump()).toBe(before)
  const old = bo.heard.slice()
  const names = new Set(old.map((frame) => parseFrame(frame)?.name))
  expect(names.size).toBeGreaterThan(8)
  cheater.hangUp(bo)
  cheater.node.world.meet()
  world.pass(3_000)
  const settled = viewOf(bo, id)
  const peers = bo.must('peer.list', {})
  for (const frame of old) cheater.utter(bo, frame)
  world.pass(5_000)
  expect(viewOf(bo, id)).toBe(settled)
  expect(bo.must('peer.list', {})).toEqual(peers)
  expect(bo.must('sync.status', {}).frozen).toEqual([])
})

function envelopesHeldBy(node: Node, id: Parameters<Cheater['row']>[0]): Uint8Array[] {
  const { artifacts, logs, envelopes } = node.vault.tables
  const row = artifacts.byId(id)
  return logs.of(row?.key ?? 0).flatMap((log) => envelopes.from(log.key, 0, log.length).map((each) => each.bytes))
}

test('CLOCK-1 a clock that jumps, stands, goes back or is no number moves nobody’s entry but refuses its own', () => {
  const { world, ana, bo, id, cheater, show } = scene(507)
  const pen = cheater.pen(id)
  const { position } = pen.settings
  const payload = (clock: unknown, at: unknown, text: string) => [
    position,
    clock,
    at,
    'message',
    world.bytes(16),
    text,
    null,
  ]
  for (const clock of [0, -1, 0.5, 2 ** 21, Number.MAX_SAFE_INTEGER, null, 'x']) {
    pen.write({ payload: payload(clock, world.now, `refused ${clock}`) as never })
  }
  for (const raw of [
    'fb7ff8000000000000',
    'fb7ff0000000000000',
    'f97e00',
    '1b0020000000000000',
    '3b001fffffffffffff',
  ]) {
    const plain = encode(payload(777, world.now, 'refused raw') as never)
    const at = plain.indexOf(0x19)
    pen.write({ plain: concat(plain.subarray(0, at), fromHex(raw), plain.subarray(at + 3)) })
  }
  pen.write({ payload: payload(20, world.now, 'fine') as never })
  for (const clock of [20, 19, 1]) pen.write({ payload: payload(clock, world.now, `refused ${clock} again`) as never })
  const year = 365 * 86_400_000
  for (const [index, at] of [world.now + year, world.now - year, -1, 0, 0.25, Number.MAX_SAFE_INTEGER].entries()) {
    pen.write({ payload: payload(21 + index, at, `at ${index}`) as never })
  }
  show(pen.envelopes)
  const shown = ['one', 'two', 'fine', 'at 0', 'at 1', 'at 2', 'at 3', 'at 4', 'at 5']
  for (const node of [ana, bo]) expect(textsOf(node, id)).toEqual(shown)
  pen.write({ payload: payload(26 + 2 ** 20, world.now, 'as far as one may') as never })
  show(pen.envelopes.slice(-1))
  bo.must('story.send', { storyId: id, text: 'after it' })
  world.pass(1_000)
  for (const node of [ana, bo]) {
    expect(textsOf(node, id)).toHaveLength(11)
    expect(textsOf(node, id).slice(-2)).toEqual(expect.arrayContaining(['as far as one may', 'after it']))
  }
  expect(viewOf(ana, id)).toBe(viewOf(bo, id))
})

test('LIMIT-2 of too many logs of one device the lowest count, for everyone alike, whoever was shown which', () => {
  const { world, ana, bo, id, cheater } = scene(508)
  const pens = Array.from({ length: 100 }, (_, index) => {
    const pen = cheater.pen(id, 1_000 + index)
    pen.say(`log ${String(index).padStart(3, '0')}`)
    return pen.envelopes
  })
  ana.strand(1)
  bo.strand(2)
  cheater.node.strand(1)
  world.pass(3_000)
  cheater.deliver(ana, id, pens.slice(30).flat())
  cheater.node.strand(2)
  world.pass(3_000)
  cheater.deliver(bo, id, pens.slice(0, 70).reverse().flat())
  cheater.node.strand(9)
  for (const node of [ana, bo]) node.strand(0)
  world.pass(100_000)
  expect(viewOf(ana, id)).toBe(viewOf(bo, id))
  const logs = textsOf(ana, id).filter((text) => text.startsWith('log'))
  expect(logs.sort()).toEqual(Array.from({ length: 64 }, (_, index) => `log ${String(index).padStart(3, '0')}`))
  const heard = [ana, bo].map((node) => node.heard.length)
  world.pass(120_000)
  for (const [index, node] of [ana, bo].entries())
    expect(node.heard.length - (heard[index] ?? 0)).toBeLessThanOrEqual(10)
  ana.take({ type: 'projections-lost' })
  world.pass(100)
  expect(viewOf(ana, id)).toBe(viewOf(bo, id))
})

test('LIMIT-3 lists longer than they may be are dropped whole', () => {
  const { world, ana, id, cheater } = scene(509)
  const name = cheater.nameFor(ana, id)
  const before = ana.vault.dump()
  const entry: Lie = [1, world.bytes(32), 1, 5, new Uint8Array(8), null]
  cheater.overheard.length = 0
  cheater.say(ana, 'vector', name, Array(4_097).fill(entry), true)
  cheater.say(ana, 'have', name, Array(4_097).fill(entry))
  cheater.say(ana, 'envelopes', name, Array(1_001).fill(cheater.pen(id).say('x')), true)
  cheater.say(ana, 'tokens', new Uint8Array(600_006))
  cheater.say(ana, 'tokens', new Uint8Array(7))
  cheater.say(ana, 'knock', Array(9).fill(world.bytes(16)))
  cheater.say(ana, 'welcome', fromHex(id.slice(4)), Array(10_001).fill(new Uint8Array(1)))
  cheater.say(ana, 'envelopes', name, [new Uint8Array(1_048_577), concat(uint(1, 1), new Uint8Array(2_000_000))], true)
  world.pass(2_000)
  expect(cheater.overheard.map((frame) => frame.name)).toEqual([])
  expect(ana.vault.dump()).toBe(before)
})
