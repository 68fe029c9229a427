import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { signGenesis } from '../core/authority/genesis.ts'
import { parseEnvelope } from '../core/logs/envelope.ts'
import { wrapKeys } from '../core/logs/keyring.ts'
import { treeId } from '../core/trees/artifact-id.ts'
import { open } from '../crypto/box.ts'
import { type Bytes, fromHex } from '../crypto/bytes.ts'
import { decode } from '../crypto/canonical.ts'
import { Cheater } from './cheater.ts'
import { befriend, gather, textsOf } from './gathering.ts'
import { Pen } from './pen.ts'
import { type Node, World } from './world.ts'

/** The signed genesis of a realm, as any member can read it. */
function genesisOf(cheater: Cheater, id: ArtifactId): { op: string; signed: Uint8Array } {
  const first = cheater.seatPen(id).envelopes[0]
  const envelope = first && parseEnvelope(first)
  const key = cheater.node.vault.tables.keys.get(cheater.row(id).key, 'seat', 1)
  const plain = envelope && key && open(key, envelope.nonce, envelope.sealed, envelope.associated)
  return (plain && (decode(plain) as unknown[])[2]) as { op: string; signed: Uint8Array }
}

/** Wraps a key and a secret of the cheater's own choice to a victim, in an authority entry with any body. */
function lure(
  cheater: Cheater,
  victim: Node,
  id: ArtifactId,
  bodies: readonly unknown[],
  secret: Bytes,
  tag: Bytes,
): Uint8Array[] {
  const { world, me } = cheater
  const key = world.bytes(32)
  const pen = new Pen({ world, tag, keys: me.deviceKeys, incarnation: 0, position: 0, epoch: 1, key })
  for (const [seq, body] of bodies.entries()) {
    const head = {
      kind: 'authority' as const,
      tag,
      device: me.deviceKeys.publicKey,
      incarnation: 0,
      seq,
      epoch: 1,
      prev: pen.head,
      nonce: world.bytes(24),
    }
    const lists = [new Cheater(victim).me.list]
    const wraps = cheater.turn((turn) => wrapKeys(turn, head, { lists, own: false }, { id, secret, epoch: 1, key }))
    pen.write({ ...head, open: wraps, payload: [seq, 0, body as never] })
  }
  return pen.envelopes
}

test('NAME-1 who waits to be let in is not led into a realm that only looks like it', () => {
  const { world, nodes, id } = gather(800, ['Ana', 'Mel'])
  const [ana, mel] = nodes
  const bo = world.add('Bo')
  befriend(world, mel, bo)
  const { code } = ana.must('realm.invite', { id })
  bo.must('realm.join', { code })
  world.pass(5_000)
  const cheater = new Cheater(mel)
  const row = cheater.row(id)
  const genesis = genesisOf(cheater, id)
  const real = cheater.seatPen(id).envelopes
  const grant = {
    op: 'grant',
    mode: 'revocable',
    expiresAt: null,
    name: 'Bo',
    list: new Cheater(bo).me.list.bytes,
    at: 1,
  }
  const own = signGenesis('story', cheater.me.list, cheater.me.deviceKeys, world.now, 'Mel', world.bytes(32))
  const before = bo.vault.dump()
  const attempts = [
    lure(cheater, bo, id, [genesis, grant], row.secret, row.tag),
    lure(cheater, bo, id, [grant], row.secret, row.tag),
    lure(cheater, bo, id, [{ op: 'genesis', signed: own }, grant], row.secret, row.tag),
    [...real, ...lure(cheater, bo, id, [grant], row.secret, row.tag)],
    [...lure(cheater, bo, id, [genesis], row.secret, row.tag), ...real],
    real,
    real.slice(0, 1),
    [...real].reverse(),
    [],
  ]
  for (const envelopes of attempts) {
    cheater.say(bo, 'welcome', fromHex(id.slice(4)), envelopes)
    world.pass(20)
    expect(bo.vault.dump() === before).toBe(true)
  }
  expect(bo.must('artifact.get', { id }).status).toBe('waiting')
  ana.must('realm.admit', { id, playerId: bo.id })
  ana.must('story.send', { storyId: id, text: 'the real one' })
  world.pass(5_000)
  expect(textsOf(bo, id)).toEqual(['the real one'])
})

