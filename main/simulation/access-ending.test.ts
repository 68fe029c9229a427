import { expect, test } from 'vitest'
import { parseFrame } from '../core/meeting/frame.ts'
import { befriend, gather, textsOf, viewOf } from './gathering.ts'

/** Ana's realm: Bo let in for good, Cy until it is taken back, Dee for a day. */
function lent(seed: number) {
  const { world, nodes, id } = gather(seed, ['Ana', 'Cy'])
  const [ana, cy] = nodes
  const [bo, dee] = [world.add('Bo'), world.add('Dee')]
  for (const node of [bo, dee]) befriend(world, ana, node)
  ana.must('artifact.grant', { id, grantee: bo.id, mode: 'permanent' })
  ana.must('artifact.grant', { id, grantee: dee.id, mode: 'timed', expiresAt: world.now + 86_400_000 })
  ana.must('story.send', { storyId: id, text: 'one' })
  world.pass(5_000)
  return { world, ana, bo, cy, dee, id }
}

test('AUTH-8 permanent access to a Tree that is taken back keeps what was received, to read, and gets nothing later', () => {
  const { world, ana, bo, cy, id } = lent(1_010)
  ana.must('artifact.revoke', { id, grantee: bo.id })
  ana.must('story.send', { storyId: id, text: 'two' })
  world.pass(40_000)
  expect(textsOf(bo, id)).toEqual(['one'])
  expect(bo.must('artifact.get', { id })).toMatchObject({ status: 'revoked', keeps: true, name: 'Realm' })
  expect(bo.ask('story.send', { storyId: id, text: 'x' })).toMatchObject({ fault: { code: 'NotActive' } })
  expect(textsOf(cy, id)).toEqual(['one', 'two'])
  expect(cy.must('realm.members', { id })).toHaveLength(3)
  bo.take({ type: 'projections-lost' })
  bo.crash()
  bo.boot()
  world.pass(40_000)
  expect(textsOf(bo, id)).toEqual(['one'])
  expect(bo.must('artifact.get', { id }).status).toBe('revoked')
  ana.must('artifact.grant', { id, grantee: bo.id, mode: 'revocable' })
  world.pass(5_000)
  expect(textsOf(bo, id)).toEqual(['one', 'two'])
  expect(bo.must('artifact.get', { id })).toMatchObject({ status: 'active', keeps: false })
})

test('ACC-14 a recall keeps permanent access, to read, and ends every other, with a tombstone', () => {
  const { world, ana, bo, cy, dee, id } = lent(1_011)
  const shelf = ana.must('realm.create', { name: 'Shelf', type: 'collection' }).id
  ana.must('artifact.compose', { treeId: shelf, childId: id })
  ana.must('artifact.grant', { id: shelf, grantee: dee.id, mode: 'revocable' })
  cy.must('story.send', { storyId: id, text: 'two' })
  world.pass(5_000)
  ana.must('artifact.recall', { id })
  world.pass(5_000)
  for (const node of [cy, dee]) {
    expect(node.must('artifact.get', { id })).toMatchObject({ status: 'recalled', ended: { why: 'recalled' } })
    expect(textsOf(node, id)).toEqual([])
  }
  const gap = dee.must('artifact.children', { id: shelf }).items.find((child) => child.id === id)
  expect(gap).toMatchObject({ status: 'recalled' })
  for (const node of [ana, bo]) {
    expect(node.must('artifact.get', { id })).toMatchObject({ status: 'recalled', keeps: true })
    expect(node.must('artifact.get', { id }).ended?.at).toBeGreaterThan(0)
    expect(textsOf(node, id)).toEqual(['one', 'two'])
    expect(node.must('artifact.get', { id }).audience.toSorted()).toEqual([ana.id, bo.id].toSorted())
  }
  for (const node of [ana, bo, cy, dee]) node.take({ type: 'projections-lost' })
  world.pass(40_000)
  for (const node of [ana, bo, cy, dee]) expect(node.must('artifact.get', { id }).status, node.name).toBe('recalled')
  expect(viewOf(bo, id)).toBe(viewOf(ana, id))
})

test('ACC-4 what was recalled takes no change any more, by anyone, and is put nowhere', () => {
  const { world, ana, bo, id } = lent(1_012)
  const other = ana.must('artifact.create', { type: 'collection', name: 'Other' }).id
  ana.must('artifact.recall', { id })
  world.pass(5_000)
  for (const refused of [
    ana.ask('artifact.grant', { id, grantee: bo.id, mode: 'revocable' }),
    ana.ask('artifact.revoke', { id, grantee: bo.id }),
    ana.ask('artifact.recall', { id }),
    ana.ask('artifact.transfer', { id, to: bo.id }),
    ana.ask('artifact.rename', { id, name: 'Again' }),
    ana.ask('artifact.place', { treeId: id, childId: other, x: 1, y: 1 }),
    ana.ask('realm.invite', { id }),
    ana.ask('story.send', { storyId: id, text: 'more' }),
    bo.ask('story.send', { storyId: id, text: 'more' }),
  ]) {
    expect(refused).toMatchObject({ fault: { code: 'NotActive' } })
  }
  expect(ana.ask('artifact.compose', { treeId: other, childId: id })).toMatchObject({
    fault: { code: 'ArtifactRecalled' },
  })
})

