import { expect, test } from 'vitest'
import { parseFrame } from '../core/meeting/frame.ts'
import { befriend, gather, textsOf } from './gathering.ts'
import { World } from './world.ts'

test('ACC-1 at every moment of its way from hand to hand an artifact has one steward in every view, and one in all when it has come to rest', () => {
  const { world, nodes, id } = gather(1_040, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  befriend(world, ana, bo)
  befriend(world, bo, cy)
  const holders = () => nodes.filter((node) => node.must('artifact.get', { id }).steward === node.id)
  const look = () => {
    for (const node of nodes) {
      const { steward, audience } = node.must('artifact.get', { id })
      expect(audience[0], node.name).toBe(steward)
      const members = node.must('realm.members', { id }).filter((each) => each.role === 'steward')
      expect(members.map((each) => each.playerId)).toEqual([steward])
    }
    // on its way it may be nobody's own view that it is theirs, and never that of two
    expect(holders().length).toBeLessThanOrEqual(1)
  }
  const settled = (at: typeof ana) => {
    for (let moment = 0; moment < 200; moment += 1) {
      world.pass(1)
      look()
    }
    world.pass(20_000)
    look()
    for (const node of nodes) expect(node.must('artifact.get', { id }).steward, node.name).toBe(at.id)
  }
  ana.must('artifact.transfer', { id, to: bo.id })
  expect(bo.ask('artifact.transfer', { id, to: cy.id })).toMatchObject({ fault: { code: 'NotSteward' } })
  settled(bo)
  bo.must('artifact.transfer', { id, to: cy.id })
  bo.crash()
  bo.boot()
  settled(cy)
  expect(cy.ask('artifact.revoke', { id, grantee: cy.id })).toMatchObject({ fault: { code: 'NotPermitted' } })
  cy.must('artifact.revoke', { id, grantee: ana.id })
  for (const node of [bo, cy]) node.take({ type: 'projections-lost' })
  world.pass(5_000)
  for (const node of [bo, cy]) expect(node.must('artifact.get', { id }).steward).toBe(cy.id)
})

test('ACC-6 who is let in and nothing more is said may look and write, not save nor pass on, until it is taken back', () => {
  const { world, nodes, id } = gather(1_041, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  befriend(world, bo, cy)
  ana.blobs.files.set('/note.txt', new Uint8Array([1, 2, 3]))
  const leaf = ana.must('artifact.import', { path: '/note.txt', parentId: id }).id
  ana.must('story.send', { storyId: id, text: 'hello' })
  world.pass(5_000)
  const shelf = bo.must('artifact.create', { type: 'collection', name: 'Shelf' }).id
  bo.must('artifact.grant', { id: shelf, grantee: cy.id, mode: 'revocable' })
  expect(bo.must('artifact.get', { id })).toMatchObject({ keeps: false, status: 'active' })
  expect(bo.must('realm.members', { id }).find((each) => each.playerId === bo.id)).toMatchObject({ mode: 'revocable' })
  expect(textsOf(bo, id)).toContain('hello')
  bo.must('story.send', { storyId: id, text: 'and back' })
  world.pass(2_000)
  for (const refused of [
    bo.ask('artifact.save', { id: leaf, path: '/mine' }),
    bo.ask('artifact.compose', { treeId: shelf, childId: id }),
    bo.ask('artifact.compose', { treeId: shelf, childId: leaf }),
  ]) {
    expect(refused).toMatchObject({ fault: { code: 'NotPermitted' } })
  }
  for (const mine of [
    bo.ask('artifact.grant', { id, grantee: cy.id, mode: 'permanent' }),
    bo.ask('realm.invite', { id }),
  ])
    expect(mine).toMatchObject({ fault: { code: 'NotSteward' } })
  ana.must('artifact.revoke', { id, grantee: bo.id })
  world.pass(5_000)
  expect(textsOf(bo, id)).toEqual([])
  expect(bo.must('artifact.get', { id })).toMatchObject({ status: 'revoked' })
  expect(bo.ask('story.send', { storyId: id, text: 'still here' })).toMatchObject({ fault: { code: 'NotActive' } })
  expect(textsOf(cy, id)).toContain('and back')
})

test('ACC-18 what is for one alone has no interface and no meeting place, and nothing of it is sent', () => {
  const world = new World(1_042)
  const [ana, bo] = [world.add('Ana'), world.add('Bo')]
  befriend(world, ana, bo)
  const topics = ana.topics.length
  bo.heard.length = 0
  const id = ana.must('realm.create', { name: 'Diary' }).id
  const page = ana.must('artifact.create', { type: 'collection', name: 'Page' }).id
  ana.must('artifact.compose', { treeId: id, childId: page })
  ana.must('story.send', { storyId: id, text: 'only mine' })
  world.pass(40_000)
  const shared = () => ana.must('sync.status', {}).interfaces.map((each) => each.artifactId)
  const sent = () => bo.heard.map((frame) => parseFrame(frame)?.name)
  for (const own of [id, page]) {
    expect(ana.must('artifact.get', { id: own })).toMatchObject({ audience: [ana.id], delivery: { state: 'local' } })
    expect(shared()).not.toContain(own)
  }
  expect(ana.topics.length).toBe(topics)
  expect(sent()).not.toContain('envelopes')
  ana.must('artifact.grant', { id, grantee: bo.id, mode: 'revocable' })
  world.pass(5_000)
  expect(shared()).toContain(id)
  expect(sent()).toContain('envelopes')
  expect(textsOf(bo, id)).toEqual(['only mine'])
  expect(bo.ask('artifact.children', { id: page })).toMatchObject({ fault: { code: 'ArtifactNotFound' } })
})
