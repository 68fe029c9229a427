import { expect, test } from 'vitest'
import type { ArtifactId, PlayerId } from '../../shared/ids.ts'
import { parseFrame } from '../core/meeting/frame.ts'
import { Cheater } from './cheater.ts'
import { befriend, gather, pair } from './gathering.ts'
import type { Node } from './world.ts'

function personAt(node: Node, id: ArtifactId, player: PlayerId) {
  return node.must('artifact.get', { id }).people.find((person) => person.playerId === player)
}

function typingTold(node: Node): PlayerId[][] {
  return node.pushed.flatMap((event) => (event.type === 'typing' ? [event.players] : []))
}

test('STORY-5 typing shows at once to those in the Story, and ends 5 s after the last word', () => {
  const { world, ana, bo, id } = pair(1_100)
  ana.pushed.length = 0
  for (let second = 0; second < 4; second += 1) {
    bo.must('story.typing', { storyId: id })
    world.pass(1_000)
    expect(personAt(ana, id, bo.id)?.typing).toBe(true)
  }
  expect(typingTold(ana)).toEqual([[bo.id]])
  world.pass(2_500)
  expect(personAt(ana, id, bo.id)?.typing).toBe(true)
  world.pass(2_500)
  expect(personAt(ana, id, bo.id)?.typing).toBeUndefined()
  expect(typingTold(ana)).toEqual([[bo.id], []])
  expect(typingTold(bo)).toEqual([])
})

test('STORY-5 typing ends with what was typed, and with the connection', () => {
  const { world, ana, bo, id } = pair(1_101)
  ana.pushed.length = 0
  bo.must('story.typing', { storyId: id })
  world.pass(500)
  bo.must('story.send', { storyId: id, text: 'there' })
  world.pass(500)
  expect(typingTold(ana)).toEqual([[bo.id], []])
  bo.must('story.typing', { storyId: id })
  world.pass(500)
  bo.crash()
  world.pass(500)
  expect(typingTold(ana)).toEqual([[bo.id], [], [bo.id], []])
  expect(personAt(ana, id, bo.id)).toMatchObject({ online: false, here: false })
})