test('ACC-3 only the steward grants, revokes, recalls, transfers, composes and takes references away', () => {
  const { world, ana, bo, cy, dee } = lent(1_013)
  const id = ana.must('artifact.create', { type: 'collection', name: 'Shelf' }).id
  const childId = ana.must('artifact.create', { type: 'collection', name: 'Child' }).id
  ana.must('artifact.compose', { treeId: id, childId })
  ana.must('artifact.grant', { id, grantee: bo.id, mode: 'permanent' })
  ana.must('artifact.grant', { id, grantee: dee.id, mode: 'revocable' })
  world.pass(5_000)
  for (const node of [bo, dee]) {
    const own = node.must('artifact.create', { type: 'collection', name: 'Own' }).id
    for (const refused of [
      node.ask('artifact.grant', { id, grantee: cy.id, mode: 'revocable' }),
      node.ask('artifact.revoke', { id, grantee: node === bo ? dee.id : bo.id }),
      node.ask('artifact.recall', { id }),
      node.ask('artifact.transfer', { id, to: node.id }),
      node.ask('artifact.withdraw', { id }),
      node.ask('artifact.compose', { treeId: id, childId: own }),
      node.ask('artifact.uncompose', { treeId: id, childId }),
    ]) {
      expect(refused).toMatchObject({ fault: { code: 'NotSteward' } })
    }
  }
  world.pass(5_000)
  for (const node of [ana, bo, dee]) {
    expect(node.must('artifact.children', { id }).items.map((each) => each.id)).toEqual([childId])
    expect(node.must('artifact.get', { id }).audience).toHaveLength(3)
  }
})

test('ACC-7 only what was given for good is passed on', () => {
  const { world, ana, bo, cy, id } = lent(1_014)
  for (const node of [bo, cy]) {
    const shelf = node.must('realm.create', { name: 'Shelf', type: 'collection' }).id
    node.must('artifact.compose', { treeId: shelf, childId: id })
    world.pass(100)
    node.must('artifact.uncompose', { treeId: shelf, childId: id })
    const { code } = node.must('realm.invite', { id: shelf, approve: false })
    ana.must('realm.join', { code })
    world.pass(5_000)
    const passed = node.ask('artifact.compose', { treeId: shelf, childId: id })
    if (node === bo) expect(passed.ok).toBe(true)
    else expect(passed).toMatchObject({ fault: { code: 'NotPermitted' } })
  }
})

test('ACC-13 revoking one of several grantees removes that one: not served, not sought, and nobody else', () => {
  const { world, ana, bo, cy, dee, id } = lent(1_015)
  ana.must('artifact.revoke', { id, grantee: cy.id })
  world.pass(5_000)
  expect(cy.must('artifact.get', { id }).status).toBe('revoked')
  expect(cy.must('sync.status', {}).interfaces.some((each) => each.artifactId === id)).toBe(false)
  ana.must('story.send', { storyId: id, text: 'two' })
  world.pass(5_000)
  for (const node of [ana, bo, dee]) {
    expect(textsOf(node, id), node.name).toEqual(['one', 'two'])
    expect(node.must('sync.status', {}).interfaces.find((each) => each.artifactId === id)?.members).toBe(3)
  }
})

test('ACC-17 the last grant that ends takes the interface down, also while the vault is closed', () => {
  const { world, ana, bo, cy, dee, id } = lent(1_016)
  for (const node of [bo, cy]) ana.must('artifact.revoke', { id, grantee: node.id })
  world.pass(5_000)
  expect(ana.must('sync.status', {}).interfaces.find((each) => each.artifactId === id)?.members).toBe(2)
  for (const node of world.nodes) node.crash()
  world.pass(86_400_000)
  ana.boot()
  world.pass(1_000)
  expect(ana.must('sync.status', {}).interfaces.some((each) => each.artifactId === id)).toBe(false)
  expect(ana.must('artifact.get', { id }).audience).toEqual([ana.id])
  dee.boot()
  world.pass(1_000)
  dee.heard.length = 0
  ana.must('story.send', { storyId: id, text: 'to myself' })
  world.pass(1_000)
  const names = dee.heard.map((frame) => parseFrame(frame)?.name)
  for (const name of ['envelopes', 'have', 'vector']) expect(names).not.toContain(name)
})
