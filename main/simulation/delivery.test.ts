import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ArtifactId, EntryId } from '../../shared/ids.ts'
import type { Delivery } from '../../shared/views.ts'
import { Cheater } from './cheater.ts'
import { entriesOf, gather, pair } from './gathering.ts'
import type { Node, World } from './world.ts'

function deliveryOf(node: Node, id: ArtifactId, entryId: EntryId): Delivery | undefined {
  return entriesOf(node, id).find((entry) => entry.entryId === entryId)?.delivery
}

function told(node: Node, entryId: EntryId): Delivery[] {
  return node.pushed.flatMap((event) =>
    event.type === 'delivery'
      ? event.entries.filter((each) => each.entryId === entryId).map((each) => each.delivery)
      : [],
  )
}

test('STORY-6 a read mark is told by those who chose to, once for what was read in one go, and only moves forward', () => {
  const { world, ana, bo, id } = pair(1_120)
  const [first, second, third] = ['one', 'two', 'three'].map((text) => ana.must('story.send', { storyId: id, text }))
  if (!first || !second || !third) throw new Error('not sent')
  world.pass(1_000)
  bo.must('story.markRead', { storyId: id, entryId: third.entryId })
  world.pass(10_000)
  expect(deliveryOf(ana, id, first.entryId)?.read).toBeUndefined()
  bo.must('settings.set', { readMarks: true })
  const lengths = () => {
    const row = ana.vault.tables.artifacts.byId(id)
    return ana.vault.tables.logs.of(row?.key ?? 0).reduce((sum, log) => sum + log.length, 0)
  }
  const before = lengths()
  for (const { entryId } of [first, second, third, second]) bo.must('story.markRead', { storyId: id, entryId })
  ana.pushed.length = 0
  world.pass(10_000)
  expect(lengths()).toBe(before + 1)
  expect([first, second, third].map(({ entryId }) => deliveryOf(ana, id, entryId)?.read)).toEqual([1, 1, 1])
  expect(told(ana, first.entryId).at(-1)).toMatchObject({ state: 'everyone', read: 1 })
  bo.must('story.markRead', { storyId: id, entryId: first.entryId })
  world.pass(10_000)
  expect(lengths()).toBe(before + 1)
  bo.must('settings.set', { readMarks: false })
  const { entryId } = ana.must('story.send', { storyId: id, text: 'four' })
  world.pass(1_000)
  bo.must('story.markRead', { storyId: id, entryId })
  world.pass(60_000)
  expect(deliveryOf(ana, id, entryId)).toMatchObject({ state: 'everyone' })
  expect(deliveryOf(ana, id, entryId)?.read).toBeUndefined()
  expect(deliveryOf(ana, id, third.entryId)?.read).toBe(1)
})

