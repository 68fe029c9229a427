import { expect, test } from 'vitest'
import { formatInvite, type InviteCode, parseInvite } from '../core/realms/invite.ts'
import { concat, fromHex, uint, utf8 } from '../crypto/bytes.ts'
import { armor, unarmor } from '../crypto/codes.ts'
import { sign, signingKeys } from '../crypto/signature.ts'
import { Cheater } from './cheater.ts'
import { befriend, pair, textsOf } from './gathering.ts'
import { type Node, World } from './world.ts'

const day = 86_400_000

function scene(seed: number) {
  const world = new World(seed)
  const [ana, bo] = [world.add('Ana'), world.add('Bo')]
  const { id } = ana.must('realm.create', { name: 'Realm' })
  const { code } = ana.must('realm.invite', { id, approve: false, expiresAt: world.now + day })
  world.pass(100)
  return { world, ana, bo, id, code, body: code.slice('indra:realm:'.length) }
}

/** The command is refused with this fault and leaves the vault as it was. */
function expectRefused(node: Node, code: string, fault: string): void {
  const before = node.vault.dump()
  const result = node.ask('realm.join', { code })
  expect(result, code.slice(0, 60)).toMatchObject({ ok: false, fault: { code: fault } })
  expect(node.vault.dump() === before, code.slice(0, 60)).toBe(true)
}

function remade(code: string, change: (parts: InviteCode) => Partial<InviteCode>): string {
  const parsed = parseInvite(code)
  if (!parsed.ok) throw new Error('not a code')
  return formatInvite({ ...parsed.value, ...change(parsed.value) })
}

test('INVITE-1 a code that is cut, changed or of another kind is named as such, and nothing is written', () => {
  const { bo, code, body } = scene(900)
  const bytes = unarmor(body) ?? new Uint8Array(0)
  for (let length = 0; length < code.length; length += 1) expectRefused(bo, code.slice(0, length), 'InvalidCode')
  for (let at = 12; at < code.length; at += 1) {
    const other = code[at] === 'A' ? 'B' : 'A'
    expectRefused(bo, code.slice(0, at) + other + code.slice(at + 1), 'InvalidCode')
  }
  const foreign = [
    code.toUpperCase(),
    code.toLowerCase(),
    `indra:open:${body}`,
    `indra:blob:${body}`,
    `indra://realm:${body}`,
    `https://indra.example/${body}`,
    body,
    bo.code,
    '',
    'indra:',
    'indra:realm:',
    `indra:realm:${armor(concat(uint(3, 1), bytes.subarray(1)))}`,
    `indra:realm:${armor(concat(uint(0, 1), bytes.subarray(1)))}`,
    `indra:realm:${armor(bytes.subarray(0, -1))}`,
    `indra:realm:${armor(concat(bytes, new Uint8Array(1)))}`,
    `indra:realm:${armor(new Uint8Array(0))}`,
    `${code}${code}`,
    `${code}=`,
    '\u0000'.repeat(8_000),
    'indra:realm:'.repeat(600),
  ]
  for (const each of foreign) expectRefused(bo, each, 'InvalidCode')
})

test('INVITE-2 what mail and people put around a code does no harm', () => {
  const { world, bo, id, code } = scene(901)
  const broken = `  “${code.slice(0, 40)}\r\n  ${code.slice(40, 90)}\t${code.slice(90)}”  `
  for (const each of [broken, `"${code}"`, `<${code}>`, `INDRA:Realm:${code.slice(12)}`]) {
    expect(bo.must('realm.join', { code: each }).id).toBe(id)
  }
  world.pass(5_000)
  expect(bo.must('realm.members', { id })).toHaveLength(2)
})

test('INVITE-3 an expired code is refused where it is pasted, and where it is shown', () => {
  const { world, ana, bo, id, code } = scene(902)
  expectRefused(
    bo,
    remade(code, () => ({ expiresAt: world.now })),
    'CodeExpired',
  )
  expectRefused(
    bo,
    remade(code, () => ({ expiresAt: 0 })),
    'CodeExpired',
  )
  const prolonged = remade(code, () => ({ expiresAt: world.now + 300 * day, uses: 1_000 }))
  ana.crash()
  world.pass(2 * day)
  ana.boot()
  world.pass(1_000)
  expectRefused(bo, code, 'CodeExpired')
  bo.must('realm.join', { code: prolonged })
  const before = ana.vault.dump()
  world.pass(60_000)
  expect(bo.must('artifact.get', { id }).status).toBe('waiting')
  expect(ana.must('realm.members', { id })).toHaveLength(1)
  expect(ana.vault.dump() === before).toBe(true)
})

