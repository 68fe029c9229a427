import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { befriend, gather } from './gathering.ts'
import type { Node } from './world.ts'

function hang(node: Node, parentId: ArtifactId, bytes = new Uint8Array([1, 2, 3])) {
  node.blobs.files.set('/file.txt', bytes)
  return node.must('artifact.import', { path: '/file.txt', parentId })
}

function saved(node: Node, id: ArtifactId) {
  const answer = node.begin('artifact.save', { id, path: '/saved' })
  node.world.pass(5_000)
  return answer()
}

/** Three in a realm, the first two peers. */
function circle(seed: number) {
  const found = gather(seed, ['Ana', 'Bo', 'Cy'])
  befriend(found.world, found.nodes[0], found.nodes[1])
  return found
}

test('NAME-3 a record adds the right to save to the view that the Tree gives', () => {
  const { world, nodes, id } = circle(70)
  const [ana, bo, cy] = nodes
  const made = hang(ana, id)
  world.pass(2_000)
  expect(saved(bo, made.id)).toMatchObject({ ok: false, fault: { code: 'NotPermitted' } })
  expect(bo.ask('artifact.grant', { id: made.id, grantee: ana.id, mode: 'permanent' })).toMatchObject({
    ok: false,
    fault: { code: 'NotSteward' },
  })
  ana.must('artifact.grant', { id: made.id, grantee: bo.id, mode: 'permanent' })
  expect(ana.ask('artifact.grant', { id: made.id, grantee: bo.id, mode: 'revocable' })).toMatchObject({
    ok: false,
    fault: { code: 'AlreadyGranted' },
  })
  world.pass(5_000)
  const view = bo.must('artifact.get', { id: made.id })
  expect(view).toMatchObject({ kind: 'leaf', steward: ana.id, keeps: true })
  expect(view.grants).toMatchObject([{ grantee: bo.id, mode: 'permanent' }])
  expect(saved(bo, made.id)).toEqual({ ok: true, value: {} })
  expect(bo.blobs.files.get('/saved')).toEqual(new Uint8Array([1, 2, 3]))
  expect(saved(cy, made.id)).toMatchObject({ ok: false, fault: { code: 'NotPermitted' } })
  expect(ana.ask('artifact.revoke', { id: made.id, grantee: bo.id })).toMatchObject({
    ok: false,
    fault: { code: 'CannotRevoke' },
  })
})

test('NAME-2 a Leaf is given to somebody who is in nothing that it lies in, by its record', () => {
  const { world, nodes } = circle(71)
  const [ana, bo] = nodes
  const root = ana.must('vault.root', {}).id
  const made = hang(ana, root, new Uint8Array(5_000).fill(9))
  ana.must('artifact.grant', { id: made.id, grantee: bo.id, mode: 'revocable' })
  world.pass(5_000)
  expect(bo.must('artifact.get', { id: made.id })).toMatchObject({ kind: 'leaf', name: 'file.txt', steward: ana.id })
  expect(saved(bo, made.id)).toMatchObject({ ok: false, fault: { code: 'NotPermitted' } })
  bo.must('attention.navigate', { to: made.id })
  world.pass(3_000)
  expect(bo.must('artifact.get', { id: made.id }).leaf?.bytes).toBe('here')
  ana.must('artifact.revoke', { id: made.id, grantee: bo.id })
  world.pass(3_000)
  expect(bo.ask('artifact.get', { id: made.id })).toMatchObject({ ok: false })
  expect(bo.blobs.whole.size).toBe(0)
  expect(ana.must('artifact.get', { id: made.id }).grants).toEqual([])
})

test('ACC-14 a recalled Leaf leaves a tombstone, and its bytes stay only with who has it for good', () => {
  const { world, nodes, id } = circle(72)
  const [ana, bo, cy] = nodes
  const made = hang(ana, id)
  world.pass(2_000)
  ana.must('artifact.grant', { id: made.id, grantee: bo.id, mode: 'permanent' })
  world.pass(3_000)
  for (const node of [bo, cy]) node.must('attention.navigate', { to: made.id })
  world.pass(3_000)
  expect([bo.blobs.whole.size, cy.blobs.whole.size]).toEqual([1, 1])
  expect(bo.ask('artifact.recall', { id: made.id })).toMatchObject({ ok: false, fault: { code: 'NotSteward' } })
  ana.must('artifact.recall', { id: made.id })
  world.pass(5_000)
  expect([bo.blobs.whole.size, cy.blobs.whole.size]).toEqual([1, 0])
  const [child] = cy.must('artifact.children', { id }).items
  expect(child).toMatchObject({ id: made.id, status: 'recalled', name: '' })
  expect(cy.must('artifact.get', { id: made.id })).toMatchObject({ status: 'recalled', name: '' })
  expect(cy.ask('artifact.fetch', { id: made.id })).toMatchObject({ ok: false, fault: { code: 'ArtifactRecalled' } })
  expect(cy.must('story.entries', { storyId: id }).items[0]).toMatchObject({ artifactId: made.id, text: '' })
  expect(saved(bo, made.id)).toEqual({ ok: true, value: {} })
  expect(ana.ask('artifact.recall', { id: made.id })).toMatchObject({ ok: false, fault: { code: 'NotActive' } })
  const shown = () => cy.must('artifact.children', { id }).items.map(({ heat: _, ...rest }) => rest)
  const before = shown()
  cy.take({ type: 'projections-lost' })
  world.pass(100)
  expect(shown()).toEqual(before)
})

