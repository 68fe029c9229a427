import { expect, test } from 'vitest'
import { type AttentionEvent, noHash, signAttention } from '../core/attention/attention-chain.ts'
import { Cheater } from './cheater.ts'
import { befriend, pair } from './gathering.ts'
import type { Node } from './world.ts'

type Fields = Parameters<typeof signAttention>[0]

/** Events as if this device had been somewhere, each continuing the one before except where it is told otherwise. */
function chain(cheater: Cheater, steps: readonly Partial<Fields>[], last?: AttentionEvent): AttentionEvent[] {
  const { me, world } = cheater
  const made: AttentionEvent[] = []
  for (const step of steps) {
    const before = made.at(-1) ?? last
    const fields = {
      author: me.player,
      device: me.device,
      incarnation: 77,
      seq: before ? before.seq + 1 : 0,
      wallTime: world.now,
      from: before?.to,
      to: world.bytes(16),
      prev: before?.hash ?? noHash,
      ...step,
    }
    made.push(signAttention(fields, me.deviceKeys.secretKey))
  }
  return made
}

function publish(node: Node, events: readonly AttentionEvent[]): void {
  node.core.events.push(...events.map((event) => event.bytes))
  for (const other of node.world.nodes) other.catchUp(node)
  node.world.pass(50)
}

function heldOf(node: Node, of: Node): number {
  return node.must('attention.log', { playerId: of.id }).events.length
}

test('ATT-1 nobody writes another’s chain, nor silences it by calling it their own', () => {
  const { world, ana, bo, id } = pair(1_100)
  const mel = world.add('Mel')
  befriend(world, ana, mel)
  befriend(world, bo, mel)
  const cheater = new Cheater(mel)
  const victim = new Cheater(bo).me
  for (const node of [ana, mel]) cheater.node.linkTo(node) && cheater.say(node, 'attention', bo.core.key)
  world.pass(100)
  bo.must('attention.navigate', { to: id })
  world.pass(1_000)
  expect(heldOf(ana, bo)).toBe(1)
  expect(ana.must('heat.get', { id }).contributors).toMatchObject([{ playerId: bo.id, present: true }])
  cheater.say(ana, 'attention', mel.core.key)
  world.pass(100)
  const forged = chain(cheater, [{ author: victim.player }, { device: victim.device, author: victim.player }])
  publish(mel, forged)
  expect(heldOf(ana, bo)).toBe(1)
  expect(heldOf(ana, mel)).toBe(0)
})

test('ATTN-5 two events at one place are a proof, that stops the chain and outlives a restart', () => {
  const { world, ana, bo } = pair(1_101)
  const cheater = new Cheater(bo)
  const [first, second, third] = chain(cheater, [{}, {}, {}]) as [AttentionEvent, AttentionEvent, AttentionEvent]
  publish(bo, [first, second])
  const [other] = chain(cheater, [{}], first) as [AttentionEvent]
  publish(bo, [other, third])
  const seen = () => ana.must('attention.log', { playerId: bo.id })
  expect(seen()).toMatchObject({ integrity: { state: 'diverged', firstMismatchIndex: 1 } })
  expect(seen().events).toHaveLength(1)
  publish(bo, chain(cheater, [{}, {}], third))
  expect(seen().events).toHaveLength(1)
  ana.crash()
  ana.boot()
  world.pass(5_000)
  expect(seen()).toMatchObject({ integrity: { state: 'diverged', firstMismatchIndex: 1 } })
})

test('ATTN-3 what does not continue the chain is not taken: gaps, other starts, leaving where one was not', () => {
  const { world, ana, bo } = pair(1_102)
  const cheater = new Cheater(bo)
  const [first] = chain(cheater, [{}]) as [AttentionEvent]
  for (const step of [
    { seq: 5 },
    { prev: world.bytes(32) },
    { from: world.bytes(16) },
    { from: undefined },
    { seq: 0 },
  ]) {
    const bad = chain(cheater, [{ incarnation: 78 + world.pick(1_000_000), ...step, seq: step.seq ?? 1 }], first)
    publish(bo, bad)
  }
  expect(heldOf(ana, bo)).toBe(0)
  publish(bo, [first])
  expect(heldOf(ana, bo)).toBe(1)
})

test('HEAT-1 whatever times a peer writes, heat stays between 0 and 1 and no dwell is negative', () => {
  const { world, ana, bo, id } = pair(1_103)
  const cheater = new Cheater(bo)
  const tag = cheater.row(id).attentionTag
  const year = 365 * 86_400_000
  const times = [0, world.now - year, world.now + year, Number.MAX_SAFE_INTEGER, world.now, 1]
  let last: AttentionEvent | undefined
  for (const wallTime of times) {
    for (const to of [tag, undefined]) {
      const [event] = chain(cheater, [{ wallTime, to }], last) as [AttentionEvent]
      publish(bo, [event])
      last = event
      for (const at of [0, world.now, world.now + year]) {
        const { heat, totalDwellMillis, contributors } = ana.must('heat.get', { id, at })
        expect(heat).toBeGreaterThanOrEqual(0)
        expect(heat).toBeLessThanOrEqual(1)
        expect(totalDwellMillis).toBeGreaterThanOrEqual(0)
        for (const each of contributors) expect(each.dwellMillis).toBeGreaterThanOrEqual(0)
      }
    }
  }
  expect(heldOf(ana, bo)).toBe(12)
})

test('ATTN-6 attention is told to mutual peers only, and not once someone is blocked', () => {
  const { world, ana, bo } = pair(1_104)
  const cheater = new Cheater(bo)
  publish(bo, chain(cheater, [{}]))
  expect(heldOf(ana, bo)).toBe(1)
  ana.must('peer.block', { playerId: bo.id })
  ana.take({
    type: 'attention-arrived',
    core: bo.core.key,
    from: 1,
    events: chain(cheater, [{ incarnation: 80 }]).map((each) => each.bytes),
  })
  world.pass(1_000)
  expect(heldOf(ana, bo)).toBe(1)
  const stranger = world.add('Eve')
  expect(stranger.ask('attention.log', { playerId: bo.id })).toMatchObject({
    value: { events: [], integrity: { state: 'noPriorReplica' } },
  })
})
