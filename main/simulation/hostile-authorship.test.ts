import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { signGenesis } from '../core/authority/genesis.ts'
import { parseEnvelope } from '../core/logs/envelope.ts'
import { judge } from '../core/logs/judgement.ts'
import { append } from '../core/logs/log.ts'
import { treeId } from '../core/trees/artifact-id.ts'
import { readEntry } from '../core/trees/entry-text.ts'
import { addArtifact } from '../core/trees/tree.ts'
import { type Bytes, concat, fromHex } from '../crypto/bytes.ts'
import { sign, signingKeys } from '../crypto/signature.ts'
import { Cheater } from './cheater.ts'
import { befriend, entriesOf, gather, pair, textsOf, viewOf } from './gathering.ts'
import type { Node } from './world.ts'

/** Every envelope of a member's writer logs in an artifact, as this node holds them. */
function envelopesOf(node: Node, id: ArtifactId, author: Node): Bytes[] {
  const { artifacts, logs, envelopes } = node.vault.tables
  const row = artifacts.byId(id)
  const own = row ? logs.of(row.key).filter((log) => log.kind === 'writer' && log.device === author.device) : []
  return own.flatMap((log) => envelopes.from(log.key, 0, log.length).map((each) => each.bytes))
}

/** The nonce by which an author names this entry; any member can read it. */
function nonceOf(cheater: Cheater, id: ArtifactId, entryId: string): Bytes {
  const row = cheater.row(id)
  const entry = cheater.node.vault.tables.entries.page(row.key, undefined, 100).find((each) => each.id === entryId)
  const nonce = entry && cheater.turn((turn) => readEntry(turn, row, entry.log, entry.seq)?.fields[0])
  if (!(nonce instanceof Uint8Array)) throw new Error('no such entry')
  return nonce
}

/** Ana said something that Bo has not heard yet and Mel has. */
function overheard(seed: number) {
  const { world, nodes, id } = gather(seed, ['Ana', 'Bo', 'Mel'])
  const [ana, bo, mel] = nodes
  const { entryId } = ana.must('story.send', { storyId: id, text: 'mine' })
  world.pass(1_000)
  ana.strand(1)
  ana.must('story.send', { storyId: id, text: 'not heard by Bo' })
  const cheater = new Cheater(mel).silence()
  mel.strand(1)
  world.pass(3_000)
  cheater.relent()
  world.pass(40_000)
  cheater.silence()
  const captured = envelopesOf(mel, id, ana).at(-1)
  if (!captured) throw new Error('nothing was overheard')
  mel.strand(0)
  world.pass(3_000)
  return { world, ana, bo, mel, id, cheater, captured, entryId }
}

test('AUTH-2 an envelope with any byte changed is nobody’s, and leaves no trace', () => {
  const { bo, id, cheater, captured } = overheard(200)
  const before = bo.vault.dump()
  const changed = Array.from(captured, (_, at) => {
    const copy = captured.slice()
    copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8))
    return copy
  })
  cheater.deliver(bo, id, changed)
  cheater.deliver(bo, id, [captured.subarray(0, -1), concat(captured, new Uint8Array(1)), new Uint8Array(0)])
  expect(bo.vault.dump()).toBe(before)
  cheater.deliver(bo, id, [captured])
  expect(textsOf(bo, id)).toEqual(['mine', 'not heard by Bo'])
})

test('AUTH-2 nobody can sign for another: not with their own key, not as a stranger, not as a device of theirs', () => {
  const { world, ana, bo, id, cheater, captured } = overheard(201)
  const { me } = cheater
  const stranger = signingKeys(world.bytes(32))
  const anaKey = fromHex(ana.device)
  const pen = cheater.pen(id)
  const said = () => ({ payload: pen.header('message', world.bytes(16), 'as Ana', null) })
  const forged = [
    pen.draft({ ...said(), device: anaKey }),
    pen.draft({ ...said(), device: anaKey, incarnation: parseEnvelope(captured)?.incarnation ?? 0, seq: 1 }),
    pen.draft({ ...said(), device: stranger.publicKey, signer: stranger }),
    pen.draft({ ...said(), signer: stranger }),
    pen.draft({ ...said(), device: cheater.me.playerKeys.publicKey, signer: cheater.playerKeys }),
    concat(captured.subarray(0, -64), sign(captured.subarray(0, -64), me.deviceKeys.secretKey)),
    concat(captured.subarray(0, -64), new Uint8Array(64)),
  ]
  const before = bo.vault.dump()
  cheater.deliver(bo, id, forged)
  expect(bo.vault.dump()).toBe(before)
})

