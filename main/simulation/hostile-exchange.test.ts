import { expect, test } from 'vitest'
import { promise, reject } from '../core/exchanges/exchange-settling.ts'
import { otherSide, type SideIndex, signLock, type Terms } from '../core/exchanges/exchange-terms.ts'
import { exchangeStanding } from '../core/exchanges/exchange-view.ts'
import { fromHex } from '../crypto/bytes.ts'
import { type Canonical, decode } from '../crypto/canonical.ts'
import { Cheater } from './cheater.ts'
import { accept, exchangeAt, ownersAt, type Trade, trade } from './trading.ts'
import type { Node } from './world.ts'

function termsAt(cheater: Cheater, deal: Trade): Terms {
  const terms = cheater.turn((turn) => exchangeStanding(turn, cheater.row(deal.id))?.terms)
  if (!terms) throw new Error('no terms')
  return terms
}

function allOwners(deal: Trade): string[] {
  return [...new Set([deal.ana, deal.bo, deal.cy].map((node) => ownersAt(node, deal)))]
}

/** Nothing here depends on what was remembered: made again from the logs it is the same. */
function settled(deal: Trade): string[] {
  const owners = allOwners(deal)
  for (const node of [deal.ana, deal.bo, deal.cy]) node.take({ type: 'projections-lost' })
  deal.world.pass(1_000)
  expect(allOwners(deal)).toEqual(owners)
  return owners
}

/** A log of this device in an artifact's authority, with one entry by which it takes it. */
function takeBy(cheater: Cheater, terms: Terms, side: SideIndex, given: Canonical, own: Canonical): Uint8Array {
  const { artifact, position } = terms.sides[side]
  const pen = cheater.pen(artifact, 0)
  const op = { op: 'take', terms: terms.bytes, side, given, own, at: cheater.world.now }
  return pen.write({ kind: 'authority', incarnation: 0, payload: [position, terms.hash, op] })
}

function lockOf(node: Node, terms: Terms, side: SideIndex): Canonical {
  const { cut, signature } = signLock(terms, side, [], new Cheater(node).me.deviceKeys.secretKey)
  return [cut.map((item): Canonical => [...item]), signature]
}

/** What somebody said in the Exchange, as they said it. */
function heardLock(node: Node, deal: Trade, side: SideIndex): Canonical {
  const cheater = new Cheater(node)
  const notes = node.vault.tables.notes.all(cheater.row(deal.id).key, 'locked:')
  const note = notes.find((each) => each.name.endsWith(`:${side}`))
  if (!note) throw new Error('not locked')
  return (decode(note.value) as Canonical[])[1] ?? null
}

test('EXC-4 whoever crashes at whatever moment, in whatever weather, both have swapped in the end', () => {
  for (let seed = 0; seed < 8; seed += 1) {
    const deal = trade(3_100 + seed)
    const { world, ana, bo, id } = deal
    world.weather = { drop: 0.15, duplicate: 0.15, reorder: 0.4 }
    const [first, second] = seed % 2 === 0 ? [ana, bo] : [bo, ana]
    accept(first, id)
    world.pass(world.pick(40))
    const victim = [ana, bo, deal.cy][seed % 3] ?? ana
    if (seed % 4 !== 3) victim.crash()
    world.pass(world.pick(3_000))
    if (!second.isUp) second.boot()
    accept(second, id)
    world.pass(world.pick(30))
    for (const node of [first, second]) if (world.happens(0.5)) node.crash()
    world.pass(world.pick(5_000))
    world.heal()
    world.heal()
    expect(settled(deal), `seed ${seed}`).toEqual(['Bo Ana'])
    for (const node of [ana, bo]) expect(exchangeAt(node, id).status).toBe('completed')
  }
})

