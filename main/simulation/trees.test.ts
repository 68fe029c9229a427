import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { befriend, gather, pair } from './gathering.ts'
import type { Node } from './world.ts'

function box(node: Node, name: string): ArtifactId {
  return node.must('artifact.create', { type: 'collection', name }).id
}

test('TREE-3 nothing can come to lie inside itself, near or far', () => {
  const { world, ana } = pair(730)
  const [outer, middle, inner] = [box(ana, 'Outer'), box(ana, 'Middle'), box(ana, 'Inner')]
  ana.must('artifact.compose', { treeId: outer, childId: middle })
  ana.must('artifact.compose', { treeId: middle, childId: inner })
  const refusals = () =>
    [outer, middle, inner].map((treeId) => ana.ask('artifact.compose', { treeId, childId: outer }).ok)
  // also before the spines are open
  expect(refusals()).toEqual([false, false, false])
  world.pass(1_000)
  expect(refusals()).toEqual([false, false, false])
})

test('TREE-4 what is not shared, or was taken away, stays as a gap where it lies', () => {
  const { world, nodes, id } = gather(731, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  befriend(world, ana, bo)
  const seeds = box(ana, 'Seeds')
  ana.must('artifact.compose', { treeId: id, childId: seeds })
  world.pass(2_000)
  const seen = () => bo.must('artifact.children', { id }).items.map((child) => [child.id, child.status])
  expect(seen()).toEqual([[seeds, 'missing']])
  ana.must('artifact.grant', { id: seeds, grantee: bo.id, mode: 'revocable' })
  world.pass(2_000)
  expect(seen()).toEqual([[seeds, 'active']])
  ana.must('artifact.revoke', { id: seeds, grantee: bo.id })
  world.pass(2_000)
  expect(seen()).toEqual([[seeds, 'revoked']])
})

test('TREE-5 of one thing that lies in a Tree three times, one goes when one is taken away', () => {
  const { world, ana } = pair(732)
  const [outer, inner] = [box(ana, 'Outer'), box(ana, 'Inner')]
  for (const position of [1, 2, 3]) ana.must('artifact.compose', { treeId: outer, childId: inner, position })
  world.pass(1_000)
  const positions = () => ana.must('artifact.children', { id: outer }).items.map((child) => child.position)
  expect(positions()).toEqual([1, 2, 3])
  ana.must('artifact.uncompose', { treeId: outer, childId: inner, position: 2 })
  world.pass(1_000)
  expect(positions()).toEqual([1, 3])
})

test("VAULT-1 there is one Vault, a Tree like any other, its owner's alone", () => {
  const { ana } = pair(733)
  const { id } = ana.must('vault.root', {})
  ana.boot()
  expect(ana.must('vault.root', {})).toEqual({ id })
  expect(ana.must('artifact.get', { id })).toMatchObject({
    kind: 'tree',
    type: 'vault',
    steward: ana.id,
    audience: [ana.id],
  })
  expect(ana.ask('artifact.create', { type: 'vault', name: 'Another' })).toMatchObject({ ok: false })
})

test('GAL-1 places belong to the Gallery, are placed by any member, and are the same for all after a restart', () => {
  const { world, ana, bo } = pair(734)
  const { id } = ana.must('artifact.create', { type: 'gallery', name: 'Seeds' })
  const bean = box(ana, 'Bean')
  ana.must('artifact.compose', { treeId: id, childId: bean })
  ana.must('artifact.grant', { id, grantee: bo.id, mode: 'revocable' })
  world.pass(2_000)
  bo.must('artifact.place', { treeId: id, childId: bean, x: 12.5, y: -3, w: 100, h: 80 })
  world.pass(2_000)
  for (const node of [ana, bo]) {
    node.crash()
    node.boot()
  }
  world.pass(5_000)
  for (const node of [ana, bo]) {
    expect(node.must('artifact.children', { id }).items[0]?.place).toEqual({ x: 12.5, y: -3, w: 100, h: 80 })
  }
})