test('STORY-6 marks count the same in every order, after a rebuild, and where nothing stands they count for nothing', () => {
  const { world, nodes, id } = gather(1_121, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  const sent = ['one', 'two', 'three'].map((text) => ana.must('story.send', { storyId: id, text }).entryId)
  world.pass(2_000)
  const cheater = new Cheater(bo).silence()
  const pen = cheater.pen(id)
  const clockOf = (entryId: EntryId) => {
    const row = ana.vault.tables.artifacts.byId(id)
    return ana.vault.tables.entries.get(row?.key ?? 0, entryId)?.clock ?? 0
  }
  const place = (entryId: EntryId) => [Buffer.from(entryId, 'hex'), clockOf(entryId)] as const
  const [one, two] = sent as [EntryId, EntryId]
  pen.entry('read', ...place(two))
  pen.entry('read', ...place(one))
  for (const nonsense of [
    [],
    [1, 2],
    [Buffer.from(one, 'hex'), -1],
    [Buffer.from(one, 'hex')],
    [new Uint8Array(31), 1],
  ]) {
    pen.entry('read', ...nonsense)
  }
  cheater.deliver(ana, id, pen.envelopes)
  world.pass(60_000)
  const reads = (node: Node) => sent.map((entryId) => deliveryOf(node, id, entryId)?.read)
  for (const node of [ana, cy]) expect(reads(node)).toEqual([1, 1, undefined])
  for (const node of [ana, cy]) {
    node.take({ type: 'projections-lost' })
    expect(reads(node)).toEqual([1, 1, undefined])
  }
  cheater.deliver(ana, id, [pen.entry('read', world.bytes(32), 2 ** 40)])
  world.pass(1_000)
  expect(reads(ana)).toEqual([undefined, undefined, undefined])
})

test('STORY-7 what is said is queued, local, partial or everyone as it is known, and never more than is true', () => {
  const { world, nodes, id, code } = gather(1_122, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  cy.crash()
  bo.crash()
  world.pass(1_000)
  const { entryId } = ana.must('story.send', { storyId: id, text: 'hello' })
  expect(deliveryOf(ana, id, entryId)).toEqual({ state: 'local', have: 0, of: 2, asOf: world.now })
  bo.boot()
  world.pass(5_000)
  const heardAt = world.now
  expect(deliveryOf(ana, id, entryId)).toMatchObject({ state: 'partial', have: 1, of: 2 })
  cy.boot()
  world.pass(5_000)
  bo.crash()
  world.pass(3_600_000)
  const known = deliveryOf(ana, id, entryId)
  expect(known).toMatchObject({ state: 'everyone', have: 2, of: 2 })
  expect(known?.asOf).toBeLessThanOrEqual(heardAt)
  ana.pushed.length = 0
  const dee = world.add('Dee')
  dee.must('realm.join', { code })
  world.pass(1)
  world.pass(10_000)
  expect(told(ana, entryId).map(({ state, have, of }) => [state, have, of])).toEqual([
    ['partial', 2, 3],
    ['everyone', 3, 3],
  ])
  dee.crash()
  world.pass(1_000)
  const later = ana.must('story.send', { storyId: id, text: 'later' }).entryId
  world.pass(2_000)
  expect(deliveryOf(ana, id, later)).toMatchObject({ state: 'partial', have: 1, of: 3 })
  ana.pushed.length = 0
  for (const gone of [dee, bo]) ana.must('artifact.revoke', { id, grantee: gone.id })
  expect(deliveryOf(ana, id, later)).toMatchObject({ state: 'everyone', have: 1, of: 1 })
  expect(told(ana, later).at(-1)).toMatchObject({ state: 'everyone', have: 1, of: 1 })
})

test('STORY-7 who was removed and let in again counts as a newcomer for everyone, not only at the seat', () => {
  const { world, nodes, id } = gather(1_124, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  const { entryId } = cy.must('story.send', { storyId: id, text: 'hello' })
  world.pass(5_000)
  expect(deliveryOf(cy, id, entryId)).toMatchObject({ state: 'everyone', have: 2, of: 2 })
  ana.must('artifact.revoke', { id, grantee: bo.id })
  world.pass(5_000)
  bo.must('realm.join', { code: ana.must('realm.invite', { id }).code })
  world.pass(5_000)
  bo.crash()
  ana.must('realm.admit', { id, playerId: bo.id })
  world.pass(5_000)
  expect(deliveryOf(cy, id, entryId)).toMatchObject({ state: 'partial', have: 1, of: 2 })
  bo.boot()
  world.pass(60_000)
  expect(deliveryOf(cy, id, entryId)).toMatchObject({ state: 'everyone', have: 2, of: 2 })
})

test('STORY-7 nobody is counted as having what they do not hold, whatever the weather', { timeout: 300_000 }, () => {
  const acts = fc.array(
    fc.tuple(fc.constantFrom('send', 'send', 'crash', 'boot', 'pass', 'revoke', 'join'), fc.nat(3)),
    {
      minLength: 10,
      maxLength: 30,
    },
  )
  fc.assert(
    fc.property(fc.nat(2 ** 31), acts, (seed, script) => {
      const { world, nodes, id, code } = gather(seed, ['Ana', 'Bo', 'Cy', 'Dee'])
      world.weather = { drop: 0.1, duplicate: 0.1, reorder: 0.3 }
      for (const [act, index] of script) {
        perform(world, nodes[index] ?? nodes[0], nodes[0], act, id, code)
        // who has not heard of a removal yet takes the removed for holders: only the steward knows at once
        expectTruth(world, nodes[0], id)
      }
      world.heal()
      for (const node of nodes) expectTruth(world, node, id)
      for (const { delivery } of entriesOf(nodes[0], id)) expect(delivery.have).toBe(delivery.of)
    }),
    { endOnFailure: true, numRuns: Number(process.env['INDRA_RUNS'] ?? 6) },
  )
})

function perform(world: World, node: Node, steward: Node, act: string, id: ArtifactId, code: string): void {
  if (act === 'boot' && !node.isUp) node.boot()
  else if (act === 'crash' && node.isUp && node !== steward) node.crash()
  else if (act === 'send' && node.isUp) node.ask('story.send', { storyId: id, text: `at ${world.now}` })
  else if (act === 'join' && node.isUp) node.ask('realm.join', { code })
  else if (act === 'revoke' && steward.isUp && node !== steward)
    steward.ask('artifact.revoke', { id, grantee: node.id })
  world.pass(act === 'pass' ? 20_000 : 300)
}

/** Everyone counted holds it; `everyone` is everybody who is in it as far as this side knows. */
function expectTruth(world: World, node: Node, id: ArtifactId): void {
  if (node.ask('artifact.get', { id }).ok === false || node.must('artifact.get', { id }).status !== 'active') return
  const members = node.must('realm.members', { id }).map((member) => member.playerId)
  for (const { entryId, author, delivery } of entriesOf(node, id)) {
    const others = members.filter((player) => player !== author)
    const holders = world.nodes.filter((each) => others.includes(each.id) && holds(each, node, id, entryId))
    expect(delivery.have).toBeLessThanOrEqual(holders.length)
    expect(delivery.of).toBe(others.length)
    expect(delivery.state === 'everyone').toBe(delivery.have === others.length && others.length > 0)
    expect(delivery.asOf).toBeLessThanOrEqual(world.now)
  }
}

/** It lies there, shown or still waiting for what it was written under. */
function holds(node: Node, of: Node, id: ArtifactId, entryId: EntryId): boolean {
  const [there, here] = [node, of].map((each) => each.vault.tables.artifacts.byId(id))
  const entry = here && of.vault.tables.entries.get(here.key, entryId)
  const log = entry && of.vault.tables.logs.byKey(entry.log)
  const same = node.vault.tables.logs
    .of(there?.key ?? -1)
    .find((each) => each.kind === 'writer' && each.device === log?.device && each.incarnation === log.incarnation)
  return entry !== undefined && same !== undefined && same.length > entry.seq
}

test('STORY-8 a draft stays through a restart, shows in the views, is this player’s alone and goes with what is sent', () => {
  const { world, ana, bo, id } = pair(1_123)
  world.pass(60_000)
  ana.must('story.draft', { storyId: id, text: 'I was about to' })
  ana.crash()
  ana.boot()
  expect(ana.must('story.draft', { storyId: id })).toEqual({ text: 'I was about to' })
  expect(ana.must('artifact.get', { id }).draft).toBe('I was about to')
  const root = ana.must('vault.root', {}).id
  const child = () => ana.must('artifact.children', { id: root }).items.find((each) => each.id === id)
  expect(child()?.draft).toBe('I was about to')
  world.pass(60_000)
  expect(bo.must('story.draft', { storyId: id })).toEqual({ text: '' })
  expect(ana.ask('story.draft', { storyId: id, text: '€'.repeat(30_000) })).toMatchObject({
    fault: { code: 'TooLarge' },
  })
  const before = ana.vault.dump()
  ana.must('story.draft', { storyId: id, text: 'I was about to' })
  expect(ana.vault.dump() === before).toBe(true)
  ana.must('story.send', { storyId: id, text: 'say it' })
  expect(ana.must('artifact.get', { id }).draft).toBeUndefined()
  ana.must('story.draft', { storyId: id, text: 'again' })
  ana.take({ type: 'projections-lost' })
  world.pass(100)
  expect(child()?.draft).toBe('again')
  ana.must('story.draft', { storyId: id, text: '' })
  expect([ana.must('story.draft', { storyId: id }), child()?.draft]).toEqual([{ text: '' }, undefined])
  expect(ana.ask('story.draft', { storyId: root, text: 'x' })).toMatchObject({ fault: { code: 'NotPermitted' } })
})
