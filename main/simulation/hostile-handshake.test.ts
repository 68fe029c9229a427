import { expect, test } from 'vitest'
import { signDeviceList } from '../core/identity/device-list.ts'
import { parseFrame } from '../core/meeting/frame.ts'
import { concat, fromHex, hex, utf8 } from '../crypto/bytes.ts'
import { encode } from '../crypto/canonical.ts'
import { digest } from '../crypto/digest.ts'
import { wrap } from '../crypto/kem.ts'
import { sign } from '../crypto/signature.ts'
import { Cheater } from './cheater.ts'
import { gather, pair, textsOf } from './gathering.ts'
import { type Node, World } from './world.ts'

const helloContext = utf8('indra hello v1')

/** A part of a pair's secret as a peer would give it. */
function giftFor(node: Node): Uint8Array {
  const [device] = new Cheater(node).me.list.devices
  if (!device) throw new Error('no device')
  return wrap(device.kem, node.world.bytes(32), utf8('indra gift v1'), node.world.bytes(64))
}

/** What a node was told on its connections, by name. */
function heardBy(node: Node): string[] {
  return node.heard.map((frame) => parseFrame(frame)?.name ?? '')
}

/** A connection between two nodes that did not come about by a topic; each is told the same handshake. */
function dial(from: Node, to: Node): number {
  from.world.link(from, to)
  from.world.pass(3)
  const session = [...to.state.sessions.values()].find((each) => each.device === from.device)
  if (!session) throw new Error('not connected')
  return session.connection
}

test('HELLO-1 whoever merely connects is told nothing: no name, no list, no proof', () => {
  const world = new World(400)
  const [ana, eve] = [world.add('Ana'), world.add('Eve')]
  const cheater = new Cheater(eve).silence()
  dial(eve, ana)
  const { me } = cheater
  const session = cheater.sessionWith(ana)
  const proof = sign(
    concat(helloContext, session.handshake, me.playerKeys.publicKey, me.deviceKeys.publicKey),
    me.deviceKeys.secretKey,
  )
  cheater.say(ana, 'knock', [world.bytes(16), world.bytes(16)])
  cheater.say(ana, 'hello', me.playerKeys.publicKey, me.list.hash, proof)
  cheater.say(ana, 'list?')
  cheater.say(ana, 'list', me.list.bytes)
  cheater.say(ana, 'trust')
  for (const name of [
    'request',
    'accept',
    'profile',
    'summary',
    'tokens',
    'vector',
    'want',
    'envelopes',
    'join',
    'welcome',
  ]) {
    cheater.say(ana, name, 'x', 'y', world.bytes(1_200))
  }
  world.pass(2_000)
  expect(heardBy(eve).filter((name) => name !== 'list?')).toEqual([])
  expect([...ana.state.sessions.values()].map((each) => each.player)).toEqual([undefined])
  expect(ana.must('peer.list', {})).toEqual([])
  world.pass(20_000)
  expect(ana.state.sessions.size).toBe(0)
})

test('HELLO-1 the topic of an invite leads to its maker only: who announces it without the secret learns no name', () => {
  const world = new World(401)
  const [ana, bo, eve] = [world.add('Ana'), world.add('Bo'), world.add('Eve')]
  const { id } = ana.must('realm.create', { name: 'Realm' })
  const { code } = ana.must('realm.invite', { id, approve: false })
  ana.crash()
  world.pass(10)
  bo.must('realm.join', { code })
  const cheater = new Cheater(eve)
  cheater.announceWhat(bo)
  world.pass(100)
  const { me } = cheater
  const session = cheater.sessionWith(bo)
  const proof = sign(
    concat(helloContext, session.handshake, me.playerKeys.publicKey, me.deviceKeys.publicKey),
    me.deviceKeys.secretKey,
  )
  cheater.say(bo, 'hello', me.playerKeys.publicKey, me.list.hash, proof)
  world.pass(100)
  cheater.say(bo, 'list', me.list.bytes)
  cheater.say(bo, 'trust')
  world.pass(1_000)
  expect(heardBy(eve)).not.toContain('hello')
  expect(heardBy(eve).filter((name) => name !== 'knock' && name !== 'list?')).toEqual([])
  ana.boot()
  world.pass(10_000)
  expect(bo.must('realm.members', { id })).toHaveLength(2)
})

