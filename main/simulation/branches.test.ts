import { expect, test } from 'vitest'
import { gather, pair, textsOf, viewOf } from './gathering.ts'
import type { Node } from './world.ts'

function says(node: Node, storyId: Parameters<typeof textsOf>[1], text: string) {
  return node.must('story.send', { storyId, text }).entryId
}

test('STORY-4 a branch is a Story of its own at its entry, for those it is for; for everyone else a gap', () => {
  const { world, nodes, id } = gather(2_100, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  says(ana, id, 'first')
  const entryId = says(ana, id, 'shall we?')
  world.pass(2_000)
  // Bo and Cy are no peers of each other: fellow members are enough
  const { id: branch } = bo.must('story.branch', { storyId: id, entryId, name: 'Aside', audience: [cy.id] })
  world.pass(5_000)
  says(bo, branch, 'only us')
  world.pass(2_000)
  says(cy, branch, 'yes')
  world.pass(2_000)
  for (const node of [bo, cy]) {
    expect(textsOf(node, branch), node.name).toEqual(['only us', 'yes'])
    expect(node.must('artifact.get', { id: branch })).toMatchObject({ name: 'Aside', steward: bo.id })
    expect(node.must('artifact.get', { id: branch }).audience.sort()).toEqual([bo.id, cy.id].sort())
  }
  for (const node of nodes) {
    const [child] = node.must('artifact.children', { id }).items
    expect(child).toMatchObject({ id: branch, label: 'branch', by: bo.id, entryId })
    expect(child?.status).toBe(node === ana ? 'missing' : 'active')
  }
  const refused = ana.ask('story.entries', { storyId: branch })
  expect(refused.ok ? undefined : refused.fault.code).toBe('ArtifactNotFound')
  // it lies in its Story, not in everyone's Vault besides
  const root = cy.must('vault.root', {}).id
  expect(cy.must('artifact.children', { id: root }).items.map((each) => each.id)).not.toContain(branch)
})

test('STORY-4 without an audience it is for everyone in the Story; in a conversation of two, for both', () => {
  const { world, nodes, id } = gather(2_101, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  const entryId = says(bo, id, 'news')
  world.pass(2_000)
  const { id: branch } = cy.must('story.branch', { storyId: id, entryId, name: 'More' })
  world.pass(5_000)
  says(ana, branch, 'I too')
  world.pass(2_000)
  for (const node of nodes) expect(textsOf(node, branch), node.name).toEqual(['I too'])
  const two = pair(2_102)
  const first = says(two.ana, two.id, 'hello')
  two.world.pass(2_000)
  const aside = two.bo.must('story.branch', { storyId: two.id, entryId: first, name: 'Plans' }).id
  two.world.pass(5_000)
  says(two.ana, aside, 'Monday?')
  two.world.pass(2_000)
  expect(textsOf(two.bo, aside)).toEqual(['Monday?'])
  for (const node of [two.ana, two.bo]) {
    expect(node.must('artifact.children', { id: two.id }).items).toMatchObject([{ id: aside, label: 'branch' }])
    const before = viewOf(node, two.id)
    node.take({ type: 'projections-lost' })
    two.world.pass(100)
    node.must('story.dm', { playerId: node === two.ana ? two.bo.id : two.ana.id })
    expect(viewOf(node, two.id)).toBe(before)
  }
})

test('STORY-4 a branch reaches who was away, and needs an entry, a Story and people who are known', () => {
  const { world, nodes, id } = gather(2_103, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  const entryId = says(ana, id, 'news')
  world.pass(2_000)
  const stranger = world.add('Dee')
  const asks = [
    { storyId: id, entryId, name: 'x', audience: [stranger.id] },
    { storyId: id, entryId: 'f'.repeat(64) as typeof entryId, name: 'x' },
    { storyId: bo.must('vault.root', {}).id, entryId, name: 'x' },
    { storyId: id, entryId, name: '\u202e' },
  ]
  const codes = asks.map((args) => bo.ask('story.branch', args)).map((each) => (each.ok ? '' : each.fault.code))
  expect(codes).toEqual(['NotPeered', 'ArtifactNotFound', 'NotPermitted', 'InvalidArguments'])
  cy.crash()
  const { id: branch } = bo.must('story.branch', { storyId: id, entryId, name: 'Aside', audience: [cy.id] })
  says(bo, branch, 'for later')
  world.pass(5_000)
  world.heal()
  expect(textsOf(cy, branch)).toEqual(['for later'])
})
