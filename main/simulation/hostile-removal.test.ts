import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { parseEnvelope } from '../core/logs/envelope.ts'
import { unwrapKeys } from '../core/logs/keyring.ts'
import { parseFrame } from '../core/meeting/frame.ts'
import { open } from '../crypto/box.ts'
import { fromHex } from '../crypto/bytes.ts'
import { encode } from '../crypto/canonical.ts'
import { sign } from '../crypto/signature.ts'
import { Cheater } from './cheater.ts'
import { befriend, gather, textsOf, viewOf } from './gathering.ts'
import type { Node } from './world.ts'

function allEnvelopes(node: Node, id: ArtifactId): Uint8Array[] {
  const { artifacts, logs, envelopes } = node.vault.tables
  const row = artifacts.byId(id)
  return logs.of(row?.key ?? 0).flatMap((log) => envelopes.from(log.key, 0, log.length).map((each) => each.bytes))
}

function keysOf(node: Node, id: ArtifactId): Uint8Array[] {
  const row = node.vault.tables.artifacts.byId(id)
  const epochs = [1, 2, 3, 4, 5].map((epoch) => node.vault.tables.keys.get(row?.key ?? 0, 'seat', epoch))
  return epochs.filter((key) => key !== undefined)
}

test('AUTH-3 who was removed reads none of a thousand later things with all its keys, and is served none', () => {
  const { world, nodes, id } = gather(700, ['Ana', 'Bo', 'Mel'])
  const [ana, bo, mel] = nodes
  befriend(world, bo, mel)
  mel.must('story.send', { storyId: id, text: 'while I could' })
  world.pass(1_000)
  const cheater = new Cheater(mel).silence()
  const row = cheater.row(id)
  const keys = keysOf(mel, id)
  expect(keys).toHaveLength(1)
  ana.must('artifact.revoke', { id, grantee: mel.id })
  world.pass(1_000)
  mel.heard.length = 0
  for (let count = 0; count < 500; count += 1) {
    ana.must('story.send', { storyId: id, text: `from Ana ${count}` })
    bo.must('story.send', { storyId: id, text: `from Bo ${count}` })
    for (const node of [ana, bo]) {
      const name = cheater.nameOn(node, row)
      cheater.say(node, 'vector', name, [], true)
      cheater.say(node, 'want', name, 'writer', fromHex(ana.device), new Cheater(ana).me.incarnation, 0)
      cheater.say(node, 'want', name, 'authority', fromHex(ana.device), 0, 0)
      cheater.say(node, 'have', name, [])
      cheater.say(node, 'tokens', new Uint8Array(0))
    }
    world.pass(200)
    if (count === 250) for (const node of [ana, bo]) cheater.hangUp(node)
    if (count === 250) world.meet()
    if (count === 250) world.pass(3_000)
  }
  world.pass(40_000)
  expect(bo.must('story.entries', { storyId: id }).total).toBe(1_001)
  const served = mel.heard
    .map(parseFrame)
    .filter((frame) => ['envelopes', 'vector', 'have'].includes(frame?.name ?? ''))
  const names = [ana, bo].map((node) => Buffer.from(cheater.nameOn(node, row)).toString('hex'))
  for (const frame of served) {
    const [name] = frame?.fields ?? []
    if (name instanceof Uint8Array) expect(names).not.toContain(Buffer.from(name).toString('hex'))
  }
  const sealedAfter = allEnvelopes(ana, id)
    .map(parseEnvelope)
    .filter((each) => (each?.epoch ?? 0) > 1)
  expect(sealedAfter.length).toBeGreaterThan(1_000)
  for (const envelope of sealedAfter) {
    if (!envelope) continue
    expect(cheater.turn((turn) => unwrapKeys(turn, envelope))).toBeUndefined()
    for (const key of keys) expect(open(key, envelope.nonce, envelope.sealed, envelope.associated)).toBeUndefined()
  }
})

test('AUTH-3 nothing is written under an old position, beyond the accepted length, or in another log, after removal', () => {
  const { world, nodes, id } = gather(701, ['Ana', 'Bo', 'Cy', 'Mel'])
  const [ana, bo, cy, mel] = nodes
  const cheater = new Cheater(mel).silence()
  const pen = cheater.pen(id)
  for (const text of ['a', 'b', 'c']) pen.say(text)
  cheater.deliver(ana, id, pen.envelopes)
  world.pass(40_000)
  expect(textsOf(cy, id)).toEqual(['a', 'b', 'c'])
  bo.strand(1)
  world.pass(1_000)
  ana.must('artifact.revoke', { id, grantee: mel.id })
  mel.strand(1)
  world.pass(3_000)
  for (const text of ['d', 'e']) pen.say(text)
  const second = cheater.pen(id, 2 ** 40)
  second.say('f')
  const backdated = pen.fork(pen.envelopes.length, { position: 0 })
  backdated.say('g')
  cheater.deliver(bo, id, [...backdated.envelopes, ...second.envelopes])
  // Bo has not heard of the removal: to him they are a member’s
  expect(textsOf(bo, id)).toHaveLength(6)
  bo.strand(0)
  mel.strand(0)
  world.pass(70_000)
  cheater.deliver(cy, id, [...backdated.envelopes, ...second.envelopes])
  for (const node of [ana, bo, cy]) expect(textsOf(node, id), node.name).toEqual(['a', 'b', 'c'])
  const heard = bo.heard.length
  world.pass(120_000)
  expect(bo.heard.length - heard).toBeLessThanOrEqual(15)
  bo.take({ type: 'projections-lost' })
  world.pass(100)
  expect(viewOf(bo, id)).toBe(viewOf(ana, id))
})

