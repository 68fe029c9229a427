import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ArtifactId, DeviceId, EntryId, PlayerId } from '../shared/ids.ts'
import { calls, can, cannot, neverAsked, neverRefused } from './contract-driver.ts'
import { cleanUp, dht, type Host, newDirectory, serve, until } from './host.ts'

const nothing = `doc:${'0'.repeat(64)}` as ArtifactId
const noLeaf = `blob:${'0'.repeat(64)}` as ArtifactId
const nobody = '0'.repeat(64) as PlayerId
const noEntry = '0'.repeat(64) as EntryId

let bootstrap = ''
let ana: Host
let bo: Host
let cy: Host
const playerOf = (host: Host) => host.id as PlayerId

/** Three real hosts; each test goes on where the one before ended. */
beforeAll(async () => {
  bootstrap = await dht()
  const open = (name: string) => serve(newDirectory(), '--name', name, '--bootstrap', bootstrap)
  ;[ana, bo, cy] = await Promise.all([open('Ana'), open('Bo'), open('Cy')])
})

afterAll(() => cleanUp())

test('CALL-1 identity and settings', async () => {
  expect(await calls(ana, 'identity.get', {})).toMatchObject({ name: 'Ana' })
  await can(ana, 'identity.rename', { name: 'Ana of the kiln' })
  expect(await cannot(ana, 'identity.rename', { name: ' ' })).toBe('InvalidArguments')
  const { words } = await can(ana, 'identity.phrase', {})
  expect(words).toHaveLength(24)
  await can(ana, 'identity.rehearsal', {})
  expect(await cannot(ana, 'identity.rehearse', { words: ['not', 'these', 'three'] })).toBe('InvalidArguments')
  const { positions } = await can(ana, 'identity.rehearsal', {})
  await can(ana, 'identity.rehearse', { words: positions.map((position) => words[position - 1] ?? '') })
  await can(ana, 'identity.protect', { passphrase: 'four kilns' })
  expect(await cannot(ana, 'identity.phrase', {})).not.toBe('none')
  expect(await cannot(ana, 'identity.protect', { passphrase: null, current: 'wrong' })).not.toBe('none')
  await can(ana, 'identity.protect', { passphrase: null, current: 'four kilns' })
  await can(ana, 'settings.get', {})
  await can(ana, 'settings.set', { readMarks: true })
  expect(await cannot(ana, 'settings.set', { nonsense: true } as never)).toBe('InvalidArguments')
})

test('CALL-1 peers', async () => {
  expect(await cannot(ana, 'peer.add', { code: ana.code })).toBe('InvalidCode')
  await calls(ana, 'peer.add', { code: bo.code, message: 'It is me' })
  await until(async () => (await can(bo, 'peer.list', {})).length > 0, 'the request at Bo')
  expect(await cannot(bo, 'peer.accept', { playerId: nobody })).toBe('NotPeered')
  await can(bo, 'peer.accept', { playerId: playerOf(ana) })
  const isConfirmed = async () => (await ana.must('peer.list', {}))[0]?.status === 'confirmed'
  await until(isConfirmed, 'the acceptance at Ana')
  for (const row of ['peer.block', 'peer.unblock', 'peer.remove'] as const) {
    expect(await cannot(ana, row, { playerId: nobody })).toBe('NotPeered')
  }
  await can(bo, 'peer.add', { code: cy.code })
  await until(async () => (await cy.must('peer.list', {})).length > 0, 'the request at Cy')
  await cy.must('peer.accept', { playerId: playerOf(bo) })
  const both = async () => (await bo.must('peer.list', {})).every((peer) => peer.status === 'confirmed')
  await until(both, 'both of Bo’s peers')
  await can(bo, 'peer.introduce', { playerId: playerOf(ana), to: playerOf(cy) })
  expect(await cannot(bo, 'peer.introduce', { playerId: nobody, to: playerOf(cy) })).toBe('NotPeered')
})