test('EXC-4 one accepts and one rejects, apart and at once: neither, and both are free again', () => {
  for (let seed = 0; seed < 4; seed += 1) {
    const deal = trade(3_120 + seed)
    const { world, ana, bo, map, compass, id } = deal
    ana.strand(1)
    const [yes, no] = seed % 2 === 0 ? [ana, bo] : [bo, ana]
    accept(yes, id)
    no.must('exchange.reject', { id })
    if (seed > 1) yes.crash()
    world.heal()
    expect(settled(deal)).toEqual(['Ana Bo'])
    ana.must('artifact.rename', { id: map, name: 'free' })
    bo.must('artifact.rename', { id: compass, name: 'free' })
  }
})

test('EX-1 who locks and rejects gains nothing: heard as a rejection first it is neither, as a lock first it is both', () => {
  for (const order of ['reject first', 'lock first'] as const) {
    const deal = trade(order === 'lock first' ? 3_130 : 3_131)
    const { world, ana, bo, id } = deal
    accept(ana, id)
    world.pass(3_000)
    const cheater = new Cheater(bo).silence()
    const terms = termsAt(cheater, deal)
    const pen = cheater.pen(id)
    const lock = lockOf(bo, terms, 1)
    const no = cheater.turn((turn) => {
      reject(turn, cheater.row(id), terms, 1, false)
      return turn.tables.notes.all(cheater.row(id).key, 'rejected:')[0]?.value
    })
    const word = no && ((decode(no) as Canonical[])[1] ?? null)
    const said: Canonical[][] = [
      ['lock', terms.bytes, 1, lock],
      ['reject', terms.bytes, 1, word ?? null, false],
    ]
    if (order === 'reject first') said.reverse()
    for (const [kind, ...fields] of said) {
      pen.entry(String(kind), ...fields)
      cheater.deliver(ana, id, pen.envelopes)
      world.pass(100)
    }
    // with both in hand, Bo's modified device takes the map whatever was said
    const take = takeBy(cheater, terms, 0, heardLock(ana, deal, 0), lock)
    for (const node of [ana, deal.cy]) cheater.deliver(node, deal.map, [take])
    world.pass(60_000)
    const expected = order === 'lock first' ? 'Bo Ana' : 'Ana Bo'
    for (const node of [ana, deal.cy]) expect(ownersAt(node, deal), `${node.name} ${order}`).toBe(expected)
    for (const node of [ana, deal.cy]) {
      node.take({ type: 'projections-lost' })
      world.pass(1_000)
      expect(ownersAt(node, deal), `${node.name} ${order} again`).toBe(expected)
    }
  }
})

test('EX-1 who withholds their own lock and takes what they were promised is taken from by the evidence in that', () => {
  const deal = trade(3_140)
  const { world, ana, bo, cy, map, id } = deal
  accept(ana, id)
  world.pass(3_000)
  const cheater = new Cheater(bo).silence()
  const terms = termsAt(cheater, deal)
  const take = takeBy(cheater, terms, 0, heardLock(bo, deal, 0), lockOf(bo, terms, 1))
  cheater.deliver(cy, map, [take])
  world.pass(40_000)
  expect(ownersAt(ana, deal)).toBe('Bo Ana')
  expect(ownersAt(cy, deal)).toBe('Bo Ana')
  ana.must('artifact.rename', { id: deal.compass, name: 'got it' })
  world.pass(2_000)
  expect(cy.must('artifact.get', { id: deal.compass }).name).toBe('got it')
})

