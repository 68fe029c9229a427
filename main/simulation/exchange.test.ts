import { expect, test } from 'vitest'
import { entriesOf, textsOf, viewOf } from './gathering.ts'
import { accept, exchangeAt, ownersAt, trade } from './trading.ts'

test('EXC-4 two who give their word have swapped, and each can do with the other’s what a steward can', () => {
  const deal = trade(3_000)
  const { world, ana, bo, cy, map, compass, id } = deal
  expect(exchangeAt(ana, id)).toMatchObject({ offered: map, requested: compass, status: 'open', acceptedBy: [] })
  expect(exchangeAt(bo, id)).toEqual(exchangeAt(ana, id))
  accept(ana, id)
  world.pass(3_000)
  for (const node of [ana, bo]) expect(exchangeAt(node, id)).toMatchObject({ status: 'open', acceptedBy: [ana.id] })
  expect(ownersAt(bo, deal)).toBe('Ana Bo')
  accept(bo, id)
  world.pass(5_000)
  for (const node of [ana, bo, cy]) expect(ownersAt(node, deal), node.name).toBe('Bo Ana')
  for (const node of [ana, bo]) {
    expect(exchangeAt(node, id)).toMatchObject({ status: 'completed', acceptedBy: [ana.id, bo.id] })
    node.must('exchange.complete', { id })
    node.must('exchange.complete', { id })
  }
  // the new stewards rename, write, grant and revoke; the old ones keep a grant that can be taken back
  bo.must('artifact.rename', { id: map, name: 'Bo’s map' })
  ana.must('artifact.rename', { id: compass, name: 'Ana’s compass' })
  bo.must('story.send', { storyId: map, text: 'mine now' })
  world.pass(3_000)
  for (const node of [ana, bo, cy]) {
    expect(node.must('artifact.get', { id: map }).name).toBe('Bo’s map')
    expect(node.must('artifact.get', { id: compass }).name).toBe('Ana’s compass')
    expect(textsOf(node, map)).toEqual(['here be dragons', 'mine now'])
  }
  const refused = ana.ask('artifact.rename', { id: map, name: 'still Ana’s' })
  expect(refused.ok ? undefined : refused.fault.code).toBe('ArtifactTransferred')
  expect(bo.must('artifact.get', { id: map }).grants).toContainEqual(
    expect.objectContaining({ grantee: ana.id, mode: 'revocable', grantedBy: bo.id }),
  )
  const dee = world.add('Dee')
  bo.must('peer.add', { code: dee.code })
  world.pass(5_000)
  dee.must('peer.accept', { playerId: bo.id })
  world.pass(5_000)
  bo.must('artifact.grant', { id: map, grantee: dee.id, mode: 'revocable' })
  bo.must('artifact.revoke', { id: map, grantee: ana.id })
  world.pass(5_000)
  expect(textsOf(dee, map)).toEqual(['here be dragons', 'mine now'])
  expect(ana.must('artifact.get', { id: map }).status).toBe('revoked')
  for (const node of [ana, bo, cy]) {
    const before = [map, compass].map((each) => viewOf(node, each))
    node.take({ type: 'projections-lost' })
    world.pass(100)
    if (node !== ana) expect([map, compass].map((each) => viewOf(node, each))).toEqual(before)
    expect(ownersAt(node, deal).split(' ')[1]).toBe('Ana')
  }
})

test('EXC-3 completing needs both; afterwards, or after a rejection, it is closed', () => {
  const { world, ana, bo, id } = trade(3_001)
  const code = (result: { ok: boolean; fault?: { code: string } }) => (result.ok ? 'ok' : result.fault?.code)
  expect(code(ana.ask('exchange.complete', { id }))).toBe('ExchangeNotFullyAccepted')
  accept(ana, id)
  world.pass(2_000)
  expect(code(ana.ask('exchange.complete', { id }))).toBe('ExchangeNotFullyAccepted')
  expect(code(ana.ask('exchange.reject', { id }))).toBe('NotPermitted')
  expect(code(ana.ask('exchange.accept', { id, terms: exchangeAt(ana, id).terms }))).toBe('ok')
  bo.must('exchange.reject', { id })
  world.pass(2_000)
  for (const node of [ana, bo]) {
    expect(exchangeAt(node, id).status).toBe('rejected')
    expect(code(node.ask('exchange.complete', { id }))).toBe('ExchangeClosed')
    expect(code(node.ask('exchange.accept', { id, terms: exchangeAt(node, id).terms }))).toBe('ExchangeClosed')
    expect(code(node.ask('exchange.reject', { id }))).toBe('ExchangeClosed')
  }
  const other = trade(3_002)
  accept(other.ana, other.id)
  other.world.pass(2_000)
  accept(other.bo, other.id)
  other.world.pass(2_000)
  expect(code(other.ana.ask('exchange.reject', { id: other.id }))).toBe('ExchangeClosed')
  expect(code(other.bo.ask('exchange.accept', { id: other.id, terms: exchangeAt(other.bo, other.id).terms }))).toBe(
    'ExchangeClosed',
  )
})

