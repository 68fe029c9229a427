import { expect, test } from 'vitest'
import { pair } from './gathering.ts'
import { World } from './world.ts'

test('PEER-1 adding twice is AlreadyPeered, removing a stranger NotPeered', () => {
  const { ana, bo, world } = pair(710)
  const cy = world.add('Cy')
  expect(ana.ask('peer.add', { code: bo.code })).toMatchObject({ ok: false, fault: { code: 'AlreadyPeered' } })
  expect(ana.ask('peer.remove', { playerId: cy.id })).toMatchObject({ ok: false, fault: { code: 'NotPeered' } })
})

test('PEER-2 a request lies in the Inbox under its label until it is answered, written there by its owner only', () => {
  const world = new World(711)
  const [ana, bo] = [world.add('Ana'), world.add('Bo')] as const
  world.pass(1_000)
  const root = bo.must('vault.root', {}).id
  const inbox = bo.must('artifact.children', { id: root }).items.find((child) => child.type === 'inbox')?.id
  if (!inbox) throw new Error('no Inbox')
  const labels = () => bo.must('artifact.children', { id: inbox }).items.map((child) => child.label)
  ana.must('peer.add', { code: bo.code, message: 'It is me' })
  world.pass(5_000)
  expect(labels()).toEqual([`connection-request:${ana.id}`])
  expect(bo.must('artifact.get', { id: inbox }).audience).toEqual([bo.id])
  expect(ana.ask('artifact.get', { id: inbox })).toMatchObject({ ok: false, fault: { code: 'ArtifactNotFound' } })
  bo.must('peer.accept', { playerId: ana.id })
  world.pass(1_000)
  expect(labels()).toEqual([])
})

test('PEER-3 who asked each other at once are confirmed without an answer of either', () => {
  const world = new World(712)
  const [ana, bo] = [world.add('Ana'), world.add('Bo')] as const
  ana.strand(1)
  ana.must('peer.add', { code: bo.code })
  bo.must('peer.add', { code: ana.code })
  ana.strand(0)
  world.pass(10_000)
  for (const node of [ana, bo]) expect(node.must('peer.list', {})).toMatchObject([{ status: 'confirmed' }])
})

test('PEER-4 on confirmation one and the same DM lies in both Vaults', () => {
  const { ana, bo, id } = pair(713)
  for (const node of [ana, bo]) {
    const root = node.must('vault.root', {}).id
    expect(node.must('artifact.children', { id: root }).items.map((child) => child.id)).toContain(id)
  }
  expect(bo.must('story.dm', { playerId: ana.id })).toEqual({ id })
})