test('HELLO-2 a proof counts for its player, its device and its connection only', () => {
  const { world, ana, bo } = pair(402)
  const eve = world.add('Eve')
  const cheater = new Cheater(eve).silence()
  const victim = new Cheater(bo).me
  const mine = cheater.me
  const recorded = bo.heard.length > 0 ? ana.heard.map(parseFrame).find((frame) => frame?.name === 'hello') : undefined
  const replayed = encode(['hello', ...((recorded?.fields ?? []) as Uint8Array[])])
  const handshake = () => cheater.sessionWith(ana).handshake
  const said = (player: Uint8Array, device: Uint8Array, keys: { secretKey: Uint8Array }, over = handshake()) =>
    sign(concat(helloContext, over, player, device), keys.secretKey)
  const attempts: (() => Uint8Array[])[] = [
    () => [replayed],
    () => [
      hello(
        victim.playerKeys.publicKey,
        victim.list.hash,
        said(victim.playerKeys.publicKey, fromHex(eve.device), mine.deviceKeys),
      ),
      list(victim.list.bytes),
    ],
    () => [
      hello(
        victim.playerKeys.publicKey,
        mine.list.hash,
        said(victim.playerKeys.publicKey, fromHex(eve.device), mine.deviceKeys),
      ),
      list(mine.list.bytes),
    ],
    () => [
      hello(
        mine.playerKeys.publicKey,
        mine.list.hash,
        said(mine.playerKeys.publicKey, fromHex(eve.device), mine.deviceKeys, world.bytes(32)),
      ),
      list(mine.list.bytes),
    ],
    () => [hello(mine.playerKeys.publicKey, mine.list.hash, new Uint8Array(64)), list(mine.list.bytes)],
    () => [
      hello(
        mine.playerKeys.publicKey,
        mine.list.hash,
        said(mine.playerKeys.publicKey, fromHex(bo.device), mine.deviceKeys),
      ),
      list(mine.list.bytes),
    ],
  ]
  for (const [index, attempt] of attempts.entries()) {
    const before = ana.vault.dump()
    dial(eve, ana)
    for (const frame of attempt()) cheater.utter(ana, frame)
    cheater.say(ana, 'trust')
    world.pass(100)
    expect(
      [...ana.state.sessions.values()].filter((each) => each.player && each.device === eve.device),
      `${index}`,
    ).toEqual([])
    expect(ana.vault.dump(), `${index}`).toBe(before)
    cheater.hangUp(ana)
  }
})

function hello(player: Uint8Array, hash: Uint8Array, signature: Uint8Array): Uint8Array {
  return encode(['hello', player, hash, signature])
}

function list(bytes: Uint8Array): Uint8Array {
  return encode(['list', bytes])
}

test('KEY-1 nobody lists another’s device as their own: it has to say so itself', () => {
  const { world, ana, bo, id } = pair(403)
  const eve = world.add('Eve')
  const cheater = new Cheater(eve)
  const { me, playerKeys } = cheater
  const [own] = me.list.devices
  const [stolen] = new Cheater(bo).me.list.devices
  if (!own || !stolen) throw new Error('no devices')
  for (const proof of [stolen.proof, own.proof, new Uint8Array(64)]) {
    me.list = signDeviceList(playerKeys, 2, [own, { ...stolen, proof }], me.list.recovery)
    eve.vault.tables.facts.put('device-list', me.list.bytes)
    eve.ask('peer.add', { code: ana.code })
    world.pass(15_000)
    expect(ana.vault.tables.devices.ownerOf(bo.device)).toBe(bo.id)
  }
  expect(ana.must('peer.list', {}).map((peer) => peer.name)).toEqual(['Bo'])
  bo.must('story.send', { storyId: id, text: 'still me' })
  world.pass(5_000)
  expect(textsOf(ana, id)).toEqual(['still me'])
})

test('HELLO-3 a list that is no list writes nothing: fractions, strings, too many devices, another hash', () => {
  const world = new World(404)
  const [ana, eve] = [world.add('Ana'), world.add('Eve')]
  const cheater = new Cheater(eve)
  const { me, playerKeys } = cheater
  const [own] = me.list.devices
  if (!own) throw new Error('no device')
  const lists = [0.5, -1.5, 2 ** 40 + 0.5].map(
    (version) => signDeviceList(playerKeys, version, [own], me.list.recovery).bytes,
  )
  lists.push(signDeviceList(playerKeys, 2, Array(17).fill(own), me.list.recovery).bytes)
  lists.push(signDeviceList(playerKeys, 2, [own], me.list.recovery.subarray(1)).bytes)
  lists.push(signDeviceList(playerKeys, 2, [{ ...own, kem: new Uint8Array(1216).fill(255) }], me.list.recovery).bytes)
  for (const bytes of lists) {
    me.list = { ...me.list, bytes, hash: digest(bytes) }
    eve.ask('peer.add', { code: ana.code })
    world.pass(15_000)
    expect(ana.must('peer.list', {})).toEqual([])
    expect(ana.vault.tables.devices.listOf(eve.id)).toBeUndefined()
    eve.ask('peer.remove', { playerId: ana.id })
  }
})

