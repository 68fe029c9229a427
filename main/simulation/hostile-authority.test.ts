import { expect, test } from 'vitest'
import { parseEnvelope } from '../core/logs/envelope.ts'
import { wrapKeys } from '../core/logs/keyring.ts'
import { open } from '../crypto/box.ts'
import { fromHex } from '../crypto/bytes.ts'
import { decode, encode } from '../crypto/canonical.ts'
import { Cheater } from './cheater.ts'
import { gather, textsOf, viewOf } from './gathering.ts'
import type { Node } from './world.ts'

function grantOp(cheater: Cheater, grantee: Node) {
  const { list } = new Cheater(grantee).me
  return {
    op: 'grant',
    mode: 'revocable',
    expiresAt: null,
    name: grantee.name,
    list: list.bytes,
    at: cheater.world.now,
  }
}

test('AUTH-2 a member cannot write authority: no admission, no removal, whatever it signs', () => {
  const { world, nodes, id } = gather(100, ['Ana', 'Bo', 'Mel'])
  const [ana, bo, mel] = nodes
  const friend = world.add('Eve')
  const cheater = new Cheater(mel).silence()
  const real = cheater.seatPen(id)
  const before = [ana, bo].map((node) => viewOf(node, id))
  let forgeries = 0
  const removal = { op: 'revoke', player: fromHex(ana.id), cut: [], old: new Uint8Array(32), at: world.now }
  for (const op of [grantOp(cheater, friend), removal]) {
    const payload = [real.envelopes.length, 0, op] as const
    const forged = [
      real.draft({ kind: 'authority', payload }),
      real.draft({ kind: 'authority', payload, device: fromHex(ana.device) }),
      real.draft({ kind: 'authority', payload, seq: 0, prev: new Uint8Array(32) }),
      real.draft({ kind: 'authority', payload, incarnation: 0, seq: 0, prev: new Uint8Array(32) }),
      cheater.pen(id, 2 ** 40 + forgeries++).write({ payload }),
      cheater.pen(id, 2 ** 40 + forgeries++).entry('grant', op),
    ]
    for (const node of [ana, bo]) cheater.deliver(node, id, forged)
  }
  world.pass(40_000)
  expect([ana, bo].map((node) => viewOf(node, id))).toEqual(before)
  expect(ana.must('sync.status', {}).frozen).toEqual([])
})

test('AUTH-2 a member cannot plant the key of an epoch to come', () => {
  const { world, nodes, id } = gather(101, ['Ana', 'Bo', 'Cy', 'Mel'])
  const [ana, bo, cy, mel] = nodes
  const cheater = new Cheater(mel).silence()
  const pen = cheater.pen(id)
  const row = cheater.row(id)
  const lists = [ana, bo].map((node) => new Cheater(node).me.list)
  const key = world.bytes(32)
  const head = {
    kind: 'writer' as const,
    tag: row.tag,
    device: cheater.me.deviceKeys.publicKey,
    incarnation: pen.settings.incarnation,
    seq: 0,
    epoch: 2,
    prev: pen.head,
    nonce: world.bytes(24),
  }
  const open = cheater.turn((turn) =>
    wrapKeys(turn, head, { lists, own: false }, { id, secret: row.secret, epoch: 2, key }),
  )
  const planted = pen.write({ ...head, open, key, payload: pen.header('message', world.bytes(16), 'planted', null) })
  for (const node of [ana, bo]) cheater.deliver(node, id, [planted])
  ana.must('artifact.revoke', { id, grantee: cy.id })
  ana.must('story.send', { storyId: id, text: 'new epoch' })
  world.pass(5_000)
  for (const node of [ana, bo]) {
    expect(
      node
        .must('realm.members', { id })
        .map((member) => member.name)
        .sort(),
    ).toEqual(['Ana', 'Bo', 'Mel'])
    expect(textsOf(node, id)).toEqual(['new epoch'])
  }
})