test('EX-1 old locks, half a pair of them, and locks of others take nothing', () => {
  const deal = trade(3_150)
  const { world, ana, bo, cy, map, id } = deal
  accept(ana, id)
  world.pass(3_000)
  const old = heardLock(bo, deal, 0)
  const cheater = new Cheater(bo)
  const terms = termsAt(cheater, deal)
  bo.must('exchange.reject', { id })
  world.pass(3_000)
  ana.must('artifact.rename', { id: map, name: 'kept' })
  world.pass(2_000)
  cheater.silence()
  const forged: Uint8Array[] = [
    takeBy(cheater, terms, 0, old, lockOf(bo, terms, 1)),
    takeBy(cheater, terms, 0, lockOf(bo, terms, 0), lockOf(bo, terms, 1)),
    takeBy(cheater, terms, 0, old, lockOf(cy, terms, 1)),
    takeBy(cheater, terms, otherSide(0), old, lockOf(bo, terms, 1)),
    cheater
      .pen(map, 0)
      .write({ kind: 'authority', incarnation: 0, payload: [terms.sides[0].position, 0, { op: 'take' }] }),
  ]
  for (const take of forged) for (const node of [ana, cy]) cheater.deliver(node, map, [take])
  world.pass(40_000)
  for (const node of [ana, cy]) {
    expect(ownersAt(node, deal)).toBe('Ana Bo')
    expect(node.must('artifact.get', { id: map }).name).toBe('kept')
  }
})

test('EX-1 what a seat does after its lock, under another branch even, does not count: not a removal, not a word', () => {
  const deal = trade(3_160)
  const { world, ana, bo, cy, map, id } = deal
  const cheater = new Cheater(ana)
  const terms = termsAt(cheater, deal)
  const trunk = cheater.seatPen(map)
  cheater.silence()
  const away = trunk.fork(trunk.envelopes.length)
  const revoke = { op: 'revoke', player: fromHex(bo.id), cut: [], old: away.settings.key, at: world.now }
  away.write({
    kind: 'authority',
    incarnation: 0,
    epoch: 2,
    key: world.bytes(32),
    payload: [terms.sides[0].position, 0, revoke],
  })
  // Bo is given the lock, everyone else is shown that he was removed
  cheater.turn((turn) => promise(turn, cheater.row(id), terms, 0))
  const own = cheater.node.vault.tables
  const log = own.logs.of(cheater.row(id).key).find((each) => each.kind === 'writer' && each.device === ana.device)
  const said = own.envelopes.from(log?.key ?? 0, 0, log?.length ?? 0).map((each) => each.bytes)
  cheater.deliver(cy, map, away.envelopes)
  cheater.deliver(bo, id, said)
  cheater.deliver(bo, map, away.envelopes)
  expect(exchangeAt(bo, id).acceptedBy).toEqual([ana.id])
  accept(bo, id)
  world.pass(60_000)
  for (const node of [bo, cy]) expect(ownersAt(node, deal), node.name).toBe(node === bo ? 'Bo Bo' : 'Bo Bo')
})

test('EXC-1 nobody takes what its seat gave no word for, and nobody by another’s word', () => {
  const deal = trade(3_170)
  const { world, ana, bo, cy, map, id } = deal
  const cheater = new Cheater(bo)
  const terms = termsAt(cheater, deal)
  cheater.silence()
  const [mine, theirs] = [lockOf(bo, terms, 1), lockOf(cy, terms, 0)]
  for (const [given, own] of [
    [mine, mine],
    [theirs, mine],
    [lockOf(bo, terms, 0), mine],
    [lockOf(ana, terms, 1), mine],
    [lockOf(ana, terms, 0), lockOf(ana, terms, 0)],
  ] as const) {
    const take = takeBy(cheater, terms, 0, given, own)
    for (const node of [ana, cy]) cheater.deliver(node, map, [take])
  }
  const pen = cheater.pen(id)
  pen.entry('lock', terms.bytes, 0, lockOf(bo, terms, 0))
  pen.entry('lock', terms.bytes, 1, theirs)
  pen.entry('lock', terms.bytes.subarray(1), 1, mine)
  pen.entry('lock', terms.bytes, 2, mine)
  pen.entry('lock', 'terms', 1, mine)
  cheater.deliver(ana, id, pen.envelopes)
  world.pass(40_000)
  expect(exchangeAt(ana, id)).toMatchObject({ status: 'open', acceptedBy: [] })
  for (const node of [ana, cy]) expect(ownersAt(node, deal)).toBe('Ana Bo')
})
