import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { parseDeviceList, proveDevice, signDeviceList } from '../core/identity/device-list.ts'
import { type Envelope, parseEnvelope } from '../core/logs/envelope.ts'
import { unwrapKeys } from '../core/logs/keyring.ts'
import { parseFrame } from '../core/meeting/frame.ts'
import { open } from '../crypto/box.ts'
import { fromHex, hex } from '../crypto/bytes.ts'
import { chance } from '../crypto/chance.ts'
import { keyedDigest } from '../crypto/digest.ts'
import { Cheater } from './cheater.ts'
import { befriend, gather, pair, second, textsOf, viewOf } from './gathering.ts'
import { type Node, World } from './world.ts'

function envelopesOf(node: Node, id: ArtifactId): Envelope[] {
  const { artifacts, logs, envelopes } = node.vault.tables
  const held = logs.of(artifacts.byId(id)?.key ?? 0).flatMap((log) => envelopes.from(log.key, 0, log.length))
  return held.flatMap(({ bytes }) => parseEnvelope(bytes) ?? [])
}

function keysOf(node: Node): Uint8Array[] {
  const { artifacts, keys } = node.vault.tables
  return [...artifacts.all()].flatMap((row) => keys.of(row.key).map(({ key }) => key))
}

/** Reads what was written with everything this device holds: all keys of all artifacts, and what is wrapped to it. */
function isReadable(cheater: Cheater, keys: readonly Uint8Array[], envelope: Envelope): boolean {
  if (cheater.turn((turn) => unwrapKeys(turn, envelope))) return true
  return keys.some((key) => open(key, envelope.nonce, envelope.sealed, envelope.associated) !== undefined)
}