test('AUTH-2 an entry is edited and deleted by its author only, removed by the steward only', () => {
  const { bo, ana, world, mel, id, cheater, entryId } = overheard(202)
  const nonce = nonceOf(cheater, id, entryId)
  const pen = cheater.pen(id)
  pen.entry('edit', nonce, 'forged')
  pen.entry('delete', nonce)
  pen.entry('remove', fromHex(entryId))
  pen.entry('message', nonce, 'another of the same nonce', null)
  pen.entry('edit', fromHex(entryId), 'by its id')
  pen.entry('delete', fromHex(entryId))
  cheater.deliver(bo, id, pen.envelopes)
  const mine = entriesOf(bo, id).find((entry) => entry.entryId === entryId)
  expect(mine).toMatchObject({ author: ana.id, text: 'mine', reactions: {} })
  expect(mine?.editedAt).toBeUndefined()
  expect(mine?.deleted).toBeUndefined()
  for (const command of [
    mel.ask('story.edit', { storyId: id, entryId, text: 'no' }),
    mel.ask('story.delete', { storyId: id, entryId }),
  ]) {
    expect(command).toMatchObject({ fault: { code: 'NotPermitted' } })
  }
  cheater.relent()
  ana.strand(0)
  world.pass(40_000)
  ana.must('story.delete', {
    storyId: id,
    entryId: entriesOf(ana, id).find((each) => each.author === mel.id)?.entryId ?? entryId,
  })
  world.pass(1_000)
  expect(entriesOf(bo, id).filter((entry) => entry.deleted)).toMatchObject([{ author: mel.id }])
})

test('DM-1 in a DM there is no steward to remove, and no third person', () => {
  const { world, ana, bo, id } = pair(203)
  const { entryId } = ana.must('story.send', { storyId: id, text: 'between us' })
  world.pass(1_000)
  const cheater = new Cheater(bo).silence()
  const pen = cheater.pen(id)
  pen.entry('remove', fromHex(entryId))
  pen.entry('delete', nonceOf(cheater, id, entryId))
  const stranger = signingKeys(world.bytes(32))
  const payload = pen.header('message', world.bytes(16), 'a third', null)
  cheater.deliver(ana, id, [
    ...pen.envelopes,
    pen.draft({ payload, device: stranger.publicKey, signer: stranger, seq: 0, prev: new Uint8Array(32) }),
    pen.draft({ kind: 'authority', payload: [0, 0, { op: 'grant' }], seq: 0, prev: new Uint8Array(32) }),
  ])
  expect(textsOf(ana, id)).toEqual(['between us'])
  expect(entriesOf(ana, id)[0]?.deleted).toBeUndefined()
})

test('AUTH-2 a Collection takes no entries, from nobody', () => {
  const { world, nodes } = gather(204, ['Ana', 'Mel'])
  const [ana, mel] = nodes
  const { id } = ana.must('realm.create', { name: 'Shelf', type: 'collection' })
  mel.must('realm.join', { code: ana.must('realm.invite', { id, approve: false }).code })
  world.pass(5_000)
  expect(mel.ask('story.send', { storyId: id, text: 'no' })).toMatchObject({ fault: { code: 'NotPermitted' } })
  const cheater = new Cheater(mel).silence()
  const pen = cheater.pen(id)
  pen.say('graffiti')
  cheater.deliver(ana, id, pen.envelopes)
  expect(textsOf(ana, id)).toEqual([])
})

test('NAME-1 what is said in one realm cannot be shown in another, though it is given the same secret and key', () => {
  const { world, nodes, id } = gather(205, ['Ana', 'Bo', 'Mel'])
  const [ana, bo, mel] = nodes
  befriend(world, mel, bo)
  ana.must('story.send', { storyId: id, text: 'for these ears' })
  world.pass(1_000)
  const cheater = new Cheater(mel)
  const { row, key } = { row: cheater.row(id), key: cheater.pen(id).settings.key }
  const twin = cheater.turn((turn) => {
    const signed = signGenesis('story', cheater.me.list, cheater.me.deviceKeys, world.now, 'Mel', world.bytes(32))
    const made = addArtifact(turn, treeId(signed), row.secret, 'story', world.now)
    append(turn, made, 'authority', [0, 0, { op: 'genesis', signed }], {
      epoch: 1,
      key,
      audience: { lists: [], own: true },
    })
    judge(turn, made)
    return made.id
  })
  mel.must('artifact.grant', { id: twin, grantee: bo.id, mode: 'revocable' })
  world.pass(5_000)
  expect(bo.must('artifact.get', { id: twin }).audience).toHaveLength(2)
  cheater.deliver(bo, twin, [...envelopesOf(mel, id, ana), ...envelopesOf(mel, id, bo)])
  expect(textsOf(bo, twin)).toEqual([])
  ana.must('story.send', { storyId: id, text: 'and these' })
  world.pass(40_000)
  expect(textsOf(bo, id)).toEqual(['for these ears', 'and these'])
  expect(viewOf(bo, id)).toBe(viewOf(ana, id))
})