test('REALM-2 one code lets in as many as it says, once each, and says so to who comes too late', () => {
  const { world, ana, bo, id, code } = scene(903)
  const [cy, dee] = [world.add('Cy'), world.add('Dee')]
  bo.must('realm.join', { code })
  world.pass(5_000)
  expect(bo.must('realm.join', { code })).toEqual({ id, status: 'joined' })
  for (const late of [cy, dee]) late.must('realm.join', { code: remade(code, () => ({ uses: 9 })) })
  world.pass(60_000)
  for (const late of [cy, dee]) {
    expect(late.ask('artifact.get', { id })).toMatchObject({ fault: { code: 'ArtifactNotFound' } })
    const root = late.must('vault.root', {}).id
    expect(late.must('artifact.children', { id: root }).items.map((child) => child.id)).not.toContain(id)
  }
  expect(ana.must('realm.members', { id }).map((member) => member.name)).toEqual(expect.arrayContaining(['Ana', 'Bo']))
  expect(ana.must('realm.members', { id })).toHaveLength(2)
})

test('INVITE-5 who was refused stays refused with that code, and the others hear nothing of it', () => {
  const { world, ana, bo, id } = scene(904)
  const { code } = ana.must('realm.invite', { id, uses: 5 })
  bo.must('realm.join', { code })
  world.pass(5_000)
  expect(ana.must('realm.requests', { id })).toMatchObject([{ playerId: bo.id, name: 'Bo' }])
  ana.must('realm.refuse', { id, playerId: bo.id })
  world.pass(5_000)
  expect(bo.ask('artifact.get', { id })).toMatchObject({ fault: { code: 'ArtifactNotFound' } })
  bo.must('realm.join', { code })
  world.pass(60_000)
  expect(ana.must('realm.requests', { id })).toEqual([])
  expect(bo.ask('artifact.get', { id })).toMatchObject({ fault: { code: 'ArtifactNotFound' } })
  expect(ana.ask('realm.admit', { id, playerId: bo.id })).toMatchObject({ fault: { code: 'InvalidArguments' } })
  expect(ana.ask('realm.refuse', { id, playerId: bo.id })).toMatchObject({ fault: { code: 'InvalidArguments' } })
})

test('INVITE-6 a request counts only when the code’s own key signs it, on this connection, for this person', () => {
  const { world, ana, bo, id } = scene(905)
  const { code } = ana.must('realm.invite', { id, approve: false })
  const parsed = parseInvite(code)
  if (!parsed.ok) throw new Error('not a code')
  befriend(world, ana, bo)
  const cheater = new Cheater(bo)
  const { handshake } = cheater.sessionWith(ana)
  const keys = signingKeys(parsed.value.seed)
  const context = utf8('indra join v1')
  const said = concat(context, handshake, fromHex(bo.id))
  const forged = [
    [keys.publicKey, sign(said, cheater.me.deviceKeys.secretKey)],
    [keys.publicKey, sign(concat(context, world.bytes(32), fromHex(bo.id)), keys.secretKey)],
    [keys.publicKey, sign(concat(context, handshake, fromHex(ana.id)), keys.secretKey)],
    [keys.publicKey, new Uint8Array(64)],
    [cheater.me.deviceKeys.publicKey, sign(said, cheater.me.deviceKeys.secretKey)],
  ] as const
  const before = ana.vault.dump()
  cheater.silence()
  cheater.overheard.length = 0
  for (const [publicKey, signature] of forged) cheater.say(ana, 'join', publicKey, signature, 'Bo')
  for (let guess = 0; guess < 500; guess += 1) {
    const guessed = signingKeys(world.bytes(32))
    cheater.say(ana, 'join', guessed.publicKey, sign(said, guessed.secretKey), 'Bo')
  }
  world.pass(1_000)
  expect(ana.vault.dump() === before).toBe(true)
  expect(cheater.overheard).toEqual([])
  cheater.say(ana, 'join', keys.publicKey, sign(said, keys.secretKey), 'Bo')
  world.pass(1_000)
  expect(ana.must('realm.members', { id })).toHaveLength(2)
})

