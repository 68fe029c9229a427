import { expect, test } from 'vitest'
import { befriend, gather, textsOf, viewOf } from './gathering.ts'

const minute = 60_000
const hour = 60 * minute

function timed(seed: number) {
  const { world, nodes, id } = gather(seed, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  const cy = world.add('Cy')
  befriend(world, ana, cy)
  const expiresAt = world.now + 10 * minute
  ana.must('artifact.grant', { id, grantee: cy.id, mode: 'timed', expiresAt })
  ana.must('story.send', { storyId: id, text: 'for an hour' })
  world.pass(5_000)
  return { world, ana, bo, cy, id, expiresAt }
}

test('ACC-8 a timed grant ends by itself, everywhere: content goes, the tombstone stays, nobody presses anything', () => {
  const { world, ana, bo, cy, id, expiresAt } = timed(1_000)
  expect(textsOf(cy, id)).toEqual(['for an hour'])
  expect(cy.must('realm.members', { id })).toHaveLength(3)
  expect(ana.must('artifact.get', { id }).grants.find((each) => each.grantee === cy.id)).toMatchObject({
    mode: 'timed',
    expiresAt,
  })
  world.pass(expiresAt - world.now - 1)
  expect(textsOf(cy, id)).toEqual(['for an hour'])
  world.pass(2)
  expect(cy.must('artifact.get', { id })).toMatchObject({ status: 'revoked', ended: { why: 'expired' } })
  expect(textsOf(cy, id)).toEqual([])
  expect(cy.ask('story.send', { storyId: id, text: 'still?' })).toMatchObject({ fault: { code: 'NotActive' } })
  world.pass(5_000)
  for (const node of [ana, bo]) {
    expect(node.must('artifact.get', { id }).audience.toSorted()).toEqual([ana.id, bo.id].toSorted())
    expect(viewOf(node, id)).toBe(viewOf(ana, id))
  }
  const root = cy.must('vault.root', {}).id
  const tombstone = cy.must('artifact.children', { id: root }).items.find((child) => child.id === id)
  expect(tombstone).toMatchObject({ status: 'revoked', count: 0 })
  for (const node of [ana, bo, cy]) node.take({ type: 'projections-lost' })
  world.pass(1_000)
  expect(cy.must('artifact.get', { id }).status).toBe('revoked')
  expect(ana.must('artifact.get', { id }).audience).toHaveLength(2)
})

test('AUTH-7 what ended while vaults were closed has ended when they open', () => {
  const { world, ana, bo, cy, id } = timed(1_001)
  for (const node of [ana, bo, cy]) node.crash()
  world.pass(2 * hour)
  cy.boot()
  expect(cy.must('artifact.get', { id }).status).toBe('revoked')
  expect(textsOf(cy, id)).toEqual([])
  bo.boot()
  expect(bo.must('realm.members', { id })).toHaveLength(2)
  ana.boot()
  ana.must('story.send', { storyId: id, text: 'after it' })
  world.pass(40_000)
  expect(textsOf(bo, id)).toEqual(['for an hour', 'after it'])
  expect(textsOf(cy, id)).toEqual([])
  expect(ana.must('artifact.get', { id }).audience).toHaveLength(2)
})

test('ACC-5 an expired grant may be given anew, and gives everything back', () => {
  const { world, ana, cy, id } = timed(1_002)
  const again = { id, grantee: cy.id, mode: 'timed' as const, expiresAt: world.now + 3 * hour }
  expect(ana.ask('artifact.grant', again)).toMatchObject({ fault: { code: 'AlreadyGranted' } })
  cy.must('story.send', { storyId: id, text: 'from Cy' })
  world.pass(10 * minute + 5_000)
  ana.must('artifact.grant', again)
  world.pass(5_000)
  expect(textsOf(cy, id)).toEqual(['for an hour', 'from Cy'])
  cy.must('story.send', { storyId: id, text: 'back' })
  world.pass(1_000)
  expect(textsOf(ana, id)).toEqual(['for an hour', 'from Cy', 'back'])
})

test('ACC-16 a grant is judged at the present time: none begins ended, and none lacks its end', () => {
  const { world, ana, bo, id } = timed(1_003)
  const dee = world.add('Dee')
  befriend(world, ana, dee)
  const grant = { id, grantee: dee.id }
  for (const wrong of [
    { ...grant, mode: 'timed' as const },
    { ...grant, mode: 'timed' as const, expiresAt: world.now },
    { ...grant, mode: 'revocable' as const, expiresAt: world.now + hour },
  ]) {
    expect(ana.ask('artifact.grant', wrong)).toMatchObject({ fault: { code: 'InvalidArguments' } })
  }
  ana.must('artifact.grant', { ...grant, mode: 'timed', expiresAt: world.now + 200 * 24 * hour })
  world.pass(5_000)
  for (const days of [100, 101]) {
    for (const node of world.nodes) node.crash()
    world.pass(days * 24 * hour)
    for (const node of world.nodes) node.boot()
    expect(dee.must('artifact.get', { id }).status).toBe(days === 100 ? 'active' : 'revoked')
    expect(bo.must('realm.members', { id })).toHaveLength(days === 100 ? 3 : 2)
  }
})