test('KEY-2 position and epoch never go back within a log', () => {
  const { world, nodes, id } = gather(702, ['Ana', 'Bo', 'Mel'])
  const [ana, bo, mel] = nodes
  ana.must('artifact.revoke', { id, grantee: bo.id })
  world.pass(5_000)
  const cheater = new Cheater(mel).silence()
  const pen = cheater.pen(id)
  const [old, present] = keysOf(mel, id)
  if (!old || !present) throw new Error('no keys')
  const said = (position: number, text: string) => [
    position,
    ++pen.clock,
    world.now,
    'message',
    world.bytes(16),
    text,
    null,
  ]
  pen.write({ payload: said(2, 'under the old key, still'), epoch: 1, key: old })
  pen.write({ payload: said(3, 'new') })
  pen.write({ payload: said(3, 'old key again'), epoch: 1, key: old })
  pen.write({ payload: said(1, 'old position again') })
  pen.write({ payload: said(3, 'wrong key'), key: old })
  pen.write({ payload: said(3, 'fine') })
  pen.write({ payload: said(99, 'a position to come') })
  pen.write({ payload: said(3, 'after that') })
  cheater.deliver(ana, id, pen.envelopes)
  expect(textsOf(ana, id)).toEqual(['under the old key, still', 'new', 'fine'])
})

test('AUTH-3 let in again, one’s log goes on where the others saw it stop: no fork, nothing lost', () => {
  const { world, nodes, id, code } = gather(703, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  bo.must('story.send', { storyId: id, text: 'before' })
  world.pass(1_000)
  for (let times = 0; times < 3; times += 1) {
    ana.must('artifact.revoke', { id, grantee: bo.id })
    cy.must('story.send', { storyId: id, text: `without Bo ${times}` })
    world.pass(3_000)
    expect(textsOf(bo, id)).toEqual([])
    expect(bo.must('artifact.children', { id }).total).toBe(0)
    bo.must('realm.join', { code })
    world.pass(40_000)
    bo.must('story.send', { storyId: id, text: `back ${times}` })
    world.pass(1_000)
  }
  for (const node of [ana, bo, cy]) {
    expect(viewOf(node, id), node.name).toBe(viewOf(ana, id))
    expect(textsOf(node, id)).toHaveLength(7)
    expect(node.must('sync.status', {}).frozen).toEqual([])
    expect(node.must('artifact.get', { id }).name).toBe('Realm')
  }
})

test('AUTH-3 let in again while away, one finds the way back', () => {
  const { world, nodes, id } = gather(704, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  befriend(world, ana, bo)
  bo.must('story.send', { storyId: id, text: 'before' })
  world.pass(1_000)
  ana.must('artifact.revoke', { id, grantee: bo.id })
  world.pass(3_000)
  bo.crash()
  world.pass(3_000)
  ana.must('artifact.grant', { id, grantee: bo.id, mode: 'revocable' })
  ana.must('story.send', { storyId: id, text: 'come back' })
  bo.boot()
  world.pass(5_000)
  expect(textsOf(bo, id)).toEqual(['before', 'come back'])
})

test('AUTH-3 only the seat removes, and a removal counts once: not forged, not replayed, not for the next time', () => {
  const { world, nodes, id } = gather(705, ['Ana', 'Bo', 'Mel'])
  const [ana, bo, mel] = nodes
  befriend(world, ana, bo)
  const cheater = new Cheater(mel)
  const realm = fromHex(id.slice(4))
  const view = viewOf(bo, id)
  for (const position of [0, 1, 5, 2 ** 47]) {
    for (const text of ['indra removed v1', '']) {
      const words = Buffer.concat([Buffer.from(text), realm, fromHex(bo.id)])
      cheater.say(bo, 'removed', realm, position, sign(words, cheater.me.deviceKeys.secretKey))
    }
  }
  world.pass(100)
  expect(viewOf(bo, id)).toBe(view)
  ana.must('artifact.revoke', { id, grantee: bo.id })
  world.pass(3_000)
  const welcome = bo.heard.map(parseFrame).find((frame) => frame?.name === 'welcome')
  const removal = bo.heard.map(parseFrame).find((frame) => frame?.name === 'removed')
  if (!welcome || !removal) throw new Error('nothing was said')
  const again = (frame: NonNullable<ReturnType<typeof parseFrame>>) =>
    encode([frame.name, ...(frame.fields as never[])])
  new Cheater(ana).utter(bo, again(welcome))
  world.pass(100)
  expect(bo.must('artifact.get', { id }).status).toBe('revoked')
  ana.must('artifact.grant', { id, grantee: bo.id, mode: 'revocable' })
  world.pass(5_000)
  new Cheater(ana).utter(bo, again(removal))
  cheater.utter(bo, again(removal))
  world.pass(100)
  expect(bo.must('artifact.get', { id }).status).toBe('active')
  bo.take({ type: 'projections-lost' })
  world.pass(100)
  expect(bo.must('artifact.get', { id }).status).toBe('active')
})

test('AUTH-3 a tombstone stays one when everything is made again', () => {
  const { world, nodes, id } = gather(706, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  ana.must('artifact.revoke', { id, grantee: bo.id })
  world.pass(3_000)
  bo.take({ type: 'projections-lost' })
  world.pass(100)
  expect(bo.must('artifact.get', { id }).status).toBe('revoked')
  expect(bo.ask('story.send', { storyId: id, text: 'x' })).toMatchObject({ fault: { code: 'NotActive' } })
})
