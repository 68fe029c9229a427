import { expect, test } from 'vitest'
import { befriend, gather, textsOf, viewOf } from './gathering.ts'
import type { Node } from './world.ts'

function stewardsOf(node: Node, id: Parameters<typeof textsOf>[1]) {
  return node.must('artifact.get', { id }).stewards?.map((each) => each.playerId)
}

test('ACC-9 stewardship moves to a peer at once: provenance, old steward revocable, grants carry over', () => {
  const { world, nodes, id } = gather(1_020, ['Ana', 'Cy'])
  const [ana, cy] = nodes
  const bo = world.add('Bo')
  befriend(world, ana, bo)
  befriend(world, bo, cy)
  ana.must('story.send', { storyId: id, text: 'before' })
  ana.must('artifact.setMetadata', { id, metadata: { colour: 'red' } })
  ana.must('artifact.transfer', { id, to: bo.id })
  world.pass(5_000)
  for (const node of [ana, bo, cy]) {
    expect(node.must('artifact.get', { id }), node.name).toMatchObject({
      steward: bo.id,
      status: 'active',
      provenance: { originalSteward: ana.id, receivedFrom: ana.id, receivedVia: 'transfer' },
      metadata: { colour: 'red' },
    })
    expect(stewardsOf(node, id)).toEqual([ana.id, bo.id])
    const members = node.must('realm.members', { id }).map(({ name, role, mode }) => [name, role, mode])
    expect(members.toSorted()).toEqual([
      ['Ana', 'member', 'revocable'],
      ['Bo', 'steward', 'permanent'],
      ['Cy', 'member', 'revocable'],
    ])
  }
  for (const refused of [
    ana.ask('artifact.grant', { id, grantee: cy.id, mode: 'permanent' }),
    ana.ask('artifact.revoke', { id, grantee: cy.id }),
    ana.ask('artifact.recall', { id }),
    ana.ask('artifact.transfer', { id, to: cy.id }),
    ana.ask('artifact.rename', { id, name: 'Mine again' }),
    ana.ask('realm.invite', { id }),
  ]) {
    expect(refused).toMatchObject({ fault: { code: 'ArtifactTransferred' } })
  }
  for (const node of [ana, bo, cy]) node.must('story.send', { storyId: id, text: `after, ${node.name}` })
  world.pass(40_000)
  expect(textsOf(cy, id)).toHaveLength(4)
  for (const node of [ana, bo, cy]) expect(viewOf(node, id), node.name).toBe(viewOf(ana, id))
})

