import { expect, test } from 'vitest'
import { utf8 } from '../crypto/bytes.ts'
import { encode } from '../crypto/canonical.ts'
import { wrap } from '../crypto/kem.ts'
import { Cheater } from './cheater.ts'
import { befriend, gather } from './gathering.ts'
import { type Node, World } from './world.ts'

/** Cy is a peer of both; Ana and Bo keep their doors closed and do not know each other. */
function circle(seed: number) {
  const world = new World(seed)
  const [ana, bo, cy] = ['Ana', 'Bo', 'Cy'].map((name) => world.add(name)) as [Node, Node, Node]
  for (const node of [ana, bo]) befriend(world, cy, node)
  for (const node of [ana, bo]) node.must('settings.set', { door: false })
  world.pass(1_000)
  return { world, ana, bo, cy }
}

const peerOf = (node: Node, other: Node) => node.must('peer.list', {}).find((peer) => peer.playerId === other.id)

function letters(node: Node): (string | undefined)[] {
  const root = node.must('vault.root', {}).id
  const inbox = node.must('artifact.children', { id: root }).items.find((child) => child.type === 'inbox')
  return inbox ? node.must('artifact.children', { id: inbox.id }).items.map((child) => child.label) : []
}

test('INTRO-1 a common peer makes two known to each other: both accept, and they are peers without any code', () => {
  const { world, ana, bo, cy } = circle(1_160)
  cy.must('peer.introduce', { playerId: ana.id, to: bo.id })
  world.pass(2_000)
  expect(peerOf(ana, bo)).toMatchObject({ name: 'Bo', status: 'pending', direction: 'in', introducedBy: cy.id })
  expect(letters(ana)).toEqual([`connection-request:${bo.id}`])
  expect(ana.linkTo(bo)).toBeUndefined()
  ana.must('peer.accept', { playerId: bo.id })
  world.pass(5_000)
  expect(letters(ana)).toEqual([])
  expect(peerOf(ana, bo)?.status).toBe('pending')
  bo.must('peer.accept', { playerId: ana.id })
  world.pass(5_000)
  for (const [node, other] of [
    [ana, bo],
    [bo, ana],
  ] as const) {
    expect(peerOf(node, other)).toMatchObject({ status: 'confirmed', name: other.name, online: true })
    expect(peerOf(node, other)?.introducedBy).toBeUndefined()
  }
})

test('INTRO-1 it waits for who is away, through restarts of everyone, and works while the introducer is gone', () => {
  const { world, ana, bo, cy } = circle(1_161)
  bo.crash()
  world.pass(1_000)
  cy.must('peer.introduce', { playerId: ana.id, to: bo.id })
  world.pass(2_000)
  cy.crash()
  world.pass(1_000)
  bo.boot()
  cy.boot()
  world.pass(5_000)
  cy.crash()
  for (const node of [ana, bo]) {
    node.crash()
    node.boot()
  }
  ana.must('peer.accept', { playerId: bo.id })
  bo.must('peer.accept', { playerId: ana.id })
  world.pass(10_000)
  for (const [node, other] of [
    [ana, bo],
    [bo, ana],
  ] as const) {
    expect(peerOf(node, other)?.status).toBe('confirmed')
  }
})

test('INTRO-2 only a confirmed peer introduces, a refused one stays refused, and a flood is bounded', () => {
  const { world, ana, bo, cy } = circle(1_162)
  expect(ana.ask('peer.introduce', { playerId: cy.id, to: bo.id })).toMatchObject({ fault: { code: 'NotPeered' } })
  expect(cy.ask('peer.introduce', { playerId: ana.id, to: ana.id })).toMatchObject({
    fault: { code: 'InvalidArguments' },
  })
  cy.must('peer.introduce', { playerId: ana.id, to: bo.id })
  world.pass(2_000)
  ana.must('peer.remove', { playerId: bo.id })
  world.pass(2_000)
  cy.must('peer.introduce', { playerId: ana.id, to: bo.id })
  world.pass(40_000)
  expect([peerOf(ana, bo), letters(ana)]).toEqual([undefined, []])
  const cheater = new Cheater(cy).silence()
  const kem = cheater.sessionWith(ana).proved?.devices[0]?.kem ?? new Uint8Array(0)
  const seal = () => wrap(kem, world.bytes(32), utf8('indra introduction v1'), world.bytes(64))
  const strangers = Array.from({ length: 25 }, (_, index) => new World(5_000 + index).add('Nobody'))
  const lists = strangers.map((each) => each.state.me?.list.bytes ?? new Uint8Array(0))
  const forged = encode([lists[0] ?? null, new Uint8Array(64)])
  const before = ana.vault.dump()
  for (const fields of [
    [],
    [world.bytes(16), forged, 'Bo', seal()],
    [world.bytes(16), cheater.me.list.bytes, 'Bo', world.bytes(1_200)],
    [world.bytes(16), lists[0] ?? null, 'Bo', world.bytes(1_200)],
    [world.bytes(16), ana.state.me?.list.bytes ?? null, 'Me', seal()],
    [world.bytes(16), lists[0] ?? null, 'x'.repeat(2_000), seal()],
  ]) {
    cheater.say(ana, 'introduce', ...fields)
  }
  world.pass(1_000)
  expect(ana.vault.dump() === before).toBe(true)
  for (const list of [...lists, ...lists]) cheater.say(ana, 'introduce', world.bytes(16), list, 'Nobody', seal())
  world.pass(1_000)
  expect(letters(ana)).toHaveLength(20)
})

test('INTRO-2 a fellow member who is no peer introduces nobody', () => {
  const { world, nodes } = gather(1_163, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  const cheater = new Cheater(bo)
  const kem = cheater.sessionWith(ana).proved?.devices[0]?.kem ?? new Uint8Array(0)
  const list = new World(5_100).add('Nobody').state.me?.list.bytes ?? null
  const sealed = wrap(kem, world.bytes(32), utf8('indra introduction v1'), world.bytes(64))
  cheater.say(ana, 'introduce', world.bytes(16), list, 'Nobody', sealed)
  world.pass(1_000)
  expect(ana.must('peer.list', {})).toEqual([])
})
