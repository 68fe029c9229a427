import { expect, test } from 'vitest'
import { parseDeviceList } from '../core/identity/device-list.ts'
import { dmStoryId } from '../core/trees/artifact-id.ts'
import { hex } from '../crypto/bytes.ts'
import { parseIdentityCode } from '../crypto/codes.ts'
import { gather, pair } from './gathering.ts'

test('ID-1 a PlayerId is the public key that the identity code carries and the device list is signed with', () => {
  const { ana } = pair(700)
  const { playerId, code } = ana.must('identity.get', {})
  expect(playerId).toMatch(/^[0-9a-f]{64}$/)
  expect(hex(parseIdentityCode(code)?.publicKey ?? new Uint8Array(0))).toBe(playerId)
  const list = ana.state.me?.list.bytes ?? new Uint8Array(0)
  expect(parseDeviceList(list)?.player).toBe(playerId)
  const forged = list.slice()
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
  expect(parseDeviceList(forged)).toBeUndefined()
})

test('ID-2 whatever is made is named doc: or blob: and 64 digits, and nothing else names an artifact', () => {
  const { ana, id } = pair(701)
  const made = ana.must('artifact.create', { type: 'gallery', name: 'Seeds' }).id
  for (const each of [id, made, ana.must('vault.root', {}).id]) expect(each).toMatch(/^doc:[0-9a-f]{64}$/)
  const { children } = { children: ana.must('artifact.children', { id: ana.must('vault.root', {}).id }).items }
  for (const child of children) expect(child.id).toMatch(/^(doc|blob):[0-9a-f]{64}$/)
})

test('ID-7 the same two ids, another secret: tags, topics and keys of their DM do not follow from its id', () => {
  const { world, ana, bo, id } = pair(702)
  const before = ana.vault.tables.artifacts.byId(id)
  ana.must('peer.remove', { playerId: bo.id })
  bo.must('peer.remove', { playerId: ana.id })
  world.pass(1_000)
  ana.must('peer.add', { code: bo.code })
  world.pass(5_000)
  bo.must('peer.accept', { playerId: ana.id })
  world.pass(5_000)
  const after = ana.vault.tables.artifacts.byId(id)
  expect(id).toBe(dmStoryId(ana.id, bo.id))
  expect(after?.id).toBe(id)
  for (const part of ['secret', 'tag', 'attentionTag'] as const) {
    expect(hex(after?.[part] ?? new Uint8Array(0))).not.toBe(hex(before?.[part] ?? new Uint8Array(0)))
  }
})

test('ID-7 no topic anybody is found under is a digest of an id that is shown', () => {
  const { nodes, id } = gather(703, ['Ana', 'Bo'])
  const [ana] = nodes
  const shown = [id, ana.id, ana.must('vault.root', {}).id]
  for (const { topic } of ana.topics) for (const each of shown) expect(hex(topic)).not.toContain(each.slice(-64, -32))
})