test('CALL-1 two in one room, and parting again', async () => {
  const dan = await serve(newDirectory(), '--name', 'Dan', '--bootstrap', bootstrap)
  const { digits } = await can(ana, 'peer.quick', {})
  expect(await cannot(dan, 'peer.quickJoin', { digits: 'abc' })).toBe('InvalidCode')
  await can(dan, 'peer.quickJoin', { digits })
  const found = async (host: Host) => (await can(host, 'peer.quickFound', {})).length > 0
  for (const host of [ana, dan]) await until(() => found(host), 'each other', 120_000)
  expect(await cannot(ana, 'peer.quickConfirm', { playerId: nobody })).not.toBe('none')
  await can(ana, 'peer.quickConfirm', { playerId: playerOf(dan) })
  await can(dan, 'peer.quickConfirm', { playerId: playerOf(ana) })
  const isConfirmed = async () =>
    (await ana.must('peer.list', {})).some((peer) => peer.playerId === dan.id && peer.status === 'confirmed')
  await until(isConfirmed, 'the two to be peers')
  await can(ana, 'peer.block', { playerId: playerOf(dan) })
  await can(ana, 'peer.unblock', { playerId: playerOf(dan) })
  await can(ana, 'peer.remove', { playerId: playerOf(dan) })
  await dan.must('peer.remove', { playerId: playerOf(ana) })
})

test('CALL-1 a Vault, trees and what lies in them', async () => {
  const { id: root } = await calls(ana, 'vault.root', {})
  expect(await can(ana, 'vault.verify', {})).toEqual({ ok: true, problems: [] })
  const { id } = await calls(ana, 'artifact.create', { type: 'gallery', name: 'Seeds', parentId: root })
  expect(await cannot(ana, 'artifact.create', { type: 'gallery', name: 'x', parentId: nothing })).toBe(
    'ArtifactNotFound',
  )
  const { id: bean } = await ana.must('artifact.create', { type: 'collection', name: 'Bean' })
  await can(ana, 'artifact.compose', { treeId: id, childId: bean, position: 1 })
  expect(await cannot(ana, 'artifact.compose', { treeId: id, childId: nothing })).toBe('ArtifactNotFound')
  await until(async () => (await can(ana, 'artifact.children', { id })).total === 1, 'the bean')
  expect(await cannot(ana, 'artifact.children', { id: nothing })).toBe('ArtifactNotFound')
  await can(ana, 'artifact.place', { treeId: id, childId: bean, x: 1, y: 2 })
  expect(await cannot(ana, 'artifact.place', { treeId: nothing, childId: bean, x: 1, y: 2 })).toBe('ArtifactNotFound')
  await can(ana, 'artifact.rename', { id, name: 'Seeds and beans' })
  expect(await cannot(ana, 'artifact.rename', { id: nothing, name: 'x' })).toBe('ArtifactNotFound')
  await can(ana, 'artifact.setMetadata', { id, metadata: { soil: 'dry' } })
  expect(await cannot(ana, 'artifact.setMetadata', { id: nothing, metadata: {} })).toBe('ArtifactNotFound')
  const isNamed = async () => (await can(ana, 'artifact.get', { id })).name === 'Seeds and beans'
  await until(isNamed, 'the new name')
  expect(await cannot(ana, 'artifact.get', { id: nothing })).toBe('ArtifactNotFound')
  await until(async () => (await can(ana, 'artifact.search', { query: 'beans' })).length > 0, 'what was searched for')
  expect((await can(ana, 'catalogue.list', { query: 'Bean' })).items.length).toBeGreaterThan(0)
  await ana.must('artifact.grant', { id, grantee: '*' as PlayerId, mode: 'public' })
  const { code } = await can(ana, 'artifact.link', { id })
  expect(await cannot(ana, 'artifact.link', { id: bean })).not.toBe('none')
  expect(await cannot(cy, 'artifact.open', { code: 'indra:open:x' })).toBe('InvalidCode')
  expect(await can(cy, 'artifact.open', { code })).toEqual({ id })
  await can(ana, 'artifact.uncompose', { treeId: id, childId: bean })
  expect(await cannot(ana, 'artifact.uncompose', { treeId: nothing, childId: bean })).toBe('ArtifactNotFound')
})

test('CALL-1 letting in and taking back', async () => {
  const { id } = await ana.must('realm.create', { name: 'Class' })
  await can(ana, 'artifact.grant', { id, grantee: playerOf(bo), mode: 'revocable' })
  expect(await cannot(ana, 'artifact.grant', { id, grantee: playerOf(bo), mode: 'revocable' })).toBe('AlreadyGranted')
  await until(async () => (await bo.ask('artifact.get', { id })).ok, 'the class at Bo')
  expect(await cannot(bo, 'artifact.revoke', { id, grantee: playerOf(ana) })).toBe('NotSteward')
  await can(ana, 'artifact.revoke', { id, grantee: playerOf(bo) })
})