test('ACC-9 a Leaf is given away: its record has another steward, who can do what a steward can', () => {
  const { world, nodes } = circle(73)
  const [ana, bo] = nodes
  const made = hang(ana, ana.must('vault.root', {}).id)
  ana.must('artifact.transfer', { id: made.id, to: bo.id })
  world.pass(10_000)
  const view = bo.must('artifact.get', { id: made.id })
  expect(view).toMatchObject({ steward: bo.id, status: 'active', provenance: { originalSteward: ana.id } })
  expect(saved(bo, made.id)).toEqual({ ok: true, value: {} })
})

test('TREE-1 a Leaf that is granted and given away has the bytes it was named by, and nothing writes into it', () => {
  const { world, nodes, id } = circle(79)
  const [ana, bo] = nodes
  const bytes = new Uint8Array([4, 5, 6])
  const made = hang(ana, id, bytes)
  const changed = hang(ana, id, new Uint8Array([4, 5, 7]))
  expect(changed.id).not.toBe(made.id)
  world.pass(2_000)
  const holds = (node: Node) => {
    expect(saved(node, made.id)).toEqual({ ok: true, value: {} })
    expect(node.blobs.files.get('/saved')).toEqual(bytes)
    expect(node.must('artifact.get', { id: made.id })).toMatchObject({ kind: 'leaf', type: 'file', references: [] })
  }
  holds(ana)
  const other = ana.must('artifact.create', { type: 'collection', name: 'Other' }).id
  const asTree = { fault: { code: 'NotATree' } }
  expect(ana.ask('artifact.compose', { treeId: made.id, childId: other })).toMatchObject(asTree)
  expect(ana.ask('document.edit', { id: made.id, ops: [{ at: 0, delete: 3, insert: 'x' }] })).toMatchObject(asTree)
  expect(ana.ask('story.send', { storyId: made.id, text: 'x' })).toMatchObject({ fault: { code: 'ArtifactNotFound' } })
  ana.must('artifact.grant', { id: made.id, grantee: bo.id, mode: 'permanent' })
  world.pass(3_000)
  holds(bo)
  ana.must('artifact.transfer', { id: made.id, to: bo.id })
  world.pass(10_000)
  expect(bo.must('artifact.get', { id: made.id })).toMatchObject({ steward: bo.id, status: 'active' })
  holds(bo)
  expect(saved(bo, changed.id)).toMatchObject({ fault: { code: 'NotPermitted' } })
})

test('ACC-7 only who has a Leaf for good passes it on, and then it is seen and fetched there', () => {
  const { world, nodes, id } = circle(74)
  const [ana, bo, cy] = nodes
  const made = hang(ana, ana.must('vault.root', {}).id)
  ana.must('artifact.grant', { id: made.id, grantee: bo.id, mode: 'revocable' })
  world.pass(3_000)
  expect(bo.ask('artifact.compose', { treeId: id, childId: made.id })).toMatchObject({
    ok: false,
    fault: { code: 'NotPermitted' },
  })
  ana.must('artifact.revoke', { id: made.id, grantee: bo.id })
  ana.must('artifact.grant', { id: made.id, grantee: bo.id, mode: 'permanent' })
  world.pass(5_000)
  bo.must('attention.navigate', { to: made.id })
  world.pass(3_000)
  bo.must('artifact.compose', { treeId: id, childId: made.id, label: 'look' })
  world.pass(3_000)
  expect(cy.must('artifact.children', { id }).items[0]).toMatchObject({ id: made.id, by: bo.id, label: 'look' })
  cy.must('attention.navigate', { to: made.id })
  world.pass(3_000)
  expect(cy.must('artifact.get', { id: made.id }).leaf?.bytes).toBe('here')
})