test('HELLO-4 a stranger at the door is heard once and served nothing', () => {
  const { world, nodes, id } = gather(405, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  ana.must('story.send', { storyId: id, text: 'inside' })
  const eve = world.add('Eve')
  eve.must('peer.add', { code: ana.code, message: 'let me in' })
  world.pass(3_000)
  const cheater = new Cheater(eve)
  expect(ana.must('peer.list', {})).toMatchObject([{ name: 'Eve', status: 'pending', direction: 'in' }])
  cheater.silence()
  const before = ana.vault.dump()
  const row = ana.vault.tables.artifacts.byId(id)
  const log = row && ana.vault.tables.logs.of(row.key)[0]
  if (!row || !log) throw new Error('no realm')
  // even knowing what only members know
  const stolen = cheater.nameOn(ana, row)
  cheater.overheard.length = 0
  for (let times = 0; times < 20; times += 1) {
    cheater.say(ana, 'request', `Eve ${times}`, `again ${times}`, giftFor(ana))
    cheater.say(ana, 'accept', `Eve ${times}`, giftFor(ana))
    cheater.say(ana, 'profile', `Eve ${times}`)
    cheater.say(ana, 'attention', world.bytes(32))
  }
  cheater.say(ana, 'vector', stolen, [], true)
  cheater.say(ana, 'want', stolen, log.kind, fromHex(log.device), log.incarnation, 0)
  cheater.say(ana, 'have', stolen, [])
  cheater.say(ana, 'envelopes', stolen, [], true)
  cheater.say(ana, 'tokens', world.bytes(600))
  cheater.say(ana, 'join', world.bytes(32), world.bytes(64), 'Eve')
  cheater.say(ana, 'welcome', fromHex(id.slice(4)), [])
  cheater.say(ana, 'removed', fromHex(id.slice(4)), 9, world.bytes(64))
  world.pass(2_000)
  expect(cheater.overheard.map((frame) => frame.name)).toEqual([])
  expect(ana.vault.dump()).toBe(before)
  expect(textsOf(bo, id)).toEqual(['inside'])
})

test('HELLO-5 someone blocked gets nothing but the end of the connection', () => {
  const { world, ana, bo, id } = pair(406)
  const realm = ana.must('realm.create', { name: 'Shared' }).id
  ana.must('artifact.grant', { id: realm, grantee: bo.id, mode: 'revocable' })
  world.pass(5_000)
  ana.must('peer.block', { playerId: bo.id })
  world.pass(5_000)
  bo.heard.length = 0
  ana.must('story.send', { storyId: realm, text: 'not for Bo' })
  ana.must('identity.rename', { name: 'Ana B.' })
  bo.must('story.send', { storyId: id, text: 'hello?' })
  bo.must('story.send', { storyId: realm, text: 'anyone?' })
  world.pass(120_000)
  expect(bo.heard).toHaveLength(0)
  expect(textsOf(ana, id)).toEqual([])
  expect(textsOf(ana, realm)).toEqual(['not for Bo'])
  expect(hex(new Cheater(ana).row(id).tag)).toHaveLength(32)
})

test('PEER-6 two who befriend are not led apart by frames said twice, late, or with another gift', () => {
  const { world, ana, bo, id } = pair(407)
  const cheater = new Cheater(bo)
  const tag = hex(new Cheater(ana).row(id).tag)
  const before = ana.vault.dump()
  for (let times = 0; times < 10; times += 1) {
    cheater.say(ana, 'accept', 'Bo', giftFor(ana))
    cheater.say(ana, 'request', 'Bo', '', giftFor(ana))
    cheater.say(ana, 'confirmed')
  }
  world.pass(1_000)
  expect(ana.vault.dump()).toBe(before)
  expect(hex(new Cheater(ana).row(id).tag)).toBe(tag)
  ana.must('peer.remove', { playerId: bo.id })
  world.pass(3_000)
  ana.must('peer.add', { code: bo.code })
  world.pass(30_000)
  expect(ana.must('peer.list', {})).toMatchObject([{ status: 'confirmed' }])
  bo.must('story.send', { storyId: id, text: 'together again' })
  world.pass(1_000)
  expect(textsOf(ana, id)).toEqual(['together again'])
})
