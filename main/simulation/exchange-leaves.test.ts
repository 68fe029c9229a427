import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { signLock, termsOf } from '../core/exchanges/exchange-terms.ts'
import { exchangeStanding } from '../core/exchanges/exchange-view.ts'
import { recordsOf } from '../core/leaves/leaf-access.ts'
import { write } from '../core/logs/writer.ts'
import { Cheater } from './cheater.ts'
import { befriend, gather } from './gathering.ts'
import { accept, exchangeAt } from './trading.ts'
import { type Node, World } from './world.ts'

function hang(node: Node, name: string, fill: number, parentId?: ArtifactId): ArtifactId {
  const path = `/${name}`
  node.blobs.files.set(path, new Uint8Array(5_000).fill(fill))
  return node.must('artifact.import', { path, ...(parentId ? { parentId } : {}) }).id
}

function saved(node: Node, id: ArtifactId): string {
  const answer = node.begin('artifact.save', { id, path: '/saved' })
  node.world.pass(5_000)
  const result = answer() as { ok: boolean; fault?: { code: string } }
  return result.ok ? 'saved' : (result.fault?.code ?? '')
}

function code(result: { ok: boolean; fault?: { code: string } }): string {
  return result.ok ? 'ok' : (result.fault?.code ?? '')
}

/** Ana's picture and Bo's, each in its own Vault; Ana may look at Bo's. */
function pictures(seed: number) {
  const world = new World(seed)
  const [ana, bo] = [world.add('Ana'), world.add('Bo')] as const
  befriend(world, ana, bo)
  const [sun, moon] = [hang(ana, 'sun.png', 1), hang(bo, 'moon.png', 2)]
  bo.must('artifact.grant', { id: moon, grantee: ana.id, mode: 'revocable' })
  world.pass(5_000)
  return { world, ana, bo, sun, moon }
}

/** Whose each picture is, at everybody. */
function owners({ world }: { world: World }, pair: readonly ArtifactId[]): string[] {
  const at = (node: Node) => {
    const of = (id: ArtifactId) => node.must('artifact.get', { id }).steward
    return pair.map((id) => world.nodes.find((each) => each.id === of(id))?.name).join(' ')
  }
  return [...new Set(world.nodes.slice(0, 2).map(at))]
}

test('NAME-2 two pictures are swapped by their contents’ names, and each is the other’s to keep', () => {
  const deal = pictures(3_200)
  const { world, ana, bo, sun, moon } = deal
  expect(bo.ask('artifact.get', { id: sun }).ok).toBe(false)
  const { id } = ana.must('exchange.propose', { offered: sun, requested: moon, with: bo.id })
  world.pass(5_000)
  // seen before it is agreed on
  bo.must('attention.navigate', { to: sun })
  world.pass(3_000)
  expect(bo.must('artifact.get', { id: sun }).leaf?.bytes).toBe('here')
  expect(saved(bo, sun)).toBe('NotPermitted')
  for (const node of [ana, bo]) {
    expect(exchangeAt(node, id)).toMatchObject({ offered: sun, requested: moon, status: 'open', acceptedBy: [] })
    expect(node.must('artifact.get', { id }).name).toBe('sun.png ⇄ moon.png')
  }
  accept(ana, id)
  world.pass(3_000)
  expect(owners(deal, [sun, moon])).toEqual(['Ana Bo'])
  expect(code(ana.ask('artifact.recall', { id: sun }))).toBe('NotPermitted')
  accept(bo, id)
  world.pass(8_000)
  expect(owners(deal, [sun, moon])).toEqual(['Bo Ana'])
  expect(exchangeAt(ana, id)).toMatchObject({ offered: sun, requested: moon, status: 'completed' })
  for (const [giver, taker, given] of [
    [ana, bo, sun],
    [bo, ana, moon],
  ] as const) {
    const view = taker.must('artifact.get', { id: given })
    expect(view).toMatchObject({ steward: taker.id, status: 'active', keeps: true })
    expect(view.provenance).toMatchObject({ receivedVia: 'exchange', receivedFrom: giver.id })
    expect(view.grants).toMatchObject([{ grantee: giver.id, mode: 'revocable', grantedBy: taker.id }])
    expect(saved(taker, given)).toBe('saved')
    expect(giver.must('artifact.get', { id: given }).keeps).toBe(false)
    expect(saved(giver, given)).toBe('NotPermitted')
    expect(code(giver.ask('artifact.recall', { id: given }))).toBe('ArtifactTransferred')
    expect(code(giver.ask('artifact.grant', { id: given, grantee: taker.id, mode: 'permanent' }))).toBe(
      'ArtifactTransferred',
    )
  }
  for (const node of [ana, bo]) node.take({ type: 'projections-lost' })
  world.pass(1_000)
  expect(owners(deal, [sun, moon])).toEqual(['Bo Ana'])
  expect(ana.must('artifact.get', { id: sun }).keeps).toBe(false)
  bo.must('artifact.revoke', { id: sun, grantee: ana.id })
})

