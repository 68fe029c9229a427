import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { concat, fromHex, uint, utf8 } from '../crypto/bytes.ts'
import { digest } from '../crypto/digest.ts'
import { befriend, gather, pair } from './gathering.ts'
import type { Node } from './world.ts'

const mebibyte = 1_048_576

function png(width: number, height: number, length = 100): Uint8Array {
  const head = concat(fromHex('89504e470d0a1a0a0000000d'), utf8('IHDR'), uint(width, 4), uint(height, 4))
  return concat(head, new Uint8Array(length).fill(width % 251))
}

function noise(node: Node, length: number): Uint8Array {
  return concat(...Array.from({ length: Math.ceil(length / 65_536) }, () => node.world.bytes(65_536))).subarray(
    0,
    length,
  )
}

/** Puts a file on a person's disk and imports it. */
function hang(node: Node, parentId: ArtifactId | undefined, bytes: Uint8Array, path = '/home/me/picture.png') {
  node.blobs.files.set(path, bytes)
  return node.must('artifact.import', parentId ? { path, parentId } : { path })
}

function childrenOf(node: Node, id: ArtifactId) {
  return node.must('artifact.children', { id }).items
}

test('ID-3 a Leaf is named by its bytes, and the same bytes are stored once', () => {
  const { world, nodes, id } = gather(1, ['Ana', 'Bo'])
  const [ana] = nodes
  const bytes = png(640, 480)
  const made = hang(ana, id, bytes)
  expect(made).toEqual({
    id: `blob:${Buffer.from(digest(bytes)).toString('hex')}`,
    size: bytes.length,
    mime: 'image/png',
  })
  const again = hang(ana, undefined, bytes, '/other/name.png')
  expect(again.id).toBe(made.id)
  expect(ana.blobs.whole.size).toBe(1)
  world.pass(1_000)
  expect(childrenOf(ana, id).map((child) => [child.id, child.name, child.leaf?.width])).toEqual([
    [made.id, 'picture.png', 640],
  ])
})

