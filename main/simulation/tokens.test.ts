import { expect, test } from 'vitest'
import { befriend } from './gathering.ts'
import { World } from './world.ts'

/** Ana asks, Bo helped, Cy saw it: both peers of Ana's and of each other. */
function helped(seed: number) {
  const world = new World(seed)
  const [ana, bo, cy] = [world.add('Ana'), world.add('Bo'), world.add('Cy')] as const
  befriend(world, ana, bo)
  befriend(world, ana, cy)
  befriend(world, bo, cy)
  const { id } = ana.must('intention.create', { name: 'Shelf', description: 'boards', audience: [bo.id, cy.id] })
  world.pass(5_000)
  const shelf = bo.must('artifact.create', { type: 'collection', name: 'The shelf' }).id
  const { proofId } = bo.must('intention.proof', { id, artifactId: shelf })
  world.pass(2_000)
  return { world, ana, bo, cy, id, shelf, proofId }
}

test('INT-2 released attention becomes Tokens of the prover’s, each with the giver’s blessing', () => {
  const { world, ana, bo, cy, id, proofId } = helped(4_000)
  ana.must('attention.navigate', { to: id })
  world.pass(60_000)
  const { tokens } = ana.must('intention.release', { id, proofId })
  expect(tokens).toHaveLength(1)
  world.pass(3_000)
  const [token] = tokens
  if (!token) throw new Error('no token')
  expect(bo.must('artifact.get', { id: token })).toMatchObject({ type: 'token', steward: bo.id })
  expect(bo.must('token.get', { id: token })).toMatchObject({
    author: ana.id,
    intention: id,
    stewards: [bo.id],
    blessings: [{ by: ana.id }],
    released: 'counted',
    witness: 'held',
  })
  for (const node of [ana, bo, cy]) {
    const labels = node.must('artifact.children', { id }).items.map((child) => child.label)
    expect(labels).toContainEqual(expect.stringMatching(`^released:${ana.id}:`))
  }
  // the same window is not given twice; what came after it can be
  world.pass(10_000)
  expect(ana.must('intention.release', { id, proofId }).tokens).toHaveLength(1)
  expect(ana.must('intention.release', { id, proofId }).tokens).toEqual([])
  bo.must('intention.pledge', { id, tokenId: token })
  bo.must('artifact.grant', { id: token, grantee: cy.id, mode: 'revocable' })
  world.pass(2_000)
  cy.must('token.bless', { id: token, message: 'well done' })
  world.pass(2_000)
  expect(bo.must('token.get', { id: token }).blessings).toHaveLength(2)
  bo.take({ type: 'projections-lost' })
  world.pass(500)
  expect(bo.must('token.get', { id: token }).blessings).toHaveLength(2)
  expect(bo.must('catalogue.list', { type: 'token' }).total).toBe(2)
})

test('NAME-1 a group Story is made once and found ever after', () => {
  const { world, ana, bo, cy } = helped(4_001)
  const { id } = ana.must('story.group', { members: [bo.id, cy.id], name: 'Us' })
  expect(ana.must('story.group', { members: [cy.id, bo.id, ana.id, bo.id] }).id).toBe(id)
  world.pass(5_000)
  bo.must('story.send', { storyId: id, text: 'hello' })
  world.pass(2_000)
  for (const node of [ana, bo, cy]) {
    expect(node.must('story.entries', { storyId: id }).items.map((entry) => entry.text)).toEqual(['hello'])
  }
  expect(bo.must('story.group', { members: [ana.id, cy.id] }).id).not.toBe(id)
})

test('VAULT-2 the catalogue has what one stewards and what one was granted', () => {
  const { ana, bo, id, shelf } = helped(4_002)
  const mine = bo.must('catalogue.list', { mine: true }).items.map((each) => each.id)
  expect(mine).toContain(shelf)
  expect(mine).not.toContain(id)
  expect(bo.must('catalogue.list', { query: 'shel', mine: false }).items).toMatchObject([
    { id, steward: ana.id, mine: false, mode: 'revocable' },
  ])
})
