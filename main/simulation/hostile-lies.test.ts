import { expect, test } from 'vitest'
import { fromHex } from '../crypto/bytes.ts'
import { Cheater } from './cheater.ts'
import { entriesOf, gather, textsOf, viewOf } from './gathering.ts'
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
  return { world, ana, bo, id, cheater }
}

function writerLog(node: Node, id: Parameters<Cheater['row']>[0]) {
  const row = node.vault.tables.artifacts.byId(id)
  const log =
    row && node.vault.tables.logs.of(row.key).find((each) => each.kind === 'writer' && each.device === node.device)
  if (!log) throw new Error('nothing written')
  return log
}

test('LIE-1 claims to hold more of one’s own log start no new one, however often they are made', () => {
  const { world, ana, bo, id, cheater } = scene(500)
  const log = writerLog(ana, id)
  const before = new Cheater(ana).me.incarnation
  for (let times = 0; times < 80; times += 1) {
    for (const [incarnation, length] of [
      [log.incarnation, 1_000],
      [log.incarnation + times, 5],
      [2 ** 47, 2 ** 40],
    ] as const) {
      const lie: Lie = [1, fromHex(ana.device), incarnation, length, world.bytes(8), null]
      cheater.say(ana, 'vector', cheater.nameFor(ana, id), [lie], false)
      cheater.say(ana, 'have', cheater.nameFor(ana, id), [lie])
    }
    world.pass(10)
    ana.must('story.send', { storyId: id, text: `still ${times}` })
  }
  world.pass(1_000)
  expect(new Cheater(ana).me.incarnation).toBe(before)
  expect(textsOf(bo, id)).toHaveLength(82)
  expect(viewOf(bo, id)).toBe(viewOf(ana, id))
})

test('LIE-2 nobody is counted as holding what they cannot hold, nor for another', () => {
  const { world, ana, bo, id, cheater } = scene(501)
  bo.crash()
  world.pass(10)
  const { entryId } = ana.must('story.send', { storyId: id, text: 'who has this?' })
  const log = writerLog(ana, id)
  const lies: Lie[] = [
    [1, fromHex(ana.device), log.incarnation, 2 ** 52, new Uint8Array(8), null],
    [1, fromHex(bo.device), 0, 2 ** 52, new Uint8Array(8), null],
    [0, fromHex(ana.device), 0, 2 ** 52, new Uint8Array(8), null],
  ]
  cheater.say(ana, 'have', cheater.nameFor(ana, id), lies)
  world.pass(100)
  const delivery = () => entriesOf(ana, id).find((entry) => entry.entryId === entryId)?.delivery
  expect(delivery()).toMatchObject({ state: 'partial', have: 1, of: 2 })
  const row = ana.vault.tables.artifacts.byId(id)
  for (const holding of ana.vault.tables.holdings.of(row?.key ?? 0)) {
    expect(holding.length).toBeLessThanOrEqual(ana.vault.tables.logs.byKey(holding.log)?.length ?? 0)
  }
  ana.must('story.send', { storyId: id, text: 'and this?' })
  expect(entriesOf(ana, id).at(-1)?.delivery).toMatchObject({ state: 'local', have: 0 })
  bo.boot()
  world.pass(5_000)
  expect(textsOf(bo, id)).toEqual(['one', 'two', 'who has this?', 'and this?'])
})

test('LIE-3 who sends back one old envelope is not taken to hold all that came after it', () => {
  const { world, ana, bo, id, cheater } = scene(502)
  bo.crash()
  world.pass(10)
  const log = writerLog(ana, id)
  const first = ana.vault.tables.envelopes.at(log.key, 0)
  if (!first) throw new Error('nothing')
  ana.must('story.send', { storyId: id, text: 'later' })
  cheater.deliver(ana, id, [first.bytes])
  expect(entriesOf(ana, id).at(-1)?.delivery).toMatchObject({ state: 'local', have: 0 })
})

test('LIE-4 no lie about logs, forks or places in them makes anyone fall silent or go in circles', () => {
  const { world, ana, bo, id, cheater } = scene(503)
  const log = writerLog(bo, id)
  const numbers = [0, 1, 2, 1_000, 2 ** 31, 2 ** 32, 2 ** 47, 2 ** 52, Number.MAX_SAFE_INTEGER]
  const devices = [ana.device, bo.device, cheater.me.device].map(fromHex).concat(world.bytes(32))
  const name = cheater.nameFor(ana, id)
  let said = 0
  for (const device of devices) {
    for (const length of numbers) {
      for (const forkAt of [null, ...numbers]) {
        const lie: Lie = [said % 2, device, said % 3 === 0 ? log.incarnation : length, length, world.bytes(8), forkAt]
        cheater.say(ana, said % 5 === 0 ? 'have' : 'vector', name, [lie], said % 7 === 0)
        said += 1
      }
    }
  }
  for (const from of [...numbers, -1, 0.5, -(2 ** 40)]) {
    cheater.say(ana, 'want', name, 'writer', fromHex(bo.device), log.incarnation, from)
    cheater.say(ana, 'want', name, 'authority', fromHex(ana.device), 0, from)
  }
  world.pass(200)
  cheater.overheard.length = 0
  const heard = ana.heard.length
  world.pass(20_000)
  expect(ana.heard.length - heard).toBeLessThan(10)
  expect(cheater.overheard.length).toBeLessThan(10)
  expect(ana.must('sync.status', {}).frozen).toEqual([])
  ana.must('story.send', { storyId: id, text: 'three' })
  bo.must('story.send', { storyId: id, text: 'four' })
  world.pass(1_000)
  for (const node of [ana, bo]) expect(textsOf(node, id)).toHaveLength(4)
  cheater.relent()
  world.pass(40_000)
  expect(textsOf(cheater.node, id)).toHaveLength(4)
})

test('LIE-5 envelopes promised without end are asked for once for each that comes', () => {
  const { world, ana, id, cheater } = scene(504)
  const pen = cheater.pen(id)
  for (let count = 0; count < 20; count += 1) pen.say(`page ${count}`)
  cheater.overheard.length = 0
  for (const bytes of pen.envelopes) cheater.say(ana, 'envelopes', cheater.nameFor(ana, id), [bytes], true)
  for (let times = 0; times < 20; times += 1) {
    cheater.say(ana, 'envelopes', cheater.nameFor(ana, id), pen.envelopes.slice(0, 1), true)
    cheater.say(ana, 'envelopes', cheater.nameFor(ana, id), [], true)
  }
  world.pass(5_000)
  expect(cheater.overheard.filter((frame) => frame.name === 'want').length).toBeLessThanOrEqual(40)
  expect(textsOf(ana, id)).toHaveLength(22)
})
