import { describe, expect, test } from 'vitest'
import { type AttentionEvent, noHash, parseAttention, signAttention } from '../core/attention/attention-chain.ts'
import { Cheater } from './cheater.ts'
import { befriend, pair } from './gathering.ts'
import { type Node, World } from './world.ts'

/** Ana and Bo are mutual peers of each other and of Mel, who shows each of them what she likes. */
function circle(seed: number) {
  const world = new World(seed)
  const [ana, bo, mel] = ['Ana', 'Bo', 'Mel'].map((name) => world.add(name)) as [Node, Node, Node]
  befriend(world, ana, bo)
  befriend(world, ana, mel)
  befriend(world, bo, mel)
  return { world, ana, bo, mel, cheater: new Cheater(mel) }
}

function chain(cheater: Cheater, length: number, tag: number, before: readonly AttentionEvent[] = []) {
  const made = [...before]
  const { me, world } = cheater
  for (let seq = made.length; seq < length; seq += 1) {
    const last = made.at(-1)
    const to = new Uint8Array(16).fill(tag)
    const place = { author: me.player, device: me.device, incarnation: 77, seq, wallTime: world.now + seq }
    made.push(signAttention({ ...place, from: last?.to, to, prev: last?.hash ?? noHash }, me.deviceKeys.secretKey))
  }
  return made
}

/** A log of its own for one peer: what a Hypercore of that key would bring. */
function show(cheater: Cheater, to: Node, events: readonly AttentionEvent[]): void {
  const core = cheater.world.bytes(32)
  cheater.say(to, 'attention', core, 77, events.length, events.at(-1)?.hash ?? noHash)
  cheater.world.pass(50)
  to.take({ type: 'attention-arrived', core, from: 0, events: events.map((event) => event.bytes) })
  cheater.world.pass(50)
}

function meetAgain(world: World, a: Node, b: Node): void {
  const link = a.linkTo(b)
  if (link) a.cut(link)
  world.pass(10)
  world.meet()
  world.pass(5_000)
}

const integrity = (node: Node, of: Node) => node.must('attention.log', { playerId: of.id }).integrity
const eventsOf = (node: Node, of: Node) =>
  node.must('attention.log', { playerId: of.id }).events.filter((event) => event.incarnation === 77)