test('AUTH-3 a seat cannot give members different keys: who got another one waits, and is not led elsewhere', () => {
  const { world, nodes, id } = gather(102, ['Ana', 'Bo', 'Cy', 'Dee'])
  const [ana, bo, cy, dee] = nodes
  const cheater = new Cheater(ana)
  const pen = cheater.seatPen(id)
  const row = cheater.row(id)
  const [boList, cyList] = [new Cheater(bo).me.list, new Cheater(cy).me.list]
  const [one, other] = [world.bytes(32), world.bytes(32)]
  const head = {
    kind: 'authority' as const,
    tag: row.tag,
    device: cheater.me.deviceKeys.publicKey,
    incarnation: pen.settings.incarnation,
    seq: pen.envelopes.length,
    epoch: 2,
    prev: pen.head,
    nonce: world.bytes(24),
  }
  const wrapped = (key: Uint8Array, lists: (typeof boList)[]) =>
    cheater.turn((turn) => wrapKeys(turn, head, { lists, own: false }, { id, secret: row.secret, epoch: 2, key }))
  const [commitment, forBo] = decode(wrapped(one, [boList])) as [Uint8Array, Uint8Array[]]
  const [, forCy] = decode(wrapped(other, [cyList])) as [Uint8Array, Uint8Array[]]
  const open = encode([commitment, [...forBo, ...forCy]])
  const op = { op: 'revoke', player: fromHex(dee.id), cut: [], old: pen.settings.key, at: world.now }
  const entry = pen.write({ ...head, open, key: one, payload: [head.seq, 0, op] })
  for (const node of [bo, cy]) cheater.deliver(node, id, [entry])
  expect(bo.must('realm.members', { id })).toHaveLength(3)
  expect(cy.must('realm.members', { id })).toHaveLength(4)
  const held = cy.vault.tables.keys.latest(cy.vault.tables.artifacts.byId(id)?.key ?? 0, 'seat')
  expect(held?.epoch).toBe(1)
})

test('AUTH-1 a seat that signs two continuations is followed up to where they part, by everyone, and says so', () => {
  const { world, nodes, id } = gather(103, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  const [dee, eve] = [world.add('Dee'), world.add('Eve')]
  const cheater = new Cheater(ana).silence()
  const trunk = cheater.seatPen(id)
  const at = trunk.envelopes.length
  const [one, other] = [trunk.fork(at), trunk.fork(at)]
  for (const [pen, guest] of [
    [one, dee],
    [other, eve],
  ] as const) {
    pen.write({ kind: 'authority', payload: [at, 0, grantOp(cheater, guest)] })
  }
  bo.strand(1)
  ana.strand(1)
  world.pass(3_000)
  cheater.deliver(bo, id, one.envelopes)
  expect(bo.must('realm.members', { id })).toHaveLength(4)
  bo.must('story.send', { storyId: id, text: 'hello Dee' })
  cy.strand(2)
  ana.strand(2)
  world.pass(3_000)
  cheater.deliver(cy, id, other.envelopes)
  expect(cy.must('realm.members', { id })).toHaveLength(4)
  cheater.relent()
  for (const node of [ana, bo, cy]) node.strand(0)
  world.pass(70_000)
  for (const node of [ana, bo, cy]) {
    expect(
      node
        .must('realm.members', { id })
        .map((member) => member.name)
        .sort(),
      node.name,
    ).toEqual(['Ana', 'Bo', 'Cy'])
    expect(node.must('sync.status', {}).frozen).toEqual([{ artifactId: id, author: ana.device, at }])
    expect(textsOf(node, id)).toEqual(['hello Dee'])
  }
  for (const refused of [
    ana.ask('artifact.revoke', { id, grantee: bo.id }),
    ana.ask('artifact.grant', { id, grantee: dee.id, mode: 'revocable' }),
  ]) {
    expect(refused.ok).toBe(false)
  }
  cy.must('story.send', { storyId: id, text: 'we talk on' })
  bo.crash()
  bo.boot()
  world.pass(40_000)
  for (const node of [ana, bo, cy]) {
    expect(textsOf(node, id), node.name).toEqual(['hello Dee', 'we talk on'])
    expect(node.must('realm.members', { id })).toHaveLength(3)
  }
})

test('AUTH-1 a second log of the seat is no way around that', () => {
  const { world, nodes, id } = gather(104, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  const eve = world.add('Eve')
  const cheater = new Cheater(ana)
  const second = cheater.seatPen(id).fork(0, { incarnation: 7 })
  const genesis = genesisOf(cheater, id)
  const head = { kind: 'authority' as const, epoch: 1 }
  second.write({ ...head, payload: [0, 0, genesis] })
  second.write({ ...head, payload: [1, 0, grantOp(cheater, eve)] })
  const before = [bo, cy].map((node) => node.vault.dump())
  for (const node of [bo, cy]) cheater.deliver(node, id, second.envelopes)
  expect([bo, cy].map((node) => node.vault.dump())).toEqual(before)
  expect(bo.must('realm.members', { id })).toHaveLength(3)
})

function genesisOf(cheater: Cheater, id: Parameters<Cheater['row']>[0]): { op: string; signed: Uint8Array } {
  const row = cheater.row(id)
  const first = cheater.seatPen(id).envelopes[0]
  const envelope = first && parseEnvelope(first)
  const key = cheater.node.vault.tables.keys.get(row.key, 'seat', 1)
  const plain = envelope && key && open(key, envelope.nonce, envelope.sealed, envelope.associated)
  return (plain && (decode(plain) as unknown[])[2]) as { op: string; signed: Uint8Array }
}