test('ACC-9 the new steward grants, renames, invites, revokes, gives on and recalls; also after a crash and from the logs alone', () => {
  const { world, nodes, id } = gather(1_021, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  befriend(world, ana, bo)
  befriend(world, bo, cy)
  const [dee, eve] = [world.add('Dee'), world.add('Eve')]
  befriend(world, bo, dee)
  ana.must('artifact.transfer', { id, to: bo.id })
  world.pass(5_000)
  bo.crash()
  bo.boot()
  world.pass(5_000)
  bo.must('artifact.grant', { id, grantee: dee.id, mode: 'permanent' })
  eve.must('realm.join', { code: bo.must('realm.invite', { id, approve: false }).code })
  bo.must('artifact.rename', { id, name: 'Bo’s now' })
  world.pass(5_000)
  bo.must('artifact.revoke', { id, grantee: ana.id })
  bo.must('story.send', { storyId: id, text: 'without Ana' })
  world.pass(40_000)
  expect(ana.must('artifact.get', { id })).toMatchObject({ status: 'revoked' })
  for (const node of [bo, cy, dee, eve]) {
    expect(textsOf(node, id), node.name).toEqual(['without Ana'])
    expect(node.must('artifact.get', { id }).name).toBe('Bo’s now')
    node.take({ type: 'projections-lost' })
  }
  world.pass(1_000)
  for (const node of [bo, cy, dee, eve]) expect(viewOf(node, id), node.name).toBe(viewOf(bo, id))
  bo.must('artifact.transfer', { id, to: cy.id })
  world.pass(5_000)
  expect(stewardsOf(eve, id)).toEqual([ana.id, bo.id, cy.id])
  cy.must('artifact.transfer', { id, to: bo.id })
  world.pass(5_000)
  expect(stewardsOf(dee, id)).toEqual([ana.id, bo.id, cy.id, bo.id])
  expect(dee.must('artifact.get', { id }).provenance).toMatchObject({ originalSteward: ana.id, receivedFrom: cy.id })
  bo.must('artifact.grant', { id, grantee: ana.id, mode: 'revocable' })
  world.pass(5_000)
  expect(textsOf(ana, id)).toEqual(['without Ana'])
  bo.must('artifact.recall', { id })
  world.pass(5_000)
  expect(ana.must('artifact.get', { id }).status).toBe('recalled')
  expect(cy.must('artifact.get', { id }).status).toBe('recalled')
  expect(textsOf(cy, id)).toEqual([])
  expect(textsOf(dee, id)).toEqual(['without Ana'])
})

test('AUTH-4 a transfer to a fellow member waits in a letter, shows as pending, and may be withdrawn', () => {
  const { world, nodes, id } = gather(1_022, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  ana.must('artifact.transfer', { id, to: bo.id })
  world.pass(5_000)
  for (const node of [ana, bo, cy]) {
    expect(node.must('artifact.get', { id })).toMatchObject({ steward: ana.id, offered: { to: bo.id } })
  }
  expect(ana.ask('artifact.transfer', { id, to: cy.id })).toMatchObject({ fault: { code: 'NotPermitted' } })
  expect(bo.pushed.some((event) => event.type === 'inbox')).toBe(true)
  ana.must('artifact.withdraw', { id })
  world.pass(5_000)
  expect(bo.ask('artifact.acceptTransfer', { id })).toMatchObject({ fault: { code: 'ArtifactNotFound' } })
  expect(ana.ask('artifact.withdraw', { id })).toMatchObject({ fault: { code: 'NotPermitted' } })
  expect(cy.must('artifact.get', { id }).offered).toBeUndefined()
  bo.crash()
  ana.must('artifact.transfer', { id, to: bo.id })
  world.pass(5_000)
  bo.boot()
  world.pass(5_000)
  ana.crash()
  bo.must('artifact.acceptTransfer', { id })
  world.pass(5_000)
  expect(bo.must('artifact.get', { id }).steward).toBe(ana.id)
  ana.boot()
  world.pass(40_000)
  for (const node of [ana, bo, cy]) expect(node.must('artifact.get', { id }).steward, node.name).toBe(bo.id)
  bo.must('artifact.revoke', { id, grantee: ana.id })
  world.pass(5_000)
  expect(ana.must('artifact.get', { id }).status).toBe('revoked')
})

test('AUTH-4 who was away at the handover follows the new seat, and hears from it that they were removed', () => {
  const { world, nodes, id } = gather(1_023, ['Ana', 'Bo', 'Cy', 'Dee'])
  const [ana, bo, cy, dee] = nodes
  befriend(world, ana, bo)
  for (const node of [cy, dee]) node.crash()
  world.pass(1_000)
  ana.must('artifact.transfer', { id, to: bo.id })
  world.pass(5_000)
  ana.crash()
  bo.must('artifact.revoke', { id, grantee: dee.id })
  bo.must('story.send', { storyId: id, text: 'mine now' })
  for (const node of [cy, dee]) node.boot()
  world.pass(75_000)
  expect(textsOf(cy, id)).toEqual(['mine now'])
  expect(cy.must('artifact.get', { id }).steward).toBe(bo.id)
  expect(dee.must('artifact.get', { id }).status).toBe('revoked')
})