describe('mutual peers compare what a third one showed them', () => {
  test('ATTN-4 the same log, a shorter and a longer one are no lie', () => {
    const { world, ana, bo, mel, cheater } = circle(1_200)
    const events = chain(cheater, 6, 1)
    show(cheater, ana, events)
    show(cheater, bo, events.slice(0, 4))
    meetAgain(world, ana, bo)
    const said = (node: Node) => node.must('attention.log', { playerId: mel.id }).witnesses
    expect(said(ana)).toMatchObject([{ by: bo.id, result: { state: 'behind', missing: 2 } }])
    expect(said(bo)).toMatchObject([{ by: ana.id, result: { state: 'extended', newEvents: 2 } }])
    expect(ana.must('attention.proofs', {})).toEqual([])
    expect(integrity(ana, mel).state).not.toBe('diverged')
  })

  test.each([0, 3, 9])('ATTN-5 two histories that part at %i are found, proved at both, and frozen there', (at) => {
    const { world, ana, bo, mel, cheater } = circle(1_210 + at)
    const common = chain(cheater, at, 1)
    show(cheater, ana, chain(cheater, 14, 2, common))
    show(cheater, bo, chain(cheater, 11, 3, common))
    expect(eventsOf(ana, mel)).toHaveLength(14)
    meetAgain(world, ana, bo)
    for (const node of [ana, bo]) {
      expect(integrity(node, mel)).toEqual({ state: 'diverged', firstMismatchIndex: at })
      expect(eventsOf(node, mel)).toHaveLength(at)
      const proofs = node.must('attention.proofs', {})
      expect(proofs.every((each) => each.playerId === mel.id && each.events.length === 2)).toBe(true)
      expect(proofs.map((each) => each.seq)).toContain(at)
    }
    const before = eventsOf(ana, mel)
    ana.take({ type: 'projections-lost' })
    ana.crash()
    ana.boot()
    world.pass(5_000)
    expect(eventsOf(ana, mel)).toEqual(before)
    expect(integrity(ana, mel)).toEqual({ state: 'diverged', firstMismatchIndex: at })
  })

  test('ATTN-5 what a cheater’s second history warmed is cold again', () => {
    const { world, ana, bo, cheater } = circle(1_230)
    const dm = ana.must('story.dm', { playerId: cheater.node.id }).id
    const { attentionTag } = cheater.row(dm)
    const { me } = cheater
    const place = { author: me.player, device: me.device, incarnation: 77, wallTime: world.now, prev: noHash }
    const there = signAttention({ ...place, seq: 0, from: undefined, to: attentionTag }, me.deviceKeys.secretKey)
    show(cheater, ana, [there])
    world.pass(120_000)
    expect(ana.must('heat.get', { id: dm }).heat).toBeGreaterThan(0.1)
    show(cheater, bo, chain(cheater, 1, 9))
    meetAgain(world, ana, bo)
    expect(ana.must('heat.get', { id: dm }).contributors.map((each) => each.playerId)).not.toContain(me.player)
  })

  test('ATTN-4 an author who shows less than before has diverged; a third party’s less is only behind', () => {
    const { world, ana, mel, cheater } = circle(1_240)
    show(cheater, ana, chain(cheater, 5, 1))
    meetAgain(world, ana, mel)
    cheater.say(ana, 'attention', mel.core.key, 77, 3, world.bytes(32))
    world.pass(50)
    expect(integrity(ana, mel)).toEqual({ state: 'diverged', firstMismatchIndex: 3 })
  })

  test('ATTN-6 who follows nobody in common learns nothing and cannot plant a proof', () => {
    const { world, ana, bo, mel } = pairAndStranger(1_250)
    const cheater = new Cheater(mel)
    const forged = chain(cheater, 2, 4).map((event) => event.bytes)
    cheater.say(ana, 'testimony', forged)
    world.pass(50)
    expect(ana.must('attention.proofs', {})).toEqual([])
    const victim = new Cheater(bo).me
    const unsigned = chain(cheater, 1, 4).map((event) => event.bytes)[0] ?? new Uint8Array(0)
    cheater.say(ana, 'testimony', [unsigned, world.bytes(200), 7, null])
    cheater.say(ana, 'testimony?', world.bytes(16), 77, 0)
    cheater.say(ana, 'witness', [[world.bytes(16), 77, 3, world.bytes(32)], 5, null, [1, 2]])
    world.pass(50)
    expect(ana.must('attention.proofs', {})).toEqual([])
    expect(ana.must('attention.log', { playerId: victim.player }).integrity.state).not.toBe('diverged')
  })
})

/** Mel is a confirmed peer of Ana, who never met Bo. */
function pairAndStranger(seed: number) {
  const { world, ana, bo } = pair(seed)
  const mel = world.add('Mel')
  befriend(world, ana, mel)
  return { world, ana, bo, mel }
}

test('ATT-1 a device whose vault was set back begins a new chain once a peer shows what it no longer knows', () => {
  const { world, ana, bo, id } = pair(1_260)
  const root = ana.must('vault.root', {}).id
  for (const to of [id, root, id]) {
    ana.must('attention.navigate', { to })
    world.pass(1_000)
  }
  expect(bo.must('attention.log', { playerId: ana.id }).events).toHaveLength(3)
  sayWhatIsForgotten(ana, bo)
  expect(bo.must('attention.log', { playerId: ana.id }).events).toHaveLength(4)
  meetAgain(world, ana, bo)
  ana.must('attention.navigate', { to: root })
  world.pass(1_000)
  const log = bo.must('attention.log', { playerId: ana.id })
  expect(log.integrity.state).not.toBe('diverged')
  expect(new Set(log.events.map((event) => event.incarnation)).size).toBe(2)
})

/** One more event in Ana's name, as Ana's device signed it before her vault was set back: Bo has it and she does not. */
function sayWhatIsForgotten(ana: Node, bo: Node): void {
  const { me } = new Cheater(ana)
  const row = ana.vault.tables.attention.last(me.device, me.incarnation)
  const last = row && parseAttention(row.bytes)
  if (!last) throw new Error('nothing to continue')
  const { author, device, incarnation, seq, to, hash } = last
  const place = {
    author,
    device,
    incarnation,
    seq: seq + 1,
    wallTime: ana.world.now,
    from: to,
    to: undefined,
    prev: hash,
  }
  ana.core.events.push(signAttention(place, me.deviceKeys.secretKey).bytes)
  bo.catchUp(ana)
  ana.world.pass(50)
}