test('CALL-1 giving away, calling back, and letting others let in', async () => {
  const { id } = await ana.must('realm.create', { name: 'Club' })
  const { code } = await ana.must('realm.invite', { id, uses: 2, approve: false })
  for (const host of [bo, cy]) await host.must('realm.join', { code })
  for (const host of [bo, cy]) await until(async () => (await host.ask('realm.members', { id })).ok, 'the club')
  expect(await can(bo, 'realm.joins', {})).toEqual(expect.any(Array))
  await can(ana, 'realm.delegate', { id, playerId: playerOf(bo), modes: ['revocable'], limit: 1 })
  expect(await cannot(cy, 'realm.delegate', { id, playerId: playerOf(bo), modes: ['revocable'], limit: 1 })).toBe(
    'NotSteward',
  )
  expect(await cannot(bo, 'artifact.transfer', { id, to: playerOf(cy) })).toBe('NotSteward')
  expect(await cannot(ana, 'artifact.withdraw', { id })).not.toBe('none')
  await can(ana, 'artifact.transfer', { id, to: playerOf(cy) })
  await can(ana, 'artifact.withdraw', { id })
  await ana.must('artifact.transfer', { id, to: playerOf(cy) })
  expect(await cannot(bo, 'artifact.acceptTransfer', { id })).not.toBe('none')
  await until(() => can(cy, 'artifact.acceptTransfer', { id }).catch(() => undefined), 'the offer at Cy')
  await until(async () => (await ana.must('artifact.get', { id })).steward === cy.id, 'the new steward')
  const { id: lent } = await ana.must('realm.create', { name: 'Lent' })
  await can(ana, 'artifact.recall', { id: lent })
  expect(await cannot(ana, 'artifact.recall', { id: lent })).not.toBe('none')
})

test('CALL-1 swapping', async () => {
  const [map, compass] = [
    (await ana.must('artifact.create', { type: 'story', name: 'Map' })).id,
    (await bo.must('artifact.create', { type: 'story', name: 'Compass' })).id,
  ] as const
  await ana.must('artifact.grant', { id: map, grantee: playerOf(bo), mode: 'revocable' })
  await bo.must('artifact.grant', { id: compass, grantee: playerOf(ana), mode: 'revocable' })
  await until(async () => (await ana.ask('artifact.get', { id: compass })).ok, 'the compass at Ana')
  const wanted = { offered: map, requested: compass, with: playerOf(bo) }
  expect(await cannot(ana, 'exchange.propose', { ...wanted, offered: nothing })).toBe('ArtifactNotFound')
  const { id: first } = await can(ana, 'exchange.propose', wanted)
  await until(async () => (await bo.ask('exchange.get', { id: first })).ok, 'the proposal at Bo')
  await can(bo, 'exchange.reject', { id: first })
  expect(await cannot(bo, 'exchange.reject', { id: first })).toBe('ExchangeClosed')
  const { id } = await ana.must('exchange.propose', wanted)
  expect(await cannot(ana, 'exchange.complete', { id })).toBe('ExchangeNotFullyAccepted')
  await until(async () => (await bo.ask('exchange.get', { id })).ok, 'the second proposal at Bo')
  expect(await cannot(bo, 'exchange.accept', { id, terms: nobody })).not.toBe('none')
  for (const host of [ana, bo])
    await can(host, 'exchange.accept', { id, terms: (await can(host, 'exchange.get', { id })).terms })
  expect(await cannot(ana, 'exchange.get', { id: nothing })).toBe('ArtifactNotFound')
  const isDone = async () => (await ana.must('exchange.get', { id })).status === 'completed'
  await until(isDone, 'the swap')
  await can(ana, 'exchange.complete', { id })
})