test('STORY-5 typing is told to those in the Story only, and nowhere kept', () => {
  const { world, nodes, id } = gather(1_102, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  befriend(world, ana, bo)
  const dm = ana.must('story.dm', { playerId: bo.id }).id
  world.pass(60_000)
  const before = [ana, bo, cy].map((node) => node.vault.dump())
  for (const node of [ana, cy]) node.pushed.length = 0
  bo.must('story.typing', { storyId: dm })
  world.pass(1_000)
  expect(typingTold(ana)).toEqual([[bo.id]])
  expect(typingTold(cy)).toEqual([])
  bo.must('story.typing', { storyId: id })
  world.pass(1_000)
  expect([typingTold(ana).length, typingTold(cy)]).toEqual([2, [[bo.id]]])
  expect([ana, bo, cy].map((node) => node.vault.dump())).toEqual(before)
  const gallery = bo.must('artifact.create', { type: 'gallery', name: 'Pictures' }).id
  expect(bo.ask('story.typing', { storyId: gallery })).toMatchObject({ fault: { code: 'NotPermitted' } })
})

test('PRES-1 where someone is shows to those who share the place, peers or not, and to nobody else', () => {
  const { world, nodes, id } = gather(1_103, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  befriend(world, ana, bo)
  const dm = ana.must('story.dm', { playerId: bo.id }).id
  bo.must('attention.navigate', { to: id })
  world.pass(1_000)
  for (const node of [ana, cy]) expect(personAt(node, id, bo.id)?.here).toBe(true)
  cy.heard.length = 0
  bo.must('attention.navigate', { to: dm })
  world.pass(1_000)
  for (const node of [ana, cy]) expect(personAt(node, id, bo.id)?.here).toBe(false)
  expect(personAt(ana, dm, bo.id)?.here).toBe(true)
  const named = cy.heard.flatMap((bytes) => {
    const frame = parseFrame(bytes)
    return frame?.name === 'ephemeral' ? [frame.fields[1]] : []
  })
  expect(named).toEqual([new Uint8Array(0)])
  bo.must('attention.end', {})
  world.pass(1_000)
})

test('PRES-2 who gives no sign for five minutes is away, by the clock of who watches; the first sign brings them back', () => {
  const { world, ana, bo, id } = pair(1_104)
  const away = () => ana.must('peer.list', {})[0]?.away
  bo.must('attention.navigate', { to: id })
  world.pass(299_000)
  expect(away()).toBeUndefined()
  ana.pushed.length = 0
  world.pass(2_000)
  expect([away(), personAt(ana, id, bo.id)?.away]).toEqual([true, true])
  expect(ana.pushed).toContainEqual(
    expect.objectContaining({ type: 'peer', peer: expect.objectContaining({ playerId: bo.id, away: true }) }),
  )
  const link = ana.linkTo(bo)
  if (link) ana.cut(link)
  world.pass(100)
  world.meet()
  world.pass(2_000)
  expect(away()).toBe(true)
  bo.must('story.send', { storyId: id, text: 'back' })
  world.pass(1_000)
  expect(away()).toBeUndefined()
})

test('PRES-3 who switched it off is told of nowhere, types unseen, and others’ word of them ends', () => {
  const { world, ana, bo, id } = pair(1_105)
  bo.must('attention.navigate', { to: id })
  world.pass(1_000)
  expect(personAt(ana, id, bo.id)?.here).toBe(true)
  expect(bo.must('settings.get', {})).toEqual({ door: true, readMarks: false, presence: true })
  bo.must('settings.set', { presence: false })
  world.pass(1_000)
  expect(personAt(ana, id, bo.id)).toMatchObject({ here: false, online: true })
  ana.heard.length = 0
  bo.must('story.typing', { storyId: id })
  bo.must('attention.end', {})
  bo.must('attention.navigate', { to: id })
  world.pass(400_000)
  expect(personAt(ana, id, bo.id)).toEqual({ playerId: bo.id, name: 'Bo', online: true, here: false })
  expect(ana.heard.filter((frame) => Buffer.from(frame).includes('ephemeral'))).toEqual([])
  bo.crash()
  bo.boot()
  expect(bo.must('settings.get', {}).presence).toBe(false)
  bo.must('settings.set', { presence: true })
  bo.must('attention.end', {})
  bo.must('attention.navigate', { to: id })
  world.pass(5_000)
  expect(personAt(ana, id, bo.id)?.here).toBe(true)
})

test('PRES-4 ephemeral frames by the thousand, of places not shared and of nonsense, change nothing and cost little', () => {
  const { world, nodes, id } = gather(1_106, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  const secret = ana.must('realm.create', { name: 'Not theirs' }).id
  const cheater = new Cheater(bo).silence()
  const row = ana.vault.tables.artifacts.byId(secret)
  if (!row) throw new Error('no row')
  world.pass(60_000)
  const before = ana.vault.dump()
  ana.pushed.length = 0
  const named = cheater.nameOn(ana, row)
  for (let n = 0; n < 3_000; n += 1) {
    cheater.say(ana, 'ephemeral', n % 2 === 0 ? 'typing' : 'here', n % 3 === 0 ? named : world.bytes(16), 0)
    cheater.say(ana, 'ephemeral', 'typing', cheater.nameFor(ana, id))
  }
  for (const fields of [
    [],
    ['here'],
    ['here', 5, -1],
    ['typing', null],
    [null, new Uint8Array(16)],
    ['here', '', 2 ** 52],
  ]) {
    cheater.say(ana, 'ephemeral', ...fields)
  }
  world.pass(1_000)
  expect(ana.vault.dump() === before).toBe(true)
  expect(typingTold(ana).length).toBeLessThanOrEqual(2)
  expect(ana.pushed.length).toBeLessThan(20)
  expect(personAt(ana, secret, bo.id)).toBeUndefined()
  world.pass(10_000)
  cheater.say(ana, 'ephemeral', 'here', named, 0)
  world.pass(100)
  expect(ana.must('artifact.get', { id: secret }).people).toHaveLength(1)
})

test('DOOR-1 with the door closed a code leads nowhere; those known still find each other; opened again it is answered', () => {
  const { world, ana, bo, id } = pair(1_107)
  ana.must('settings.set', { door: false })
  const cy = world.add('Cy')
  cy.must('peer.add', { code: ana.code })
  world.link(cy, ana)
  world.pass(60_000)
  expect(ana.must('peer.list', {})).toHaveLength(1)
  expect(ana.topics).toEqual([])
  ana.crash()
  ana.boot()
  world.pass(5_000)
  bo.must('story.send', { storyId: id, text: 'still here' })
  world.pass(1_000)
  expect(ana.must('story.entries', { storyId: id }).total).toBe(1)
  ana.must('settings.set', { door: true })
  world.pass(60_000)
  expect(
    ana
      .must('peer.list', {})
      .map((peer) => peer.name)
      .sort(),
  ).toEqual(['Bo', 'Cy'])
})