test('NAME-2 what lies in a common Tree only has its record made by who gives it, and by nobody else', () => {
  const { world, nodes, id: realm } = gather(3_201, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  befriend(world, ana, bo)
  const [sun, moon] = [hang(ana, 'sun.png', 1, realm), hang(bo, 'moon.png', 2, realm)]
  world.pass(3_000)
  const { id } = ana.must('exchange.propose', { offered: sun, requested: moon, with: bo.id })
  world.pass(5_000)
  const terms = exchangeAt(ana, id).terms
  expect(exchangeAt(bo, id)).toMatchObject({ offered: sun, requested: moon, terms })
  expect(code(ana.ask('exchange.accept', { id, terms }))).toBe('PayloadNotLoaded')
  expect(code(bo.ask('exchange.accept', { id, terms: 'f'.repeat(64) }))).toBe('InvalidArguments')
  bo.must('exchange.accept', { id, terms })
  world.pass(5_000)
  for (const node of [bo, ana]) {
    const expected = { offered: sun, requested: moon, acceptedBy: [bo.id] }
    expect(exchangeAt(node, id), node.name).toMatchObject(expected)
  }
  accept(ana, id)
  world.pass(8_000)
  for (const [node, own, other] of [
    [ana, moon, sun],
    [bo, sun, moon],
  ] as const) {
    expect(exchangeAt(node, id).status).toBe('completed')
    expect(node.must('artifact.get', { id: own })).toMatchObject({ steward: node.id, keeps: true })
    expect(saved(node, own)).toBe('saved')
    expect(saved(node, other)).toBe('NotPermitted')
  }
  expect(cy.must('artifact.children', { id: realm }).items.map((each) => each.id)).toEqual([sun, moon])
  const again = ana.must('exchange.propose', { offered: moon, requested: sun, with: bo.id })
  world.pass(5_000)
  bo.must('exchange.reject', { id: again.id })
  world.pass(3_000)
  expect(exchangeAt(ana, again.id).status).toBe('rejected')
})

test('EXC-4 whoever crashes between two words for two pictures, both have swapped in the end', () => {
  for (let seed = 0; seed < 4; seed += 1) {
    const deal = pictures(3_210 + seed)
    const { world, ana, bo, sun, moon } = deal
    const { id } = ana.must('exchange.propose', { offered: sun, requested: moon, with: bo.id })
    world.pass(5_000)
    world.weather = { drop: 0.15, duplicate: 0.15, reorder: 0.4 }
    const [first, second] = seed % 2 === 0 ? [ana, bo] : [bo, ana]
    accept(first, id)
    world.pass(world.pick(40))
    first.crash()
    world.pass(world.pick(3_000))
    accept(second, id)
    world.pass(world.pick(30))
    second.crash()
    world.pass(world.pick(3_000))
    world.heal()
    world.heal()
    expect(owners(deal, [sun, moon]), `seed ${seed}`).toEqual(['Bo Ana'])
    for (const node of [ana, bo]) expect(exchangeAt(node, id).status).toBe('completed')
    expect([saved(ana, moon), saved(bo, sun), saved(ana, sun), saved(bo, moon)]).toEqual([
      'saved',
      'saved',
      'NotPermitted',
      'NotPermitted',
    ])
  }
})

test('EX-1 nobody trades with a picture whose record is somebody else’s: not by asking, not by modified software', () => {
  const deal = pictures(3_220)
  const { world, ana, bo, sun, moon } = deal
  const cy = world.add('Cy')
  for (const node of [ana, bo]) befriend(world, node, cy)
  for (const friend of [bo, cy]) ana.must('artifact.grant', { id: sun, grantee: friend.id, mode: 'permanent' })
  bo.must('artifact.grant', { id: moon, grantee: cy.id, mode: 'revocable' })
  world.pass(5_000)
  const wrong = { offered: sun, requested: moon, with: bo.id }
  expect(code(cy.ask('exchange.propose', wrong))).toBe('NotSteward')
  expect(code(cy.ask('exchange.propose', { ...wrong, offered: moon, requested: sun }))).toBe('NotSteward')
  const star = hang(cy, 'star.png', 3)
  expect(code(cy.ask('exchange.propose', { offered: star, requested: sun, with: bo.id }))).toBe('InvalidArguments')
  const { id } = cy.must('exchange.propose', { offered: star, requested: moon, with: bo.id })
  world.pass(5_000)
  const cheater = new Cheater(cy)
  const record = cheater.turn((turn) => recordsOf(turn, sun)[0]?.id)
  if (!record) throw new Error('Cy was not granted it')
  cy.must('artifact.compose', { treeId: id, childId: record, label: 'offered', position: -1 })
  world.pass(60_000)
  expect(exchangeAt(bo, id).offered).toBe(sun)
  expect(code(bo.ask('exchange.accept', { id, terms: exchangeAt(bo, id).terms }))).toBe('InvalidArguments')
  // and Cy's own word for it, as if it were the steward
  cheater.turn((turn) => {
    const terms = exchangeStanding(turn, cheater.row(id))?.terms
    if (!terms) throw new Error('no terms')
    const [a, b] = terms.sides
    const forged = termsOf(id, [{ ...a, steward: cy.id, seat: cy.device }, b])
    const { signature } = signLock(forged, 0, [], cheater.me.deviceKeys.secretKey)
    write(turn, cheater.row(id), 'lock', [forged.bytes, 0, [[], signature]])
  })
  cheater.hangUp(bo)
  world.pass(60_000)
  expect(exchangeAt(bo, id).acceptedBy).toEqual([])
  expect(code(bo.ask('exchange.accept', { id, terms: exchangeAt(bo, id).terms }))).toBe('InvalidArguments')
  expect(owners(deal, [sun, moon])).toEqual(['Ana Bo'])
  expect(bo.must('artifact.get', { id: record }).steward).toBe(ana.id)
  bo.must('artifact.revoke', { id: moon, grantee: cy.id })
})