test('KEY-1 a removed device, with all its keys and modified code, reads none of a thousand later things and is served none', () => {
  const { world, nodes, id } = gather(920, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  befriend(world, ana, bo)
  const dm = ana.must('story.dm', { playerId: bo.id }).id
  const others = bo.must('realm.create', { name: 'Bo’s' }).id
  bo.must('artifact.grant', { id: others, grantee: ana.id, mode: 'revocable' })
  world.pass(2_000)
  const stolen = second(world, ana, 'Stolen')
  world.heal()
  for (const story of [id, dm, others]) stolen.must('story.send', { storyId: story, text: 'while it was mine' })
  world.heal()
  const alone = ana.must('realm.create', { name: 'For me alone' }).id
  world.heal()
  // the words are under a passphrase of their own: whoever has the device does not have them
  const cheater = new Cheater(stolen).silence()
  stolen.vault.transaction(() => stolen.vault.tables.facts.drop('phrase'))
  cheater.me.recoveryKem = undefined
  const keys = keysOf(stolen)
  const stories = [id, dm, others, alone]
  const rows = stories.map((story) => cheater.row(story))
  const marks = new Map(
    stories.map((story) => [story, new Set(envelopesOf(ana, story).map((each) => hex(each.nonce)))]),
  )
  ana.must('device.remove', { deviceId: stolen.device })
  world.pass(5_000)
  const vault = ana.must('vault.root', {}).id
  const vaultBefore = new Set(envelopesOf(ana, vault).map((each) => hex(each.nonce)))
  stolen.heard.length = 0
  for (let count = 0; count < 250; count += 1) {
    for (const story of [id, dm, others]) ana.must('story.send', { storyId: story, text: `Ana ${count}` })
    bo.must('story.send', { storyId: count % 2 === 0 ? dm : others, text: `Bo ${count}` })
    if (count % 50 === 0) {
      ana.must('story.send', { storyId: alone, text: `alone ${count}` })
      world.link(stolen, [ana, bo, cy][(count / 50) % 3] ?? ana)
      world.pass(50)
      for (const node of [ana, bo, cy]) {
        if (!stolen.linkTo(node)) continue
        for (const row of rows) {
          cheater.say(
            node,
            'want',
            cheater.nameOn(node, row),
            'writer',
            fromHex(ana.device),
            new Cheater(ana).me.incarnation,
            0,
          )
          cheater.say(node, 'vector', cheater.nameOn(node, row), [], true)
        }
      }
    }
    world.pass(20)
  }
  world.pass(40_000)
  let later = 0
  for (const story of stories) {
    for (const envelope of envelopesOf(ana, story)) {
      if (marks.get(story)?.has(hex(envelope.nonce))) continue
      if (envelope.kind === 'writer' && envelope.device === stolen.device) continue
      later += 1
      expect(isReadable(cheater, keys, envelope), `${story} ${envelope.kind} ${envelope.epoch}`).toBe(false)
    }
  }
  for (const envelope of envelopesOf(ana, vault)) {
    if (!vaultBefore.has(hex(envelope.nonce))) expect(isReadable(cheater, keys, envelope)).toBe(false)
  }
  expect(later).toBeGreaterThan(1_000)
  const served = stolen.heard.map((frame) => parseFrame(frame)?.name).filter((name) => name !== 'knock')
  expect(served.filter((name) => !['hello', 'list', 'list?', 'newest'].includes(name ?? ''))).toEqual([])
  for (const story of [id, others]) expect(viewOf(bo, story)).toBe(viewOf(ana, story))
  expect(textsOf(bo, dm)).toEqual(textsOf(ana, dm))
  expect(ana.must('device.list', {})).toHaveLength(1)
})

test('KEY-2 what a removed device writes later counts nowhere, in any order; what it wrote before stays', () => {
  const { world, nodes, id } = gather(921, ['Bo', 'Ana', 'Cy'])
  const [bo, ana, cy] = nodes
  const stolen = second(world, ana, 'Stolen')
  world.heal()
  const cheater = new Cheater(stolen).silence()
  const pen = cheater.pen(id)
  pen.say('before')
  cheater.deliver(bo, id, pen.envelopes)
  world.heal()
  cy.strand(1)
  stolen.strand(1)
  world.pass(1_000)
  ana.must('device.remove', { deviceId: stolen.device })
  world.pass(3_000)
  pen.say('after')
  // Cy has not heard of it: to him it is still Ana’s device
  world.pass(3_000)
  if (stolen.linkTo(cy)) cheater.deliver(cy, id, pen.envelopes)
  world.heal()
  world.heal()
  for (const node of [bo, ana, cy]) expect(textsOf(node, id), node.name).toEqual(['before'])
  for (const node of [bo, cy]) {
    node.take({ type: 'projections-lost' })
    world.pass(1_000)
    expect(viewOf(node, id)).toBe(viewOf(ana, id))
  }
})

test('KEY-1 honest software on a removed device says so and stops; of one version the list without it wins', () => {
  const { world, ana, bo, id } = pair(922)
  const phone = second(world, ana, 'Phone')
  world.heal()
  phone.strand(1)
  world.pass(1_000)
  // both sign version 3: the phone adds a tablet, the laptop removes the phone
  const tablet = world.add('Tablet')
  tablet.strand(1)
  tablet.must('device.join', { code: phone.must('device.invite', {}).code })
  world.pass(10_000)
  expect(tablet.id).toBe(ana.id)
  ana.must('device.remove', { deviceId: phone.device })
  world.heal()
  world.heal()
  expect(phone.must('identity.get', {}).removed).toBe(true)
  expect(ana.must('device.list', {}).map((each) => each.deviceId)).toEqual([ana.device])
  ana.must('story.send', { storyId: id, text: 'after' })
  world.heal()
  expect(textsOf(bo, id)).toEqual(['after'])
  expect(textsOf(phone, id)).toEqual([])
})

test('KEY-1 without the passphrase of the words a device makes no others and removes none', () => {
  const { world, ana } = pair(923)
  ana.must('identity.protect', { passphrase: 'correct horse' })
  expect(ana.must('identity.get', {}).locked).toBe(true)
  for (const passphrase of [undefined, 'wrong horse']) {
    const given = passphrase === undefined ? {} : { passphrase }
    expect(ana.ask('device.invite', given)).toMatchObject({ fault: { code: 'Unauthorized' } })
    expect(ana.ask('identity.phrase', given)).toMatchObject({ fault: { code: 'Unauthorized' } })
    expect(ana.ask('device.remove', { deviceId: ana.device, ...given })).toMatchObject({ ok: false })
  }
  const phone = world.add('Phone')
  phone.must('device.join', { code: ana.must('device.invite', { passphrase: 'correct horse' }).code })
  world.pass(10_000)
  expect(phone.id).toBe(ana.id)
  expect(phone.must('identity.get', {}).locked).toBe(true)
  expect(phone.ask('device.remove', { deviceId: ana.device })).toMatchObject({ fault: { code: 'Unauthorized' } })
  phone.boot()
  world.pass(5_000)
  phone.must('identity.protect', { passphrase: null, current: 'correct horse' })
  expect(phone.must('identity.phrase', {}).words).toEqual(
    ana.must('identity.phrase', { passphrase: 'correct horse' }).words,
  )
})

test('KEY-1 nobody is adopted without the secret of the code, or on another connection than their own', () => {
  const world = new World(924)
  const [ana, eve, phone] = [world.add('Ana'), world.add('Eve'), world.add('Phone')]
  const cheater = new Cheater(eve)
  ana.must('device.invite', {})
  cheater.announceWhat(ana)
  befriend(world, ana, eve)
  const { me } = cheater
  const proof = proveDevice(me.deviceKeys, fromHex(ana.id))
  for (const secret of [new Uint8Array(32), chance(new Uint8Array(32))(32)]) {
    cheater.say(
      ana,
      'adopt',
      keyedDigest(secret, cheater.sessionWith(ana).handshake),
      me.deviceKem.publicKey,
      'Eve',
      proof,
    )
  }
  cheater.say(ana, 'adopt')
  cheater.say(ana, 'adopt', new Uint8Array(32), new Uint8Array(1216).fill(255), 'x', new Uint8Array(64))
  // a list Ana never signed, and one in Eve’s own name that lists Ana’s device
  const [own] = me.list.devices
  const stolen = new Cheater(ana).me.list
  if (!own || !stolen.devices[0]) throw new Error('no devices')
  const forged = signDeviceList(cheater.playerKeys, 9, [own, stolen.devices[0]], me.list.recovery)
  cheater.say(ana, 'devices', forged.bytes)
  cheater.say(ana, 'devices', new Uint8Array(10))
  cheater.say(ana, 'adopted', new Uint8Array(1_300))
  world.pass(2_000)
  expect(parseDeviceList(forged.bytes)).toBeUndefined()
  expect(ana.must('device.list', {})).toHaveLength(1)
  expect(ana.vault.tables.devices.ownerOf(ana.device)).toBe(ana.id)
  expect(phone.id).not.toBe(ana.id)
})
