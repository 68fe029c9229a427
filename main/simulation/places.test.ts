import { expect, test } from 'vitest'
import { fromHex, hex, uint } from '../crypto/bytes.ts'
import { derive, digest } from '../crypto/digest.ts'
import { befriend, entriesOf, gather, pair } from './gathering.ts'
import { type Node, World } from './world.ts'

const topics = (node: Node) => new Set(node.topics.map(({ topic }) => hex(topic)))
const common = (a: Node, b: Node) => [...topics(a)].filter((topic) => topics(b).has(topic))
const days = 86_400_000

test('KEY-3 two peers who both came to have other devices meet at their place, and at no other time is it announced', () => {
  const { world, ana, bo, id } = pair(1_200)
  for (const node of [ana, bo]) node.must('settings.set', { door: false })
  world.pass(60_000)
  expect([topics(ana).size, topics(bo).size]).toEqual([0, 0])
  ana.strand(1)
  bo.strand(2)
  const phone = world.add('Phone')
  phone.strand(1)
  phone.must('device.join', { code: ana.must('device.invite', {}).code })
  world.pass(60_000)
  ana.crash()
  const tablet = world.add('Tablet')
  tablet.strand(2)
  tablet.must('device.join', { code: bo.must('device.invite', {}).code })
  world.pass(60_000)
  bo.crash()
  expect([phone.id, tablet.id]).toEqual([ana.id, bo.id])
  for (const node of [phone, tablet]) node.strand(3)
  world.pass(5 * 60_000)
  expect(phone.linkTo(tablet)).toBeUndefined()
  world.pass(15 * 60_000)
  expect(phone.linkTo(tablet)).toBeDefined()
  phone.must('story.send', { storyId: id, text: 'found you' })
  world.pass(5_000)
  expect(entriesOf(tablet, id).map((entry) => entry.text)).toContain('found you')
  world.pass(20 * 60_000)
  expect(topics(phone).size).toBe(0)
})

test('KEY-3 a place is announced for the day and both neighbours, moves with the day and with a revocation', () => {
  const { world, nodes } = gather(1_201, ['Ana', 'Bo', 'Cy', 'Dee'])
  const [ana, bo, cy] = nodes
  for (const node of nodes) node.must('settings.set', { door: false })
  for (const node of nodes) node.strand(node.index + 1)
  world.pass(20 * 60_000)
  const before = common(ana, bo)
  expect(before.length).toBe(6)
  expect(common(bo, cy)).toHaveLength(3)
  world.pass(days)
  expect(common(ana, bo).filter((topic) => before.includes(topic))).toHaveLength(4)
  world.pass(3 * days)
  expect(common(ana, bo).filter((topic) => before.includes(topic))).toEqual([])
})

test('KEY-3 who was removed shares no place with those who stay, and a member keeps theirs with the steward', () => {
  const { world, nodes, id } = gather(1_202, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  for (const node of nodes) node.must('settings.set', { door: false })
  cy.strand(2)
  bo.strand(1)
  world.pass(20 * 60_000)
  const meeting = common(ana, cy)
  ana.must('artifact.revoke', { id, grantee: bo.id })
  world.pass(20 * 60_000)
  expect(common(ana, bo)).toEqual([])
  expect(common(ana, cy)).toHaveLength(3)
  expect(meeting).toEqual(expect.arrayContaining(common(ana, cy)))
})

test('KEY-3 no topic follows from what is public, and there are few of them however many are lost', () => {
  const world = new World(1_203)
  const ana = world.add('Ana')
  const others = Array.from({ length: 20 }, (_, index) => world.add(`P${index}`))
  for (const other of others) befriend(world, ana, other)
  ana.must('settings.set', { door: false })
  ana.strand(1)
  world.pass(30 * 60_000)
  const announced = topics(ana)
  expect(announced.size).toBe(48)
  const today = Math.floor(world.now / days)
  const ids = [ana, ...others].flatMap((node) => [node.id, node.device])
  for (const id of ids) {
    const bytes = fromHex(id)
    const guesses = [
      bytes,
      digest(bytes),
      derive('indra topic v1', bytes),
      derive('indra topic v1', derive('indra door v1', bytes)),
    ]
    for (const guess of guesses) expect(announced.has(hex(guess))).toBe(false)
    for (const at of [today - 1, today, today + 1]) {
      expect(announced.has(hex(derive('indra place topic v1', Buffer.concat([bytes, uint(at, 4)]))))).toBe(false)
    }
  }
  ana.strand(0)
  world.pass(20 * 60_000)
  expect(topics(ana).size).toBe(0)
})