test('INVITE-7 what cannot be put in a code is not made', () => {
  const { world, ana, bo, id } = scene(906)
  const before = ana.vault.dump()
  for (const expiresAt of [0, world.now, 2 ** 48, Number.MAX_SAFE_INTEGER]) {
    expect(ana.ask('realm.invite', { id, expiresAt })).toMatchObject({ fault: { code: 'InvalidArguments' } })
  }
  expect(bo.ask('realm.invite', { id })).toMatchObject({ fault: { code: 'ArtifactNotFound' } })
  const root = ana.must('vault.root', {}).id
  expect(ana.ask('realm.invite', { id: root })).toMatchObject({ fault: { code: 'NotPermitted' } })
  expect(ana.vault.dump() === before).toBe(true)
})

test('PEER-1 an identity code that is none, one’s own, or of someone known is named so, and nothing is written', () => {
  const { world, ana, bo } = pair(907)
  const cy = world.add('Cy')
  const refused = (code: string, fault: string) => {
    const before = ana.vault.dump()
    expect(ana.ask('peer.add', { code }), code.slice(0, 80)).toMatchObject({ ok: false, fault: { code: fault } })
    expect(ana.vault.dump() === before, code.slice(0, 80)).toBe(true)
  }
  for (let length = 0; length < cy.code.length; length += 1) refused(cy.code.slice(0, length), 'InvalidCode')
  for (let at = 0; at < cy.code.length; at += 1) {
    refused(cy.code.slice(0, at) + (cy.code[at] === 'q' ? 'p' : 'q') + cy.code.slice(at + 1), 'InvalidCode')
  }
  for (const code of [
    `indra:realm:${cy.code}`,
    `${cy.code}x`,
    cy.code.replace('indra1', 'other1'),
    'x'.repeat(8_192),
    '?name=Cy',
  ]) {
    refused(code, 'InvalidCode')
  }
  refused(ana.code, 'InvalidCode')
  refused(bo.code, 'AlreadyPeered')
  ana.must('peer.block', { playerId: bo.id })
  world.pass(1_000)
  refused(bo.code, 'AlreadyPeered')
  const name = `%F0%9F%9C%81`.repeat(600)
  ana.must('peer.add', { code: `“INDRA://${cy.code.toUpperCase()}?name=${name}”` })
  const added = ana.must('peer.list', {}).find((peer) => peer.playerId === cy.id)
  expect(Buffer.byteLength(added?.name ?? '')).toBeLessThanOrEqual(1_024)
  expect(added?.name).toMatch(/^🜁+$/u)
})

test('LIMIT-7 arguments that nothing can carry are repaired or refused by name; nothing breaks', () => {
  const { world, ana, bo, id } = pair(908)
  const half = '\ud83d'
  const { entryId } = ana.must('story.send', { storyId: id, text: `half ${half}` })
  ana.must('story.edit', { storyId: id, entryId, text: `edited ${half}` })
  expect(ana.ask('story.react', { storyId: id, entryId, emoji: half, on: true })).toMatchObject({
    fault: { code: 'InvalidArguments' },
  })
  const metadata = { [`key ${half}`]: `value ${half}` }
  const gallery = ana.must('artifact.create', { type: 'gallery', name: `G${half}`, metadata }).id
  ana.must('artifact.setMetadata', { id: gallery, metadata: { ...metadata, name: `H${half}` } })
  ana.must('artifact.rename', { id: gallery, name: `I${half}` })
  ana.must('identity.rename', { name: `Ana${half}` })
  const tree = { treeId: gallery, childId: id }
  for (const position of [1e300, -1e300, 2 ** 53, Number.MAX_VALUE]) {
    expect(ana.ask('artifact.compose', { ...tree, position })).toMatchObject({ fault: { code: 'InvalidArguments' } })
    expect(ana.ask('artifact.place', { ...tree, x: position, y: 0 })).toMatchObject({
      fault: { code: 'InvalidArguments' },
    })
    expect(ana.ask('artifact.place', { ...tree, x: 0, y: 0, w: position, h: 1 })).toMatchObject({
      fault: { code: 'InvalidArguments' },
    })
  }
  ana.must('artifact.compose', { ...tree, position: 0.5, label: `label ${half}` })
  const many = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`k${index}`, 'v'.repeat(4_096)]))
  ana.must('artifact.setMetadata', { id: gallery, metadata: many })
  world.pass(2_000)
  expect(textsOf(bo, id)).toEqual(['edited \ufffd'])
  const view = ana.must('artifact.get', { id: gallery })
  expect(view).toMatchObject({ name: 'I\ufffd', total: 1 })
  expect(Object.keys(view.metadata)).toHaveLength(122)
})