test('CALL-1 a file', async () => {
  const folder = newDirectory()
  const path = join(folder, 'seed.txt')
  writeFileSync(path, 'one seed')
  const { id: parentId } = await ana.must('vault.root', {})
  const { id } = await can(ana, 'artifact.import', { path, parentId })
  expect(await cannot(ana, 'artifact.import', { path: join(folder, 'none'), parentId })).not.toBe('none')
  await can(ana, 'artifact.fetch', { id })
  expect(await cannot(ana, 'artifact.fetch', { id: noLeaf })).toBe('ArtifactNotFound')
  await can(ana, 'artifact.save', { id, path: join(folder, 'saved.txt') })
  expect(readFileSync(join(folder, 'saved.txt'), 'utf8')).toBe('one seed')
  expect(await cannot(ana, 'artifact.save', { id: noLeaf, path: join(folder, 'x') })).toBe('ArtifactNotFound')
  expect(await can(ana, 'artifact.transfers', {})).toEqual([])
  await can(ana, 'artifact.cancel', { id })
  await can(ana, 'vault.room', {})
  expect(await cannot(ana, 'vault.export', { path: 'here' })).toBe('InvalidArguments')
  await can(ana, 'vault.export', { path: join(folder, 'export') })
  const backup = { path: join(folder, 'ana.backup'), passphrase: 'four kilns' }
  expect((await can(ana, 'vault.backup', backup)).bytes).toBeGreaterThan(0)
  expect(await cannot(ana, 'vault.backup', { ...backup, path: join(folder, 'nowhere', 'at', 'all') })).not.toBe('none')
})

test('CALL-1 a conversation', async () => {
  const { id: storyId } = await calls(ana, 'story.dm', { playerId: playerOf(bo) })
  expect(await cannot(ana, 'story.dm', { playerId: nobody })).toBe('NotPeered')
  const { entryId } = await calls(ana, 'story.send', { storyId, text: 'the kiln opens at four' })
  expect(await cannot(ana, 'story.send', { storyId: nothing, text: 'x' })).toBe('ArtifactNotFound')
  await until(async () => (await can(bo, 'story.entries', { storyId })).total === 1, 'the words at Bo')
  expect(await cannot(bo, 'story.entries', { storyId: nothing })).toBe('ArtifactNotFound')
  await can(ana, 'story.edit', { storyId, entryId, text: 'it opens at five' })
  expect(await cannot(bo, 'story.edit', { storyId, entryId, text: 'mine' })).toBe('NotPermitted')
  await can(bo, 'story.react', { storyId, entryId, emoji: '👍', on: true })
  expect(await cannot(bo, 'story.react', { storyId, entryId: noEntry, emoji: '👍', on: true })).toBe('ArtifactNotFound')
  await can(bo, 'story.markRead', { storyId, entryId })
  expect(await cannot(bo, 'story.markRead', { storyId, entryId: noEntry })).toBe('ArtifactNotFound')
  await can(bo, 'story.draft', { storyId, text: 'and I' })
  expect(await cannot(bo, 'story.draft', { storyId: nothing })).toBe('ArtifactNotFound')
  await can(bo, 'story.typing', { storyId })
  expect(await cannot(bo, 'story.typing', { storyId: nothing })).toBe('ArtifactNotFound')
  await can(ana, 'story.branch', { storyId, entryId, name: 'Which kiln?' })
  expect(await cannot(ana, 'story.branch', { storyId, entryId: noEntry, name: 'x' })).toBe('ArtifactNotFound')
  await can(ana, 'story.group', { members: [playerOf(bo)], name: 'Two' })
  expect(await cannot(ana, 'story.group', { members: [nobody] })).toBe('NotPeered')
  await can(ana, 'story.delete', { storyId, entryId })
  expect(await cannot(ana, 'story.delete', { storyId, entryId: noEntry })).toBe('ArtifactNotFound')
})

