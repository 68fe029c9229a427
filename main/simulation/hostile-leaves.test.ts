import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { leafFields } from '../core/leaves/leaf.ts'
import { type Bytes, concat, fromHex, hex } from '../crypto/bytes.ts'
import { chunkBytes, encodeManifest } from '../crypto/chunks.ts'
import { digest } from '../crypto/digest.ts'
import { Cheater } from './cheater.ts'
import { gather } from './gathering.ts'
import type { Node } from './world.ts'

const mebibyte = 1_048_576

function noise(node: Node, length: number): Bytes {
  return concat(...Array.from({ length: Math.ceil(length / 65_536) }, () => node.world.bytes(65_536))).subarray(
    0,
    length,
  )
}

function hang(node: Node, parentId: ArtifactId, bytes: Bytes, path = '/file') {
  node.blobs.files.set(path, bytes)
  return node.must('artifact.import', { path, parentId })
}

function bytesAt(node: Node, id: ArtifactId): string {
  return node.must('artifact.get', { id }).leaf?.bytes ?? 'nowhere'
}

/** Says of some bytes whatever one likes, in the log of a member. */
function lie(cheater: Cheater, to: Node, id: ArtifactId, ...all: Partial<Parameters<typeof leafFields>[0]>[]) {
  const pen = cheater.pen(id)
  const ids = all.map((said) => {
    const leaf = said.leaf ?? (`blob:${hex(digest(cheater.world.bytes(8)))}` as ArtifactId)
    pen.entry('leaf', cheater.world.bytes(16), leafFields({ ...plausible(cheater), ...said, leaf }))
    return leaf
  })
  cheater.deliver(to, id, pen.envelopes)
  return ids[0] as ArtifactId
}

function plausible(cheater: Cheater) {
  return {
    type: 'file',
    size: 100,
    mime: 'text/plain',
    name: 'lie',
    key: cheater.world.bytes(32),
    address: cheater.world.bytes(32),
    position: 0,
    label: undefined,
    width: undefined,
    height: undefined,
  }
}

