import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { acceptanceBytes } from '../core/authority/transfer-proof.ts'
import { fromHex } from '../crypto/bytes.ts'
import type { Canonical } from '../crypto/canonical.ts'
import { sign } from '../crypto/signature.ts'
import { Cheater } from './cheater.ts'
import { befriend, gather, textsOf, viewOf } from './gathering.ts'
import { Pen } from './pen.ts'
import type { Node } from './world.ts'

function opsOf(cheater: Cheater, id: ArtifactId, friend: Node): { op: string; [field: string]: Canonical }[] {
  const { list, deviceKeys } = cheater.me
  const at = cheater.world.now
  const old = new Uint8Array(32)
  const acceptance = sign(acceptanceBytes(id, new Uint8Array(32)), deviceKeys.secretKey)
  const friends = new Cheater(friend).me.list.bytes
  return [
    { op: 'grant', mode: 'permanent', expiresAt: null, name: 'Eve', list: friends, at },
    { op: 'recall', cut: [], old, at },
    { op: 'expired', player: fromHex(friend.id), cut: [], old, at },
    { op: 'transfer', list: list.bytes, name: 'Mel', at },
    { op: 'withdraw', at },
    { op: 'handover', device: deviceKeys.publicKey, acceptance, cut: [], at },
    { op: 'took', at },
  ]
}

/** An authority log of the cheater's own device. */
function ownSeatPen(cheater: Cheater, id: ArtifactId): Pen {
  const own = cheater.pen(id)
  return new Pen({ ...own.settings, incarnation: 0 })
}

function statusesOf(nodes: readonly Node[], id: ArtifactId): string[] {
  return nodes.map((node) => {
    const { steward, status, offered } = node.must('artifact.get', { id })
    return `${viewOf(node, id)} ${steward} ${status} ${offered?.to}`
  })
}

test('ACC-15 a member recalls nothing, ends nobody, offers and takes nothing, in its own log or as the seat, in any order', () => {
  const { world, nodes, id } = gather(1_100, ['Ana', 'Bo', 'Mel'])
  const [ana, bo, mel] = nodes
  const eve = world.add('Eve')
  const cheater = new Cheater(mel).silence()
  const seat = cheater.seatPen(id)
  const before = statusesOf([ana, bo], id)
  const ops = opsOf(cheater, id, eve)
  for (const some of [ops, ops.toReversed()]) {
    const own = ownSeatPen(cheater, id)
    for (const op of some) {
      for (const epoch of [1, 2]) {
        const payload = [seat.envelopes.length, 0, op] as const
        own.write({ kind: 'authority', epoch, payload })
        const forged = seat.draft({ kind: 'authority', epoch, payload, device: fromHex(ana.device) })
        for (const node of [ana, bo]) cheater.deliver(node, id, [forged, ...own.envelopes])
      }
    }
  }
  world.pass(40_000)
  expect(statusesOf([ana, bo], id)).toEqual(before)
  bo.take({ type: 'projections-lost' })
  world.pass(100)
  expect(statusesOf([ana, bo], id)).toEqual(before)
})

test('ACC-15 who is offered an artifact does not have it yet: what it writes before it is handed over never counts', () => {
  const { world, nodes, id } = gather(1_101, ['Ana', 'Bo', 'Mel'])
  const [ana, bo, mel] = nodes
  const eve = world.add('Eve')
  const cheater = new Cheater(mel).silence()
  ana.must('artifact.transfer', { id, to: mel.id })
  world.pass(2_000)
  const before = statusesOf([ana, bo], id)
  const own = ownSeatPen(cheater, id)
  for (const op of opsOf(cheater, id, eve)) own.write({ kind: 'authority', payload: [own.envelopes.length, 0, op] })
  for (const node of [ana, bo]) cheater.deliver(node, id, own.envelopes)
  expect(statusesOf([ana, bo], id)).toEqual(before)
  const offer = cheater.overheard.find((frame) => frame.name === 'offer')
  const hash = offer?.fields[1]
  if (!(hash instanceof Uint8Array)) throw new Error('nothing was offered')
  const realm = fromHex(id.slice(4))
  for (const wrong of [new Uint8Array(32), realm]) {
    cheater.say(ana, 'taken', realm, wrong, sign(acceptanceBytes(id, wrong), cheater.me.deviceKeys.secretKey))
    cheater.say(ana, 'taken', realm, hash, sign(acceptanceBytes(id, wrong), cheater.me.deviceKeys.secretKey))
  }
  world.pass(2_000)
  expect(ana.must('artifact.get', { id }).steward).toBe(ana.id)
  cheater.say(ana, 'taken', realm, hash, sign(acceptanceBytes(id, hash), cheater.me.deviceKeys.secretKey))
  world.pass(40_000)
  for (const node of [ana, bo]) {
    expect(node.must('artifact.get', { id })).toMatchObject({ steward: mel.id, status: 'active' })
    expect(node.must('artifact.get', { id }).audience).not.toContain(eve.id)
    expect(node.must('artifact.get', { id }).audience).toHaveLength(3)
  }
})

