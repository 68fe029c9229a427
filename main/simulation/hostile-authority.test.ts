import { expect, test } from 'vitest'
import { signGenesis } from '../core/authority.ts'
import { wrapKeys } from '../core/keyring.ts'
import { fromHex } from '../crypto/bytes.ts'
import { Cheater } from './cheater.ts'
import { befriend, entriesOf, gather, textsOf, viewOf } from './gathering.ts'
import { Pen } from './pen.ts'
import { type Node, World } from './world.ts'

/** The seat's own log of a realm, continued by hand after what is stored. */
function seatPen(cheater: Cheater, id: Parameters<Cheater['row']>[0]): Pen {
  const row = cheater.row(id)
  const { tables } = cheater.node.vault
  const log = tables.logs.of(row.key).find((each) => each.kind === 'authority')
  if (!log) throw new Error('no authority log')
  const pen = new Pen({ ...cheater.pen(id).settings, incarnation: log.incarnation })
  pen.envelopes.push(...tables.envelopes.from(log.key, 0, log.length).map((each) => each.bytes))
  return pen
}

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
  const real = seatPen(cheater, id)
  const before = [ana, bo].map((node) => viewOf(node, id))
  const removal = { op: 'revoke', player: fromHex(ana.id), cut: [], old: new Uint8Array(32), at: world.now }
  for (const op of [grantOp(cheater, friend), removal]) {
    const payload = [real.envelopes.length, 0, op] as const
    const forged = [
      real.draft({ kind: 'authority', payload }),
      real.draft({ kind: 'authority', payload, device: fromHex(ana.device) }),
      real.draft({ kind: 'authority', payload, seq: 0, prev: new Uint8Array(32) }),
      real.draft({ kind: 'authority', payload, incarnation: 0, seq: 0, prev: new Uint8Array(32) }),
      cheater.pen(id).write({ payload }),
      cheater.pen(id).entry('grant', op),
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
  const pen = seatPen(cheater, id)
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
  const { decode, encode } = cheater.canonical
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