test('CALL-1 a realm by invitation', async () => {
  const { id } = await calls(ana, 'realm.create', { name: 'Garden' })
  expect(await cannot(ana, 'realm.create', { name: ' ' })).toBe('InvalidArguments')
  const { code } = await can(ana, 'realm.invite', { id, uses: 2 })
  expect(await cannot(ana, 'realm.invite', { id: nothing })).toBe('ArtifactNotFound')
  expect(await cannot(bo, 'realm.join', { code: 'indra:realm:x' })).toBe('InvalidCode')
  for (const host of [bo, cy]) await can(host, 'realm.join', { code })
  await until(async () => (await can(ana, 'realm.requests', { id })).length === 2, 'both requests')
  expect(await cannot(ana, 'realm.requests', { id: nothing })).toBe('ArtifactNotFound')
  await can(ana, 'realm.admit', { id, playerId: playerOf(bo) })
  expect(await cannot(ana, 'realm.admit', { id, playerId: nobody })).not.toBe('none')
  await can(ana, 'realm.refuse', { id, playerId: playerOf(cy) })
  expect(await cannot(ana, 'realm.refuse', { id, playerId: nobody })).not.toBe('none')
  await until(async () => (await bo.ask('realm.members', { id })).ok, 'Bo to be in')
  expect(await can(ana, 'realm.members', { id })).toHaveLength(2)
  expect(await cannot(ana, 'realm.members', { id: nothing })).toBe('ArtifactNotFound')
})

test('CALL-1 a text', async () => {
  const { id } = await ana.must('artifact.create', { type: 'document', name: 'Recipe' })
  await can(ana, 'document.edit', { id, ops: [{ at: 0, delete: 0, insert: 'flour, water' }] })
  expect(await cannot(ana, 'document.edit', { id, ops: [{ at: 99, delete: 0, insert: 'x' }] })).toBe('InvalidArguments')
  expect((await can(ana, 'document.text', { id })).text).toBe('flour, water')
  expect(await cannot(ana, 'document.text', { id: nothing })).toBe('ArtifactNotFound')
  await can(ana, 'document.block', { id, at: 0, type: 'heading', level: 1 })
  expect(await cannot(ana, 'document.block', { id, at: 99, type: 'heading' })).toBe('InvalidArguments')
  await can(ana, 'document.format', { id, from: 1, to: 6, mark: 'bold', value: true })
  expect(await cannot(ana, 'document.format', { id, from: 1, to: 99, mark: 'bold', value: true })).toBe(
    'InvalidArguments',
  )
  expect((await can(ana, 'document.open', { id })).writable).toBe(true)
  expect(await cannot(ana, 'document.open', { id: nothing })).toBe('ArtifactNotFound')
  expect((await can(ana, 'document.blocks', { id })).blocks.length).toBeGreaterThan(0)
  expect(await cannot(ana, 'document.blocks', { id: nothing })).toBe('ArtifactNotFound')
})

test('CALL-1 asking and wishing', async () => {
  const audience = [playerOf(bo)]
  const { id: requestId } = await can(ana, 'request.create', {
    name: 'A shelf',
    description: 'Who has boards?',
    audience,
  })
  const stranger = { name: 'x', description: 'y', audience: [nobody] }
  expect(await cannot(ana, 'request.create', stranger)).toBe('NotPeered')
  const { id } = await can(ana, 'intention.create', { name: 'A wall', description: 'Painted by May', audience })
  expect(await cannot(ana, 'intention.create', stranger)).toBe('NotPeered')
  for (const each of [requestId, id])
    await until(async () => (await bo.ask('artifact.get', { id: each })).ok, 'it at Bo')
  const { id: boards } = await bo.must('artifact.create', { type: 'collection', name: 'Boards' })
  await can(bo, 'request.offer', { requestId, artifactId: boards })
  expect(await cannot(bo, 'request.offer', { requestId: nothing, artifactId: boards })).toBe('ArtifactNotFound')
  const { proofId } = await can(bo, 'intention.proof', { id, artifactId: boards })
  expect(await cannot(bo, 'intention.proof', { id: nothing, artifactId: boards })).toBe('ArtifactNotFound')
  expect(await cannot(ana, 'intention.release', { id: nothing, proofId: nobody })).toBe('ArtifactNotFound')
  await ana.must('attention.navigate', { to: id })
  await ana.must('attention.end', {})
  const there = async () => (await ana.must('artifact.children', { id })).items.some((child) => child.refId === proofId)
  await until(there, 'the proof at Ana')
  const { tokens } = await can(ana, 'intention.release', { id, proofId })
  const [token] = tokens
  if (!token) throw new Error('no token')
  await until(async () => (await bo.ask('token.get', { id: token })).ok, 'the token at Bo')
  await can(bo, 'token.get', { id: token })
  expect(await cannot(bo, 'token.get', { id: noLeaf })).not.toBe('none')
  await bo.must('artifact.grant', { id: token, grantee: playerOf(ana), mode: 'revocable' })
  await until(async () => (await ana.ask('token.get', { id: token })).ok, 'the token at Ana')
  await can(ana, 'token.bless', { id: token, message: 'thank you' })
  expect(await cannot(ana, 'token.bless', { id: noLeaf })).not.toBe('none')
  await can(bo, 'intention.pledge', { id, tokenId: token })
  expect(await cannot(bo, 'intention.pledge', { id: nothing, tokenId: boards })).toBe('ArtifactNotFound')
})