test('NAME-3 a Leaf imported into a shared Tree is shown at every member, and none of its bytes go anywhere', () => {
  const { world, nodes, id } = gather(2, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  const made = hang(ana, id, png(640, 480, 5_000))
  world.pass(2_000)
  for (const other of [bo, cy]) {
    const [child] = childrenOf(other, id)
    expect(child).toMatchObject({ id: made.id, type: 'image', name: 'picture.png', by: ana.id, status: 'active' })
    expect(child?.leaf).toEqual({
      type: 'image',
      size: 5_024,
      mime: 'image/png',
      width: 640,
      height: 480,
      bytes: 'elsewhere',
      keep: false,
    })
    const view = other.must('artifact.get', { id: made.id })
    expect(view).toMatchObject({ kind: 'leaf', type: 'image', name: 'picture.png', steward: ana.id, status: 'active' })
    const [entry] = other.must('story.entries', { storyId: id }).items
    expect(entry).toMatchObject({ artifactId: made.id, text: 'picture.png', author: ana.id })
    expect(entry?.leaf?.width).toBe(640)
    expect(other.blobs.whole.size + other.blobs.parts.size).toBe(0)
  }
  world.pass(60_000)
  expect(ana.blobs.asked).toEqual([])
})

test('TREE-2 bytes are fetched when someone attends to them, checked, and kept', () => {
  const { world, nodes, id } = gather(3, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  const bytes = noise(ana, 3 * mebibyte + 5)
  const made = hang(ana, id, bytes, '/x/film.bin')
  world.pass(2_000)
  bo.must('attention.navigate', { to: made.id })
  expect(bo.must('artifact.get', { id: made.id }).leaf?.bytes).toBe('fetching')
  world.pass(5_000)
  expect(bo.must('artifact.get', { id: made.id }).leaf?.bytes).toBe('here')
  expect(bo.must('artifact.transfers', {})).toEqual([])
  expect(bo.must('artifact.fetch', { id: made.id })).toEqual({
    id: made.id,
    size: bytes.length,
    mime: 'application/octet-stream',
    name: 'film.bin',
  })
  const told = bo.pushed.flatMap((event) => (event.type === 'transfer' ? event.transfer : []))
  expect(told.at(-1)).toMatchObject({ id: made.id, state: 'here', received: bytes.length, size: bytes.length })
  expect(ana.must('heat.get', { id }).heat).toBeGreaterThanOrEqual(0)
  expect(bo.vault.tables.blobs.total()).toBe(bytes.length)
})

test('ACC-11 who may look may not save, and that is said before anything is fetched', () => {
  const { world, nodes, id } = gather(4, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  const made = hang(ana, id, png(1, 1))
  world.pass(2_000)
  const refused = bo.ask('artifact.save', { id: made.id, path: '/home/bo/it.png' })
  expect(refused).toMatchObject({ ok: false, fault: { code: 'NotPermitted' } })
  world.pass(2_000)
  expect(ana.blobs.asked).toEqual([])
  expect(bo.blobs.files.has('/home/bo/it.png')).toBe(false)
  expect(ana.ask('artifact.save', { id: made.id, path: '/home/ana/copy.png' }).ok).toBe(true)
  expect(ana.blobs.files.get('/home/ana/copy.png')).toEqual(png(1, 1))
})

test('ACC-7 who has it for good saves it: fetched first, answered when it is on the disk', () => {
  const { world, ana, bo, id } = pair(5)
  const bytes = noise(ana, 2 * mebibyte)
  const made = hang(ana, id, bytes)
  world.pass(2_000)
  const answer = bo.begin('artifact.save', { id: made.id, path: '/home/bo/it' })
  expect(answer()).toBeUndefined()
  world.pass(3_000)
  expect(answer()).toEqual({ ok: true, value: {} })
  expect(bo.blobs.files.get('/home/bo/it')).toEqual(bytes)
})

test('ERR-1 what nobody who is here has is not waited for without end', () => {
  const { world, ana, bo, id } = pair(6)
  const made = hang(ana, id, png(3, 3))
  world.pass(2_000)
  ana.crash()
  const answer = bo.begin('artifact.save', { id: made.id, path: '/home/bo/it' })
  world.pass(9_000)
  expect(answer()).toBeUndefined()
  world.pass(2_000)
  expect(answer()).toMatchObject({ ok: false, fault: { code: 'PayloadNotLoaded' } })
  ana.boot()
  world.pass(20_000)
  expect(bo.must('artifact.get', { id: made.id }).leaf?.bytes).toBe('here')
})

test('BLOB-8 what was begun goes on after a restart, and from somebody else', () => {
  const { world, nodes, id } = gather(7, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  befriend(world, bo, cy)
  const bytes = noise(ana, 20 * mebibyte)
  const made = hang(ana, id, bytes)
  world.pass(2_000)
  cy.must('attention.navigate', { to: made.id })
  world.pass(5_000)
  expect(cy.blobs.whole.size).toBe(1)
  ana.crash()
  const answer = bo.begin('artifact.fetch', { id: made.id })
  world.pass(14)
  cy.crash()
  bo.crash()
  const [part] = [...bo.blobs.parts.values()]
  const held = Object.keys(part?.chunks ?? []).map(Number)
  expect(held.length).toBeGreaterThan(2)
  expect(held.length).toBeLessThan(15)
  bo.boot()
  ana.boot()
  ana.blobs.asked.length = 0
  world.pass(20_000)
  expect(answer()).toBeUndefined()
  expect(bo.must('artifact.get', { id: made.id }).leaf?.bytes).toBe('here')
  const again = ana.blobs.asked.map(({ index }) => index)
  expect(again.filter((index) => held.includes(index))).toEqual([])
  expect(again.length).toBe(20 - held.length)
})

test('OPEN-1 a picture in a Gallery is hung by anyone in it, elsewhere by the steward alone', () => {
  const { world, nodes, id } = gather(8, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  befriend(world, ana, bo)
  const gallery = ana.must('artifact.create', { type: 'gallery', name: 'Wall' }).id
  const box = ana.must('artifact.create', { type: 'collection', name: 'Box' }).id
  for (const tree of [gallery, box]) ana.must('artifact.grant', { id: tree, grantee: bo.id, mode: 'revocable' })
  world.pass(5_000)
  const made = hang(bo, gallery, png(5, 5))
  expect(bo.ask('artifact.import', { path: '/home/me/picture.png', parentId: box })).toMatchObject({
    ok: false,
    fault: { code: 'NotSteward' },
  })
  world.pass(2_000)
  expect(childrenOf(ana, gallery)[0]).toMatchObject({ id: made.id, by: bo.id })
  bo.must('artifact.place', { treeId: gallery, childId: made.id, x: 10, y: 20 })
  world.pass(2_000)
  expect(childrenOf(ana, gallery)[0]?.place).toEqual({ x: 10, y: 20 })
  expect(ana.must('artifact.get', { id: id }).status).toBe('active')
})

test('TREE-5 its author or the steward takes a Leaf away, and when nothing names its bytes they go', () => {
  const { world, nodes, id } = gather(9, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  const one = hang(bo, id, png(1, 2))
  const two = hang(bo, id, png(2, 3), '/two.png')
  world.pass(2_000)
  ana.must('attention.navigate', { to: one.id })
  ana.must('attention.navigate', { to: two.id })
  world.pass(3_000)
  expect(ana.blobs.whole.size).toBe(2)
  expect(cy.ask('artifact.uncompose', { treeId: id, childId: one.id })).toMatchObject({
    ok: false,
    fault: { code: 'NotSteward' },
  })
  bo.must('artifact.uncompose', { treeId: id, childId: one.id })
  ana.must('artifact.uncompose', { treeId: id, childId: two.id })
  world.pass(2_000)
  for (const node of [ana, bo, cy]) {
    expect(childrenOf(node, id)).toEqual([])
    expect(node.ask('artifact.get', { id: one.id })).toMatchObject({ ok: false, fault: { code: 'ArtifactNotFound' } })
    expect(node.blobs.whole.size).toBe(0)
    expect(node.must('story.entries', { storyId: id }).items.map((entry) => entry.deleted)).toEqual([true, true])
  }
})

test('ACC-12 who is removed keeps no bytes and is given none', () => {
  const { world, nodes, id } = gather(10, ['Ana', 'Bo', 'Cy'])
  const [ana, bo] = nodes
  const made = hang(ana, id, png(1, 2))
  world.pass(2_000)
  bo.must('attention.navigate', { to: made.id })
  world.pass(2_000)
  expect(bo.blobs.whole.size).toBe(1)
  ana.must('artifact.revoke', { id, grantee: bo.id })
  world.pass(2_000)
  expect(bo.blobs.whole.size + bo.blobs.parts.size).toBe(0)
  expect(bo.ask('artifact.get', { id: made.id })).toMatchObject({ ok: false })
})

test('VAULT-2 what is made of the logs is made again identical, and bytes outlive it', () => {
  const { world, nodes, id } = gather(11, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  const made = hang(ana, id, png(7, 7))
  const shown = (node: Node) => {
    const { heat: _, delivery, ...view } = node.must('artifact.get', { id: made.id })
    return [childrenOf(node, id).map(({ heat: __, ...child }) => child), view, delivery.state]
  }
  hang(bo, id, png(8, 8), '/b.png')
  world.pass(2_000)
  bo.must('attention.navigate', { to: made.id })
  world.pass(2_000)
  bo.must('attention.end', {})
  world.pass(1_000)
  const before = shown(bo)
  bo.take({ type: 'projections-lost' })
  world.pass(100)
  expect(shown(bo)).toEqual(before)
  expect(bo.blobs.whole.size).toBe(2)
})