test('AUTH-5 nobody is drawn into a realm by one who is no peer, nor by a peer into another’s', () => {
  const { world, nodes, id } = gather(801, ['Ana', 'Mel', 'Bo'])
  const [ana, mel, bo] = nodes
  befriend(world, mel, bo)
  const cheater = new Cheater(ana)
  const second = ana.must('realm.create', { name: 'Unasked' }).id
  const pen = cheater.seatPen(second)
  const row = cheater.row(second)
  const { list } = new Cheater(bo).me
  const head = {
    kind: 'authority' as const,
    tag: row.tag,
    device: cheater.me.deviceKeys.publicKey,
    incarnation: 0,
    seq: pen.envelopes.length,
    epoch: 1,
    prev: pen.head,
    nonce: world.bytes(24),
  }
  const wraps = cheater.turn((turn) =>
    wrapKeys(
      turn,
      head,
      { lists: [list], own: false },
      { id: second, secret: row.secret, epoch: 1, key: pen.settings.key },
    ),
  )
  const grant = { op: 'grant', mode: 'revocable', expiresAt: null, name: 'Bo', list: list.bytes, at: 1 }
  pen.write({ ...head, open: wraps, payload: [head.seq, 0, grant] })
  const before = bo.vault.dump()
  for (const by of [cheater, new Cheater(mel)]) by.say(bo, 'welcome', fromHex(second.slice(4)), pen.envelopes)
  world.pass(100)
  expect(bo.vault.dump() === before).toBe(true)
  befriend(world, ana, bo)
  cheater.say(bo, 'welcome', fromHex(second.slice(4)), pen.envelopes)
  world.pass(100)
  expect(bo.must('artifact.get', { id: second })).toMatchObject({ status: 'active', steward: ana.id })
  expect(bo.must('artifact.get', { id }).status).toBe('active')
})

test('AUTH-5 a Tree from elsewhere is no DM, no Vault and no Inbox, whatever its genesis says', () => {
  const world = new World(802)
  const [bo, mel] = [world.add('Bo'), world.add('Mel')]
  befriend(world, mel, bo)
  const cheater = new Cheater(mel)
  const grant = {
    op: 'grant',
    mode: 'revocable',
    expiresAt: null,
    name: 'Bo',
    list: new Cheater(bo).me.list.bytes,
    at: 1,
  }
  for (const type of ['dm', 'vault', 'inbox', 'x'.repeat(65), 'x'.repeat(500_000)]) {
    const signed = signGenesis(type, cheater.me.list, cheater.me.deviceKeys, world.now, 'Mel', world.bytes(32))
    const id = treeId(signed)
    const secret = world.bytes(32)
    const tag = cheater.tagOf(secret, id)
    const before = bo.vault.dump()
    cheater.say(
      bo,
      'welcome',
      fromHex(id.slice(4)),
      lure(cheater, bo, id, [{ op: 'genesis', signed }, grant], secret, tag),
    )
    world.pass(50)
    expect(bo.vault.dump() === before, type.slice(0, 20)).toBe(true)
  }
  const signed = signGenesis(
    'story',
    cheater.me.list,
    cheater.me.deviceKeys,
    world.now,
    'N'.repeat(100_000),
    world.bytes(32),
  )
  const id = treeId(signed)
  const secret = world.bytes(32)
  cheater.say(
    bo,
    'welcome',
    fromHex(id.slice(4)),
    lure(
      cheater,
      bo,
      id,
      [
        { op: 'genesis', signed },
        { ...grant, name: '\u202e'.repeat(90_000) },
      ],
      secret,
      cheater.tagOf(secret, id),
    ),
  )
  world.pass(50)
  for (const { name } of bo.must('realm.members', { id })) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(1_024)
})

test('AUTH-3 adding and removing someone seventy times does not wear out their own logs elsewhere', () => {
  const { world, nodes, id } = gather(803, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  const mel = world.add('Mel')
  befriend(world, mel, bo)
  const trap = mel.must('realm.create', { name: 'Trap' }).id
  for (let times = 0; times < 70; times += 1) {
    mel.must('artifact.grant', { id: trap, grantee: bo.id, mode: 'revocable' })
    world.pass(20)
    bo.ask('story.send', { storyId: trap, text: 'hm' })
    mel.must('artifact.revoke', { id: trap, grantee: bo.id })
    world.pass(20)
    bo.must('story.send', { storyId: id, text: `unmoved ${times}` })
  }
  world.pass(40_000)
  expect(textsOf(ana, id)).toHaveLength(70)
})