test('CALL-1 attending', async () => {
  const { id } = await ana.must('vault.root', {})
  await calls(ana, 'attention.navigate', { to: id })
  await can(ana, 'attention.back', { to: id })
  for (const row of ['attention.navigate', 'attention.back'] as const) {
    expect(await cannot(ana, row, { to: nothing })).toBe('ArtifactNotFound')
  }
  expect((await can(ana, 'heat.get', { id })).uniquePeers).toBe(1)
  expect(await cannot(ana, 'heat.get', { id: nothing })).toBe('ArtifactNotFound')
  await can(ana, 'attention.end', {})
  expect((await can(ana, 'attention.log', {})).events.length).toBeGreaterThan(1)
  expect(await can(ana, 'attention.proofs', {})).toEqual([])
})

test('CALL-1 keepers, devices, and how it stands', async () => {
  await can(cy, 'keeper.host', { for: 'anyone' })
  expect(await cannot(cy, 'keeper.host', { for: 'all' } as never)).toBe('InvalidArguments')
  expect(await cannot(ana, 'keeper.add', { code: 'x' })).toBe('InvalidCode')
  await can(ana, 'keeper.add', { code: cy.code })
  const isKept = async () => (await can(ana, 'keeper.list', {}))[0]?.state === 'keeping'
  await until(isKept, 'the keeper to answer')
  const [kept] = (await can(cy, 'keeper.hosting', {})).accounts
  await can(cy, 'keeper.dismiss', { account: kept?.account ?? '' })
  await can(ana, 'keeper.remove', { playerId: playerOf(cy) })
  expect(await cannot(ana, 'keeper.remove', { playerId: nobody })).not.toBe('none')
  expect(await cannot(cy, 'keeper.dismiss', { account: nobody })).not.toBe('none')
  expect(await can(ana, 'device.list', {})).toHaveLength(1)
  const phone = await serve(newDirectory(), '--bootstrap', bootstrap)
  const { code } = await can(ana, 'device.invite', {})
  expect(await cannot(phone, 'device.join', { code: 'x' })).toBe('InvalidCode')
  await can(phone, 'device.join', { code })
  await until(async () => (await can(ana, 'device.list', {})).length === 2, 'the second device')
  expect(await cannot(ana, 'device.remove', { deviceId: nobody as string as DeviceId })).not.toBe('none')
  const second = (await can(ana, 'device.list', {})).find((device) => !device.self)
  if (second) await can(ana, 'device.remove', { deviceId: second.deviceId })
  expect((await calls(ana, 'sync.status', {})).peers.length).toBeGreaterThan(0)
})

test('CALL-1 coming back from the words', async () => {
  const lost = await serve(newDirectory(), '--bootstrap', bootstrap)
  const { words } = await lost.must('identity.phrase', {})
  const found = await serve(newDirectory(), '--bootstrap', bootstrap)
  expect(await cannot(found, 'identity.recover', { words: words.toReversed() })).toBe('InvalidArguments')
  expect((await can(found, 'identity.recover', { words })).playerId).toBe(lost.id)
})

test('CALL-2 every row of the contract was asked, and refused where it can be', () => {
  expect(neverAsked()).toEqual([])
  const trusting = [
    'identity.get',
    'identity.rehearsal',
    'settings.get',
    'peer.list',
    'peer.quick',
    'peer.quickFound',
    'vault.root',
    'vault.room',
    'vault.verify',
    'artifact.cancel',
    'artifact.transfers',
    'realm.joins',
    'artifact.search',
    'catalogue.list',
    'attention.end',
    'attention.log',
    'attention.proofs',
    'keeper.hosting',
    'keeper.list',
    'device.list',
    'device.invite',
    'sync.status',
  ] as const
  expect(neverRefused(trusting)).toEqual([])
})