test('BLOB-8 a wrong chunk is caught before it is stored, and its source is not asked again', () => {
  const { world, nodes, id } = gather(31, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  const bytes = noise(ana, 6 * mebibyte)
  const made = hang(ana, id, bytes)
  world.pass(2_000)
  cy.must('attention.navigate', { to: made.id })
  world.pass(5_000)
  cy.blobs.forge = (piece, index) => (index < 0 ? piece : piece.map((byte) => byte ^ 1))
  ana.crash()
  bo.must('attention.navigate', { to: made.id })
  world.pass(8_000)
  expect(bytesAt(bo, made.id)).toBe('fetching')
  for (const part of bo.blobs.parts.values()) expect(part.chunks.filter((chunk) => chunk !== undefined)).toEqual([])
  const asked = cy.blobs.asked.length
  expect(asked).toBeLessThanOrEqual(3)
  world.pass(60_000)
  expect(cy.blobs.asked.length).toBe(asked)
  ana.boot()
  world.pass(20_000)
  expect(bytesAt(bo, made.id)).toBe('here')
  const blob = bo.vault.tables.blobs.of(made.id)[0]
  expect(blob && bo.blobs.read(blob)).toEqual(bytes)
})

test('BLOB-8 whoever gives too much, too little, or another list of hashes is not believed', () => {
  const forgeries: ((piece: Bytes, index: number) => Bytes)[] = [
    (piece) => concat(piece, new Uint8Array(1)),
    (piece) => piece.subarray(1),
    () => new Uint8Array(0),
    (piece, index) => (index < 0 ? encodeManifest({ size: 3 * mebibyte, hashes: new Uint8Array(96) }) : piece),
    (piece, index) => (index < 0 ? new Uint8Array(100) : piece),
  ]
  for (const [round, forge] of forgeries.entries()) {
    const { world, nodes, id } = gather(40 + round, ['Ana', 'Bo'])
    const [ana, bo] = nodes
    const made = hang(ana, id, noise(ana, 3 * mebibyte))
    ana.blobs.forge = forge
    world.pass(2_000)
    bo.must('attention.navigate', { to: made.id })
    world.pass(20_000)
    expect(bytesAt(bo, made.id)).toBe('fetching')
    expect(bo.blobs.whole.size).toBe(0)
    expect(bo.notes.join()).toContain('not what was asked for')
    // a new connection is a new chance
    ana.blobs.forge = undefined
    ana.crash()
    world.pass(1_000)
    ana.boot()
    world.pass(20_000)
    expect(bytesAt(bo, made.id)).toBe('here')
  }
})

test('BLOB-5 bytes that are not what their name says are thrown away, and not fetched again', () => {
  const { world, nodes, id } = gather(50, ['Ana', 'Bo', 'Mal'])
  const [ana, , mal] = nodes
  const cheater = new Cheater(mal)
  const key = world.bytes(32)
  const file = mal.blobs.seal(noise(mal, 1_000), key)
  const row = cheater.row(id)
  cheater.turn((turn) => {
    const leaf = `blob:${hex(digest(new Uint8Array(1)))}` as ArtifactId
    turn.tables.blobs.put({ address: file.address, leaf, size: file.size, key })
    turn.tables.blobs.use(file.address, row.key)
  })
  const leaf = `blob:${hex(digest(new Uint8Array([7])))}` as ArtifactId
  lie(cheater, ana, id, { leaf, size: file.size, key, address: file.address })
  world.pass(40_000)
  ana.must('attention.navigate', { to: leaf })
  world.pass(20_000)
  expect(ana.blobs.whole.size + ana.blobs.parts.size).toBe(0)
  expect(ana.ask('artifact.fetch', { id: leaf })).toMatchObject({ ok: false, fault: { code: 'PayloadNotLoaded' } })
})

test('BLOB-8 a list of hashes that lies about the size is found out before anything is fetched', () => {
  const { world, nodes, id } = gather(51, ['Ana', 'Mal'])
  const [ana, mal] = nodes
  const cheater = new Cheater(mal)
  const key = world.bytes(32)
  const file = mal.blobs.seal(noise(mal, 5_000), key)
  const leaf = lie(cheater, ana, id, { size: 10, key, address: file.address })
  mal.blobs.forge = (piece) => piece
  world.pass(2_000)
  ana.must('attention.navigate', { to: leaf })
  world.pass(5_000)
  expect(ana.blobs.whole.size + ana.blobs.parts.size).toBe(0)
})

test('BLOB-9 a Leaf that says it is larger than there is room for is not begun', () => {
  const { world, nodes, id } = gather(52, ['Ana', 'Mal'])
  const [ana, mal] = nodes
  ana.must('vault.room', { bytes: 1_000 })
  const leaf = lie(new Cheater(mal), ana, id, { size: 2 ** 33 })
  world.pass(2_000)
  expect(ana.ask('artifact.fetch', { id: leaf })).toMatchObject({ ok: false, fault: { code: 'TooLarge' } })
  ana.blobs.files.set('/big', new Uint8Array(2_000))
  expect(ana.ask('artifact.import', { path: '/big' })).toMatchObject({ ok: false, fault: { code: 'TooLarge' } })
  expect(ana.must('vault.room', {})).toEqual({ bytes: 1_000, used: 0 })
})

test('ACC-15 what is no Leaf, or put where its author may not, lies nowhere', () => {
  const { world, nodes } = gather(53, ['Ana', 'Mal'])
  const [ana, mal] = nodes
  const { id } = ana.must('realm.create', { name: 'Box', type: 'collection' })
  const { code } = ana.must('realm.invite', { id, approve: false })
  mal.must('realm.join', { code })
  world.pass(5_000)
  const cheater = new Cheater(mal)
  lie(cheater, ana, id, {})
  world.pass(1_000)
  expect(ana.must('artifact.children', { id }).items).toEqual([])
  const story = gather(54, ['Ana', 'Mal'])
  const liar = new Cheater(story.nodes[1])
  const bad = [
    { size: -1 },
    { size: 2 ** 50 },
    { mime: '<script>' },
    { type: 'x'.repeat(100) },
    { name: 'n'.repeat(2_000) },
    { key: new Uint8Array(31) },
    { position: 2 ** 52 },
    { label: 'l'.repeat(300) },
  ]
  const good = { name: 'no lie' }
  lie(liar, story.nodes[0], story.id, ...bad, good)
  story.world.pass(1_000)
  expect(story.nodes[0].must('artifact.children', { id: story.id }).items.map((child) => child.name)).toEqual([
    'no lie',
  ])
})

test('ACC-12 who was removed is given no bytes, whatever they ask for and however they name it', () => {
  const { world, nodes, id } = gather(55, ['Ana', 'Bo', 'Mal'])
  const [ana, bo, mal] = nodes
  const other = ana.must('realm.create', { name: 'Other' })
  const { code } = ana.must('realm.invite', { id: other.id, uses: 2, approve: false })
  for (const node of [bo, mal]) node.must('realm.join', { code })
  const made = hang(ana, id, noise(ana, 2 * mebibyte))
  world.pass(5_000)
  const cheater = new Cheater(mal)
  const row = { ...cheater.row(id) }
  const facts = cheater.turn((turn) => turn.tables.leaves.of(made.id)[0])
  bo.must('attention.navigate', { to: made.id })
  world.pass(5_000)
  ana.must('artifact.revoke', { id, grantee: mal.id })
  world.pass(3_000)
  const came: (Bytes | undefined)[] = []
  const take = mal.take.bind(mal)
  mal.take = (happening) => {
    if (happening.type === 'bytes-came') came.push(happening.bytes)
    else take(happening)
  }
  for (const node of [ana, bo]) {
    for (const named of [cheater.nameOn(node, row), cheater.nameFor(node, other.id), world.bytes(16)]) {
      for (const index of [-1, 0, 1]) cheater.askBytes(node, named, facts?.address ?? world.bytes(32), index)
    }
  }
  world.pass(2_000)
  expect(came.length).toBe(18)
  expect(came.filter((bytes) => bytes !== undefined)).toEqual([])
})

test('BLOB-8 naming a file of another place here does not get it out of those who have it', () => {
  const { world, nodes, id } = gather(56, ['Ana', 'Bo', 'Mal'])
  const [ana, bo, mal] = nodes
  const secret = ana.must('realm.create', { name: 'Without Mal' })
  const { code } = ana.must('realm.invite', { id: secret.id, approve: false })
  bo.must('realm.join', { code })
  world.pass(5_000)
  const made = hang(ana, secret.id, noise(ana, 1_000))
  world.pass(2_000)
  bo.must('attention.navigate', { to: made.id })
  world.pass(2_000)
  const leaf = bo.vault.tables.leaves.of(made.id)[0]
  const blob = bo.vault.tables.blobs.of(made.id)[0]
  const cheater = new Cheater(mal)
  lie(cheater, bo, id, {
    leaf: made.id,
    address: leaf?.address ?? fromHex('00'),
    size: 1_000,
    key: blob?.key ?? fromHex('00'),
  })
  const came: (Bytes | undefined)[] = []
  mal.take = (happening) => void (happening.type === 'bytes-came' && came.push(happening.bytes))
  cheater.askBytes(bo, cheater.nameFor(bo, id), leaf?.address ?? fromHex('00'), 0)
  world.pass(2_000)
  expect(came).toEqual([undefined])
})

test('ERR-1 a full disk ends a fetch with a fault and leaves nothing half kept', () => {
  const { world, nodes, id } = gather(57, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  const made = hang(ana, id, noise(ana, 3 * mebibyte))
  world.pass(2_000)
  bo.blobs.isFull = true
  const answer = bo.begin('artifact.fetch', { id: made.id })
  world.pass(2_000)
  expect(answer()).toMatchObject({ ok: false, fault: { code: 'DiskFull' } })
  expect(bo.blobs.parts.size + bo.blobs.whole.size).toBe(0)
  bo.blobs.isFull = false
  const again = bo.begin('artifact.fetch', { id: made.id })
  world.pass(3_000)
  expect(again()?.ok).toBe(true)
  expect(chunkBytes).toBe(mebibyte)
})
