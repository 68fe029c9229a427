import { expect, test } from 'vitest'
import { gather, pair } from './gathering.ts'

test('ATTN-2 a chain begins from nowhere with a zero prev, and a farewell goes nowhere', () => {
  const { ana, id } = pair(740)
  ana.must('attention.navigate', { to: id })
  ana.must('attention.navigate', { to: ana.must('vault.root', {}).id })
  ana.must('attention.end', {})
  const { events } = ana.must('attention.log', {})
  expect(events.map(({ seq, from, to }) => ({ seq, from, to }))).toEqual([
    { seq: 0, from: undefined, to: id },
    { seq: 1, from: id, to: ana.must('vault.root', {}).id },
    { seq: 2, from: ana.must('vault.root', {}).id, to: undefined },
  ])
  expect(events.map((event) => event.prev)).toEqual(['0'.repeat(64), ...events.slice(0, 2).map((event) => event.hash)])
})

test('ATTN-7 the visit of one who vanished without farewell ends with their last sign of life', () => {
  const { world, ana, bo, id } = pair(741)
  bo.must('attention.navigate', { to: id })
  world.pass(60_000)
  bo.crash()
  world.pass(10_000)
  const soon = ana.must('heat.get', { id }).contributors[0]
  world.pass(3_600_000)
  const later = ana.must('heat.get', { id }).contributors[0]
  expect(later).toMatchObject({ playerId: bo.id, present: false, dwellMillis: soon?.dwellMillis })
  expect(later?.dwellMillis).toBeLessThan(75_000)
  expect(ana.must('heat.get', { id }).heat).toBeLessThan(0.2)
})

test('HEAT-4 heat explains itself: who, how long, until when, and what share', () => {
  const { world, nodes, id } = gather(742, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  ana.must('attention.navigate', { to: id })
  world.pass(60_000)
  const { heat, uniquePeers, totalDwellMillis, contributors } = ana.must('heat.get', { id })
  expect({ heat, uniquePeers, totalDwellMillis }).toEqual({ heat: 0.25, uniquePeers: 1, totalDwellMillis: 60_000 })
  expect(contributors).toEqual([
    { playerId: ana.id, name: 'Ana', dwellMillis: 60_000, lastSeenAt: world.now, present: true, share: 0.25 },
  ])
  // a fellow member who is no peer holds no log of hers
  expect(bo.must('heat.get', { id })).toMatchObject({ heat: 0, contributors: [] })
})

test('HEAT-5 now is an argument: the same log is warm then and cool later', () => {
  const { world, ana, id } = pair(743)
  ana.must('attention.navigate', { to: id })
  world.pass(60_000)
  ana.must('attention.end', {})
  const now = ana.must('heat.get', { id }).heat
  expect(ana.must('heat.get', { id, at: world.now + 3_600_000 }).heat).toBeCloseTo(now / 2, 9)
})