test('EX-1 a lock freezes what it promises, and a rejection frees it again', () => {
  const deal = trade(3_003)
  const { world, ana, bo, cy, map, id } = deal
  accept(ana, id)
  world.pass(2_000)
  const asks = [
    ana.ask('artifact.revoke', { id: map, grantee: cy.id }),
    ana.ask('artifact.rename', { id: map, name: 'x' }),
    ana.ask('artifact.compose', { treeId: map, childId: id }),
    ana.ask('realm.invite', { id: map }),
    ana.ask('exchange.propose', { offered: map, requested: deal.compass, with: bo.id }),
  ]
  expect(asks.map((each) => (each.ok ? 'ok' : each.fault.code))).toEqual(asks.map(() => 'NotPermitted'))
  cy.must('story.send', { storyId: map, text: 'talk goes on' })
  world.pass(2_000)
  expect(entriesOf(ana, map)).toHaveLength(2)
  bo.must('exchange.reject', { id })
  world.pass(2_000)
  ana.must('artifact.rename', { id: map, name: 'mine again' })
  ana.must('artifact.revoke', { id: map, grantee: cy.id })
  world.pass(2_000)
  expect(ownersAt(ana, deal)).toBe('Ana Bo')
  expect(cy.must('artifact.get', { id: map }).status).toBe('revoked')
})

test('EXC-2 changed terms clear acceptances, whoever had accepted, and nobody stays bound', () => {
  const deal = trade(3_004)
  const { world, ana, bo, cy, compass, id } = deal
  const before = exchangeAt(bo, id).terms
  ana.strand(1)
  accept(ana, id)
  bo.must('artifact.revoke', { id: compass, grantee: cy.id })
  expect(exchangeAt(bo, id).terms).not.toBe(before)
  const refused = bo.ask('exchange.accept', { id, terms: before })
  expect(refused.ok ? undefined : refused.fault.code).toBe('InvalidArguments')
  ana.strand(0)
  world.pass(40_000)
  for (const node of [ana, bo])
    expect(exchangeAt(node, id), node.name).toMatchObject({ status: 'open', acceptedBy: [] })
  expect(exchangeAt(ana, id).terms).toBe(exchangeAt(bo, id).terms)
  accept(bo, id)
  world.pass(2_000)
  accept(ana, id)
  world.pass(5_000)
  for (const node of [ana, bo]) expect(ownersAt(node, deal)).toBe('Bo Ana')
})

test('EXC-5 an unanswered proposal lapses at its term; a lock does not', () => {
  const idle = trade(3_005, 60_000)
  idle.world.pass(60_000)
  expect(exchangeAt(idle.bo, idle.id).status).toBe('lapsed')
  const late = idle.bo.ask('exchange.accept', { id: idle.id, terms: exchangeAt(idle.bo, idle.id).terms })
  expect(late.ok ? undefined : late.fault.code).toBe('ExchangeClosed')
  const done = idle.ana.ask('exchange.complete', { id: idle.id })
  expect(done.ok ? undefined : done.fault.code).toBe('ExchangeClosed')
  const bound = trade(3_006, 60_000)
  accept(bound.ana, bound.id)
  bound.world.pass(120_000)
  expect(exchangeAt(bound.bo, bound.id)).toMatchObject({ status: 'open', acceptedBy: [bound.ana.id] })
  accept(bound.bo, bound.id)
  bound.world.pass(5_000)
  expect(ownersAt(bound.ana, bound)).toBe('Bo Ana')
})

test('EXC-1 nobody accepts what is not theirs, other terms, or what they cannot read', () => {
  const { world, ana, bo, cy, map, compass, id, conversation } = trade(3_007)
  const code = (result: { ok: boolean; fault?: { code: string } }) => (result.ok ? 'ok' : result.fault?.code)
  const terms = exchangeAt(bo, id).terms
  expect(code(bo.ask('exchange.accept', { id, terms: 'f'.repeat(64) }))).toBe('InvalidArguments')
  expect(code(cy.ask('exchange.accept', { id, terms }))).toBe('ArtifactNotFound')
  expect(code(bo.ask('exchange.accept', { id: map, terms }))).toBe('NotPermitted')
  expect(code(ana.ask('exchange.propose', { offered: compass, requested: map, with: bo.id }))).toBe('NotSteward')
  expect(code(ana.ask('exchange.propose', { offered: map, requested: compass, with: cy.id }))).toBe('InvalidArguments')
  expect(code(ana.ask('exchange.propose', { offered: map, requested: map, with: bo.id }))).toBe('InvalidArguments')
  const soon = { offered: map, requested: compass, with: bo.id, expiresAt: world.now }
  expect(code(ana.ask('exchange.propose', soon))).toBe('InvalidArguments')
  bo.must('artifact.revoke', { id: compass, grantee: ana.id })
  world.pass(3_000)
  expect(code(ana.ask('exchange.accept', { id, terms: exchangeAt(ana, id).terms || terms }))).not.toBe('ok')
  expect(code(bo.ask('exchange.accept', { id, terms: exchangeAt(bo, id).terms }))).toBe('NotPermitted')
  bo.must('story.send', { storyId: conversation, text: 'sorry' })
  world.pass(2_000)
  expect(textsOf(ana, conversation)).toEqual(['sorry'])
})
