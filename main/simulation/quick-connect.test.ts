import { expect, test } from 'vitest'
import { Cheater } from './cheater.ts'
import { gather } from './gathering.ts'
import { type Node, World } from './world.ts'

function room(seed: number) {
  const world = new World(seed)
  const [ana, bo] = [world.add('Ana'), world.add('Bo')]
  for (const node of [ana, bo]) node.must('settings.set', { door: false })
  world.pass(100)
  return { world, ana, bo }
}

const checkOf = (node: Node) => node.must('peer.quickFound', {})[0]?.check

function other(digits: string, by = 1): string {
  return String((Number(digits) + by) % 1_000_000).padStart(6, '0')
}

test('QUICK-1 two in one room find each other by six digits, compare six more, and are peers when both said so', () => {
  const { world, ana, bo } = room(1_140)
  const { digits, until } = ana.must('peer.quick', {})
  expect([digits, until]).toEqual([expect.stringMatching(/^\d{6}$/), world.now + 60_000])
  expect(ana.must('peer.quick', {})).toEqual({ digits, until })
  bo.must('peer.quickJoin', { digits: ` ${digits.slice(0, 3)}-${digits.slice(3)}\n` })
  world.pass(5_000)
  expect(ana.must('peer.quickFound', {})).toEqual([
    { playerId: bo.id, name: 'Bo', check: expect.stringMatching(/^\d{6}$/) },
  ])
  expect(bo.must('peer.quickFound', {})).toEqual([{ playerId: ana.id, name: 'Ana', check: checkOf(ana) }])
  expect(bo.pushed).toContainEqual({ type: 'quick', playerId: ana.id, name: 'Ana', check: checkOf(ana) })
  expect([ana, bo].map((node) => node.must('peer.list', {}))).toEqual([[], []])
  ana.must('peer.quickConfirm', { playerId: bo.id })
  world.pass(1_000)
  expect(ana.must('peer.list', {})).toMatchObject([{ status: 'pending' }])
  bo.must('peer.quickConfirm', { playerId: ana.id })
  world.pass(5_000)
  for (const node of [ana, bo]) expect(node.must('peer.list', {})).toMatchObject([{ status: 'confirmed' }])
  bo.must('story.send', { storyId: ana.must('story.dm', { playerId: bo.id }).id, text: 'hello' })
  expect(ana.topics).toEqual([])
})

test('QUICK-2 the digits of this minute and the last are good, older ones and wrong ones lead nowhere', () => {
  const { world, ana, bo } = room(1_141)
  const first = ana.must('peer.quick', {}).digits
  world.pass(61_000)
  const second = ana.must('peer.quick', {}).digits
  expect(second).not.toBe(first)
  world.pass(50_000)
  bo.must('peer.quickJoin', { digits: first })
  world.pass(5_000)
  expect(checkOf(ana)).toBe(checkOf(bo))
  expect(checkOf(bo)).toBeDefined()
  const cy = world.add('Cy')
  world.pass(70_000)
  for (const digits of [first, second, other(second)]) {
    cy.must('peer.quickJoin', { digits })
    world.pass(10_000)
  }
  expect(cy.must('peer.quickFound', {})).toEqual([])
  expect(ana.topics).toEqual([])
  for (const digits of ['', '12345', '1234567', 'abcdef', 'indra1']) {
    expect(cy.ask('peer.quickJoin', { digits })).toMatchObject({ fault: { code: 'InvalidCode' } })
  }
  world.pass(300_000)
  expect(bo.ask('peer.quickConfirm', { playerId: ana.id })).toMatchObject({ fault: { code: 'CodeExpired' } })
  for (let attempt = 0; attempt < 5; attempt += 1) cy.must('peer.quickJoin', { digits: '000000' })
  expect(cy.ask('peer.quickJoin', { digits: '000000' })).toMatchObject({ fault: { code: 'RateLimited' } })
  world.pass(61_000)
  cy.must('peer.quickJoin', { digits: '000000' })
})

test('QUICK-3 who guesses gets sixteen tries, and who stands between shows another check', () => {
  const { world, nodes } = gather(1_142, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  const cheater = new Cheater(cy).silence()
  const { digits } = ana.must('peer.quick', {})
  world.pass(100)
  const before = ana.vault.dump()
  for (let guess = 0; guess < 40; guess += 1) cheater.say(ana, 'quick', 'try', world.bytes(16))
  world.pass(1_000)
  bo.must('peer.quickJoin', { digits })
  world.pass(10_000)
  expect([checkOf(ana), checkOf(bo)]).toEqual([undefined, undefined])
  expect(ana.vault.dump() === before).toBe(true)
  world.pass(61_000)
  const again = ana.must('peer.quick', {}).digits
  bo.must('peer.quickJoin', { digits: again })
  world.pass(5_000)
  expect(checkOf(bo)).toBe(checkOf(ana))
  cheater.say(ana, 'quick', 'nonce', world.bytes(32), 'Bo')
  cheater.say(bo, 'quick', 'commit', world.bytes(32), 'Ana')
  cheater.say(bo, 'quick', 'reveal', world.bytes(32))
  world.pass(1_000)
  expect(ana.must('peer.quickFound', {})).toHaveLength(1)
  expect(bo.must('peer.quickFound', {})).toEqual([{ playerId: ana.id, name: 'Ana', check: checkOf(ana) }])
})

test('QUICK-3 who answers for the one who shows cannot choose the check: another number than the committed ends it', () => {
  const { world, nodes } = gather(1_143, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  const cheater = new Cheater(ana).silence()
  bo.must('peer.quickJoin', { digits: '123456' })
  world.pass(100)
  cheater.say(bo, 'quick', 'commit', world.bytes(32), 'Somebody else')
  world.pass(100)
  const nonce = cheater.overheard.find((frame) => frame.name === 'quick' && frame.fields[0] === 'nonce')
  expect(nonce).toBeDefined()
  cheater.say(bo, 'quick', 'reveal', world.bytes(32))
  world.pass(100)
  expect(bo.must('peer.quickFound', {})).toEqual([])
  cheater.say(bo, 'quick', 'commit', world.bytes(32), 'Somebody else')
  world.pass(100)
  expect(cheater.overheard.filter((frame) => frame.name === 'quick' && frame.fields[0] === 'nonce')).toHaveLength(1)
})
