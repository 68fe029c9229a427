import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { type Node, World } from './world.ts'

function textsOf(node: Node, storyId: ArtifactId): string[] {
  return node.must('story.entries', { storyId, limit: 1_000 }).items.map((entry) => entry.text)
}

/** Ana's realm with an open invite for ten. */
function realm(seed: number, ...names: string[]) {
  const world = new World(seed)
  const ana = world.add('Ana')
  const { id } = ana.must('realm.create', { name: 'Tuesday class' })
  const { code } = ana.must('realm.invite', { id, uses: 10, approve: false })
  const others = names.map((name) => world.add(name))
  for (const other of others) other.must('realm.join', { code })
  world.pass(10_000)
  return { world, ana, id, code, others }
}

test('AUTH-2 who comes after two rotations reads everything from the beginning', () => {
  const { world, ana, id, code, others } = realm(11, 'Bo', 'Cy')
  ana.must('story.send', { storyId: id, text: 'first epoch' })
  world.pass(1_000)
  for (const other of others) {
    ana.must('artifact.revoke', { id, grantee: other.id })
    ana.must('story.send', { storyId: id, text: `after ${other.name}` })
  }
  const dee = world.add('Dee')
  expect(dee.must('realm.join', { code }).status).toBe('asking')
  world.pass(10_000)
  expect(textsOf(dee, id)).toEqual(['first epoch', 'after Bo', 'after Cy'])
})

test('KEY-3 a member offline at the rotation finds the way back and reads on', () => {
  const { world, ana, id, others } = realm(12, 'Bo', 'Cy')
  const [bo, cy] = others as [Node, Node]
  cy.crash()
  world.pass(2_000)
  ana.must('artifact.revoke', { id, grantee: bo.id })
  ana.must('story.send', { storyId: id, text: 'new epoch' })
  world.pass(60_000)
  cy.boot()
  world.pass(60_000)
  expect(textsOf(cy, id)).toEqual(['new epoch'])
  cy.must('story.send', { storyId: id, text: 'and I am here' })
  world.pass(1_000)
  expect(textsOf(ana, id)).toEqual(['new epoch', 'and I am here'])
})

test('AUTH-3 who was removed while offline learns it on coming back: the content goes, the tombstone stays', () => {
  const { world, ana, id, others } = realm(13, 'Bo')
  const [bo] = others as [Node]
  ana.must('story.send', { storyId: id, text: 'secret' })
  world.pass(1_000)
  bo.crash()
  world.pass(1_000)
  ana.must('artifact.revoke', { id, grantee: bo.id })
  world.pass(1_000)
  bo.boot()
  world.pass(60_000)
  expect(bo.must('artifact.get', { id }).status).toBe('revoked')
  expect(textsOf(bo, id)).toEqual([])
  expect(bo.ask('story.send', { storyId: id, text: 'still here' })).toMatchObject({ fault: { code: 'NotActive' } })
  const root = bo.must('vault.root', {}).id
  expect(bo.must('artifact.children', { id: root }).items.map((child) => child.status)).toContain('revoked')
})

test('AUTH-3 someone removed may be let in again and then reads and writes', () => {
  const { world, ana, id, code, others } = realm(14, 'Bo')
  const [bo] = others as [Node]
  ana.must('artifact.revoke', { id, grantee: bo.id })
  ana.must('story.send', { storyId: id, text: 'meanwhile' })
  world.pass(5_000)
  bo.must('realm.join', { code })
  world.pass(40_000)
  expect(textsOf(bo, id)).toEqual(['meanwhile'])
  bo.must('story.send', { storyId: id, text: 'back' })
  world.pass(1_000)
  expect(textsOf(ana, id)).toEqual(['meanwhile', 'back'])
})

test('REALM-3 joining goes on when the one who invited comes back tomorrow, also after a restart', () => {
  const { world, ana, id, code } = realm(15)
  ana.crash()
  const bo = world.add('Bo')
  expect(bo.must('realm.join', { code })).toEqual({ id, status: 'asking' })
  world.pass(20 * 3_600_000)
  bo.crash()
  bo.boot()
  ana.boot()
  world.pass(10_000)
  expect(
    bo
      .must('realm.members', { id })
      .map((member) => member.name)
      .sort(),
  ).toEqual(['Ana', 'Bo'])
  expect(bo.must('realm.join', { code })).toEqual({ id, status: 'joined' })
})

test('DM-1 deleting in a DM touches only one’s own copy', () => {
  const world = new World(16)
  const [ana, bo] = [world.add('Ana'), world.add('Bo')]
  ana.must('peer.add', { code: bo.code })
  world.pass(5_000)
  bo.must('peer.accept', { playerId: ana.id })
  world.pass(5_000)
  const { id } = ana.must('story.dm', { playerId: bo.id })
  const { entryId } = ana.must('story.send', { storyId: id, text: 'oops' })
  world.pass(1_000)
  bo.must('story.delete', { storyId: id, entryId })
  world.pass(1_000)
  expect(textsOf(bo, id)).toEqual([''])
  expect(textsOf(ana, id)).toEqual(['oops'])
  for (const denied of [
    ana.ask('artifact.grant', { id, grantee: bo.id, mode: 'revocable' }),
    ana.ask('artifact.revoke', { id, grantee: bo.id }),
  ]) {
    expect(denied).toMatchObject({ fault: { code: 'NotPermitted' } })
  }
})

test('PEER-5 blocking and unblocking: nothing arrives in between, everything after', () => {
  const world = new World(17)
  const [ana, bo] = [world.add('Ana'), world.add('Bo')]
  ana.must('peer.add', { code: bo.code })
  world.pass(5_000)
  bo.must('peer.accept', { playerId: ana.id })
  world.pass(5_000)
  const { id } = ana.must('story.dm', { playerId: bo.id })
  ana.must('peer.block', { playerId: bo.id })
  world.pass(5_000)
  bo.must('story.send', { storyId: id, text: 'hello?' })
  world.pass(60_000)
  expect(textsOf(ana, id)).toEqual([])
  expect(bo.must('story.entries', { storyId: id }).items[0]?.delivery.state).toBe('local')
  ana.must('peer.unblock', { playerId: bo.id })
  world.pass(90_000)
  expect(textsOf(ana, id)).toEqual(['hello?'])
})

test('DM-1 a removed peer may ask again, and the old conversation goes on', () => {
  const world = new World(18)
  const [ana, bo] = [world.add('Ana'), world.add('Bo')]
  ana.must('peer.add', { code: bo.code })
  world.pass(5_000)
  bo.must('peer.accept', { playerId: ana.id })
  world.pass(5_000)
  const { id } = ana.must('story.dm', { playerId: bo.id })
  ana.must('story.send', { storyId: id, text: 'before' })
  world.pass(1_000)
  ana.must('peer.remove', { playerId: bo.id })
  world.pass(5_000)
  expect(ana.ask('story.dm', { playerId: bo.id })).toMatchObject({ fault: { code: 'NotPeered' } })
  ana.must('peer.add', { code: bo.code })
  world.pass(30_000)
  expect(ana.must('peer.list', {})).toMatchObject([{ status: 'confirmed' }])
  bo.must('story.send', { storyId: id, text: 'after' })
  world.pass(5_000)
  expect(textsOf(ana, id)).toEqual(['before', 'after'])
})
