import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { Cheater } from './cheater.ts'
import { gather, textsOf, viewOf } from './gathering.ts'
import { type Node, World } from './world.ts'

/** Ana's realm; Bo may let two people in as revocable members; Cy is an ordinary member. Dee and Eve are outside. */
function class_(seed: number) {
  const { world, nodes, id } = gather(seed, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  ana.must('realm.delegate', { id, playerId: bo.id, modes: ['revocable'], limit: 2 })
  ana.must('story.send', { storyId: id, text: 'before' })
  world.pass(2_000)
  const [dee, eve, fay] = ['Dee', 'Eve', 'Fay'].map((name) => world.add(name)) as [Node, Node, Node]
  return { world, ana, bo, cy, dee, eve, fay, id }
}

const names = (node: Node, id: ArtifactId) =>
  node
    .must('realm.members', { id })
    .map((member) => member.name)
    .sort()

test('AUTH-5 who may lets newcomers in while the steward is away; they read, write and are read, and the seat confirms it', () => {
  const { world, ana, bo, cy, dee, id } = class_(1_180)
  ana.crash()
  world.pass(1_000)
  const { code } = bo.must('realm.invite', { id, approve: false })
  dee.must('realm.join', { code })
  world.pass(10_000)
  expect(textsOf(dee, id)).toEqual(['before'])
  dee.must('story.send', { storyId: id, text: 'I am new' })
  cy.must('story.send', { storyId: id, text: 'welcome' })
  world.pass(40_000)
  for (const node of [bo, cy, dee]) {
    expect(textsOf(node, id).sort()).toEqual(['I am new', 'before', 'welcome'])
    expect(names(node, id)).toEqual(['Ana', 'Bo', 'Cy', 'Dee'])
  }
  expect(cy.must('artifact.get', { id }).grants.find((grant) => grant.grantee === dee.id)?.grantedBy).toBe(bo.id)
  for (const node of [bo, cy, dee]) {
    node.crash()
    node.boot()
  }
  bo.crash()
  ana.boot()
  world.pass(60_000)
  expect(names(ana, id)).toEqual(['Ana', 'Bo', 'Cy', 'Dee'])
  world.heal()
  const granted = (node: Node) =>
    node.must('artifact.get', { id }).grants.find((grant) => grant.grantee === dee.id)?.grantedBy
  for (const node of [ana, bo, cy, dee]) {
    expect(granted(node)).toBe(ana.id)
    expect(viewOf(node, id)).toBe(viewOf(ana, id))
  }
  for (const node of [ana, bo, cy, dee]) {
    const before = viewOf(node, id)
    node.take({ type: 'projections-lost' })
    world.pass(100)
    expect(viewOf(node, id)).toBe(before)
  }
})

test('AUTH-5 an admission that is not confirmed yet is the same after everything is made again, and ends when the seat says so', () => {
  const { world, ana, bo, cy, dee, id } = class_(1_181)
  ana.strand(1)
  world.pass(1_000)
  const { code } = bo.must('realm.invite', { id, approve: true })
  dee.must('realm.join', { code })
  world.pass(5_000)
  expect(bo.must('realm.requests', { id })).toMatchObject([{ playerId: dee.id }])
  bo.must('realm.admit', { id, playerId: dee.id })
  world.pass(5_000)
  dee.must('story.send', { storyId: id, text: 'hello' })
  world.pass(40_000)
  for (const node of [bo, cy, dee]) {
    const before = viewOf(node, id)
    node.take({ type: 'projections-lost' })
    world.pass(100)
    expect(viewOf(node, id)).toBe(before)
    expect(textsOf(node, id)).toContain('hello')
  }
  world.heal()
  expect(names(ana, id)).toContain('Dee')
  ana.must('artifact.revoke', { id, grantee: dee.id })
  world.pass(40_000)
  for (const node of [ana, bo, cy]) expect(names(node, id)).toEqual(['Ana', 'Bo', 'Cy'])
  expect(dee.must('artifact.get', { id }).status).toBe('revoked')
})

test('AUTH-5 the invite of one who may let in counts, and ends with the right; who may not, cannot invite', () => {
  const { world, ana, bo, cy, dee, eve, fay, id } = class_(1_182)
  expect(cy.ask('realm.invite', { id })).toMatchObject({ fault: { code: 'NotSteward' } })
  expect(bo.ask('realm.invite', { id, uses: 3 })).toMatchObject({ fault: { code: 'NotSteward' } })
  expect(bo.ask('realm.invite', { id, mode: 'permanent' })).toMatchObject({ fault: { code: 'NotSteward' } })
  expect(bo.ask('realm.delegate', { id, playerId: cy.id, modes: ['revocable'], limit: 1 })).toMatchObject({
    fault: { code: 'NotSteward' },
  })
  const { code } = bo.must('realm.invite', { id, uses: 2, approve: false })
  ana.strand(1)
  for (const node of [dee, eve, fay]) node.must('realm.join', { code })
  world.pass(20_000)
  expect(names(bo, id)).toHaveLength(5)
  world.heal()
  expect(names(ana, id)).toEqual(names(bo, id))
  const again = bo.ask('realm.invite', { id })
  expect(again).toMatchObject({ fault: { code: 'NotSteward' } })
  ana.must('realm.delegate', { id, playerId: bo.id, modes: ['revocable'], limit: 5 })
  world.pass(2_000)
  const more = bo.must('realm.invite', { id, approve: false }).code
  ana.must('realm.delegate', { id, playerId: bo.id, modes: ['revocable'], limit: 0 })
  world.pass(2_000)
  const late = world.add('Late')
  late.must('realm.join', { code: more })
  world.pass(10_000)
  expect(names(bo, id)).not.toContain('Late')
  expect(late.ask('artifact.get', { id })).toMatchObject({ fault: { code: 'ArtifactNotFound' } })
})

test('AUTH-5 admissions over the limit, of another mode, by who may not, and made after the right had ended count nowhere', () => {
  const { world, ana, bo, cy, id } = class_(1_183)
  const people = Array.from({ length: 4 }, (_, index) => new World(7_000 + index).add(`X${index}`))
  const lists = people.map((each) => each.state.me?.list.bytes ?? new Uint8Array(0))
  const cheater = new Cheater(bo).silence()
  const pen = cheater.pen(id)
  const right = pen.settings.position
  const other = new Cheater(cy)
  const strangers = other.pen(id)
  strangers.entry('admission', right, lists[3] ?? null, 'X3', 'revocable', null)
  other.deliver(ana, id, strangers.envelopes)
  for (const fields of [
    [right, lists[0] ?? null, 'X0', 'permanent', null],
    [right, lists[0] ?? null, 'X0', 'public', null],
    [right - 1, lists[0] ?? null, 'X0', 'revocable', null],
    [right + 1, lists[0] ?? null, 'X0', 'revocable', null],
    [right, world.bytes(40), 'X0', 'revocable', null],
    [right, ana.state.me?.list.bytes ?? null, 'Ana', 'revocable', null],
    [right, lists[0] ?? null, 'X0', 'timed', null],
    [],
  ]) {
    pen.entry('admission', ...fields)
  }
  cheater.deliver(ana, id, pen.envelopes)
  world.pass(40_000)
  for (const node of [ana, cy]) expect(names(node, id)).toEqual(['Ana', 'Bo', 'Cy'])
  for (const [index, list] of lists.slice(0, 3).entries()) {
    pen.entry('admission', right, list, `X${index}`, 'revocable', null)
    pen.entry('admission', right, list, `X${index} again`, 'revocable', null)
  }
  cheater.deliver(ana, id, pen.envelopes)
  world.pass(40_000)
  for (const node of [ana, cy]) expect(names(node, id)).toHaveLength(4)
  expect(names(ana, id)).toEqual(names(cy, id))
})

test('AUTH-5 an admission dated back before the right ended does not count, nor one of somebody removed', () => {
  const { world, ana, bo, cy, id } = class_(1_184)
  const [x, y] = [0, 1].map((index) => new World(7_100 + index).add(`X${index}`)) as [Node, Node]
  const cheater = new Cheater(bo).silence()
  const pen = cheater.pen(id)
  const right = pen.settings.position
  pen.entry('admission', right, x.state.me?.list.bytes ?? null, 'X', 'revocable', null)
  cheater.deliver(ana, id, pen.envelopes)
  world.pass(1_000)
  expect(names(ana, id)).toEqual(['Ana', 'Bo', 'Cy', 'X'])
  ana.must('artifact.revoke', { id, grantee: x.id })
  ana.must('realm.delegate', { id, playerId: bo.id, modes: ['revocable'], limit: 0 })
  pen.entry('admission', right, x.state.me?.list.bytes ?? null, 'X', 'revocable', null)
  pen.entry('admission', right, y.state.me?.list.bytes ?? null, 'Y', 'revocable', null)
  for (const node of [ana, cy]) if (cheater.node.linkTo(node)) cheater.deliver(node, id, pen.envelopes)
  world.pass(60_000)
  for (const node of [ana, cy]) expect(names(node, id)).toEqual(['Ana', 'Bo', 'Cy'])
})