test('AUTH-4 a seat hands nothing over without the acceptance of that very offer by a device of the one it is for', () => {
  const { world, nodes, id } = gather(1_102, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  ana.must('artifact.transfer', { id, to: bo.id })
  world.pass(2_000)
  const first = bo.vault.tables.notes.get(0, `offered:${id}`)
  expect(first).toBeDefined()
  ana.must('artifact.withdraw', { id })
  ana.must('artifact.transfer', { id, to: bo.id })
  world.pass(2_000)
  const cheater = new Cheater(ana).silence()
  const seat = cheater.seatPen(id)
  const [boKeys, cyKeys] = [new Cheater(bo).me.deviceKeys, new Cheater(cy).me.deviceKeys]
  const oldOffer = seat.envelopes.at(-3)
  const offer = seat.head
  if (!oldOffer) throw new Error('no earlier offer')
  const sealed = (keys: typeof boKeys, cited: Uint8Array) => sign(acceptanceBytes(id, cited), keys.secretKey)
  const attempts = [
    [boKeys.publicKey, new Uint8Array(64)],
    [boKeys.publicKey, sealed(cyKeys, offer)],
    [cyKeys.publicKey, sealed(cyKeys, offer)],
    [cheater.me.deviceKeys.publicKey, sealed(cheater.me.deviceKeys, offer)],
    [boKeys.publicKey, sealed(boKeys, realmOf(id))],
  ] as const
  for (const [device, acceptance] of attempts) {
    const op = { op: 'handover', device, acceptance, cut: [], at: world.now }
    seat.write({ kind: 'authority', payload: [seat.envelopes.length, 0, op] })
  }
  for (const node of [bo, cy]) cheater.deliver(node, id, seat.envelopes)
  world.pass(2_000)
  for (const node of [bo, cy]) {
    expect(node.must('artifact.get', { id })).toMatchObject({ steward: ana.id, offered: { to: bo.id } })
  }
})

function realmOf(id: ArtifactId): Uint8Array {
  return fromHex(id.slice(4))
}

test('AUTH-4 what was handed over is not taken back: not by writing on, nor by signing another history', () => {
  const { world, nodes, id } = gather(1_103, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  befriend(world, ana, bo)
  const eve = world.add('Eve')
  const cheater = new Cheater(ana)
  const before = cheater.seatPen(id)
  ana.must('artifact.transfer', { id, to: bo.id })
  world.pass(5_000)
  const after = cheater.seatPen(id)
  cheater.silence()
  expect(cy.must('artifact.get', { id }).steward).toBe(bo.id)
  for (const length of [after.envelopes.length, after.envelopes.length - 1, before.envelopes.length, 2]) {
    const pen = after.fork(length)
    for (const op of opsOf(cheater, id, eve)) pen.write({ kind: 'authority', payload: [pen.envelopes.length, 0, op] })
    for (const node of [bo, cy]) cheater.deliver(node, id, pen.envelopes)
  }
  bo.must('story.send', { storyId: id, text: 'mine' })
  world.pass(70_000)
  for (const node of [bo, cy]) {
    expect(node.must('artifact.get', { id })).toMatchObject({ steward: bo.id, status: 'active' })
    expect(node.must('artifact.get', { id }).audience).toHaveLength(3)
    expect(textsOf(node, id)).toEqual(['mine'])
    node.take({ type: 'projections-lost' })
  }
  world.pass(1_000)
  expect(viewOf(cy, id)).toBe(viewOf(bo, id))
  expect(cy.must('artifact.get', { id }).steward).toBe(bo.id)
  bo.must('artifact.rename', { id, name: 'Still mine' })
  bo.must('artifact.revoke', { id, grantee: ana.id })
  world.pass(5_000)
  expect(cy.must('artifact.get', { id })).toMatchObject({ name: 'Still mine' })
  expect(cy.must('realm.members', { id })).toHaveLength(2)
})

test('ACC-9 the old steward’s word on the spine ends with the handover, whatever position it names', () => {
  const { world, nodes, id } = gather(1_104, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  befriend(world, ana, bo)
  const cheater = new Cheater(ana)
  ana.must('story.send', { storyId: id, text: 'one' })
  world.pass(1_000)
  const [entry] = cy.must('story.entries', { storyId: id }).items
  ana.must('artifact.transfer', { id, to: bo.id })
  world.pass(5_000)
  const pen = cheater.pen(id)
  const remove = (position: number) => {
    pen.clock += 10
    return pen.write({ payload: [position, pen.clock, world.now, 'remove', fromHex(entry?.entryId ?? '')] })
  }
  remove(2)
  remove(99)
  for (const node of [bo, cy]) cheater.deliver(node, id, pen.envelopes)
  world.pass(40_000)
  for (const node of [bo, cy]) expect(textsOf(node, id)).toEqual(['one'])
})

test('AUTH-7 what a timed member writes at or after the end counts nowhere, and the end closes what is dated back', () => {
  const { world, nodes, id } = gather(1_105, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  const mel = world.add('Mel')
  befriend(world, ana, mel)
  const expiresAt = world.now + 120_000
  ana.must('artifact.grant', { id, grantee: mel.id, mode: 'timed', expiresAt })
  world.pass(5_000)
  const cheater = new Cheater(mel).silence()
  const row = cheater.row(id)
  const pen = cheater.pen(id)
  const said = (at: number, text: string) => {
    pen.clock += 1
    pen.write({ payload: [pen.settings.position, pen.clock, at, 'message', world.bytes(16), text, null] })
  }
  said(world.now, 'in time')
  for (const at of [expiresAt, expiresAt + 1, 2 ** 52]) said(at, `at ${at}`)
  for (const node of [ana, bo]) if (cheater.node.linkTo(node)) cheater.deliver(node, id, pen.envelopes)
  world.pass(40_000)
  for (const node of [ana, bo]) expect(textsOf(node, id), node.name).toEqual(['in time'])
  world.pass(120_000)
  said(expiresAt - 1_000, 'dated back')
  const name = cheater.nameOn(ana, row)
  cheater.say(ana, 'envelopes', name, pen.envelopes, false)
  cheater.say(ana, 'vector', name, [], true)
  world.pass(5_000)
  for (const node of [ana, bo]) expect(textsOf(node, id), node.name).toEqual(['in time'])
  bo.take({ type: 'projections-lost' })
  world.pass(100)
  expect(textsOf(bo, id)).toEqual(['in time'])
})

test('ACC-14 after a recall nothing counts, of the steward either, and nobody but the seat recalls', () => {
  const { world, nodes, id } = gather(1_106, ['Ana', 'Mel'])
  const [ana, mel] = nodes
  const bo = world.add('Bo')
  befriend(world, ana, bo)
  ana.must('artifact.grant', { id, grantee: bo.id, mode: 'permanent' })
  ana.must('story.send', { storyId: id, text: 'one' })
  world.pass(5_000)
  const thief = new Cheater(mel)
  for (const why of ['recalled', 'expired', 'revoked']) {
    const realm = realmOf(id)
    const words = Buffer.concat([
      Buffer.from('indra removed v1'),
      realm,
      fromHex(bo.id),
      Buffer.from([0, 0, 0, 0, 0, 9]),
    ])
    const signature = sign(Buffer.concat([words, Buffer.from(why)]), thief.me.deviceKeys.secretKey)
    if (mel.linkTo(bo)) thief.say(bo, 'removed', realm, 9, signature, why)
  }
  world.pass(100)
  expect(bo.must('artifact.get', { id }).status).toBe('active')
  ana.must('artifact.recall', { id })
  world.pass(5_000)
  const cheater = new Cheater(ana)
  const pen = cheater.pen(id)
  pen.say('after it')
  const seat = cheater.seatPen(id)
  const back = {
    op: 'grant',
    mode: 'revocable',
    expiresAt: null,
    name: 'Mel',
    list: thief.me.list.bytes,
    at: world.now,
  }
  seat.write({ kind: 'authority', payload: [seat.envelopes.length, 0, back] })
  cheater.deliver(bo, id, [...pen.envelopes, ...seat.envelopes])
  world.pass(5_000)
  expect(textsOf(bo, id)).toEqual(['one'])
  expect(bo.must('artifact.get', { id })).toMatchObject({ status: 'recalled' })
  expect(bo.must('artifact.get', { id }).audience).toHaveLength(2)
})

test('ACC-15 a removal that crosses an acceptance wins where the seat wrote it first, everywhere', () => {
  const { world, nodes, id } = gather(1_107, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  ana.must('artifact.transfer', { id, to: bo.id })
  world.pass(2_000)
  bo.must('artifact.acceptTransfer', { id })
  ana.must('artifact.revoke', { id, grantee: bo.id })
  world.pass(40_000)
  for (const node of [ana, cy]) {
    expect(node.must('artifact.get', { id })).toMatchObject({ steward: ana.id })
    expect(node.must('artifact.get', { id }).offered).toBeUndefined()
    expect(node.must('realm.members', { id })).toHaveLength(2)
  }
  expect(bo.must('artifact.get', { id }).status).toBe('revoked')
})
