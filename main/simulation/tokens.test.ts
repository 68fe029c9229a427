import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { parseDeviceList } from '../core/identity/device-list.ts'
import { signMint } from '../core/tokens/mint.ts'
import { treeId } from '../core/trees/artifact-id.ts'
import { proofsIn } from '../core/trees/open-references.ts'
import { fromHex } from '../crypto/bytes.ts'
import { Cheater } from './cheater.ts'
import { befriend } from './gathering.ts'
import { type Node, World } from './world.ts'

/** Ana asks, Bo helped, Cy saw it: both peers of Ana's and of each other. */
function helped(seed: number) {
  const world = new World(seed)
  const [ana, bo, cy] = [world.add('Ana'), world.add('Bo'), world.add('Cy')] as const
  befriend(world, ana, bo)
  befriend(world, ana, cy)
  befriend(world, bo, cy)
  const { id } = ana.must('intention.create', { name: 'Shelf', description: 'boards', audience: [bo.id, cy.id] })
  world.pass(5_000)
  const shelf = bo.must('artifact.create', { type: 'collection', name: 'The shelf' }).id
  const { proofId } = bo.must('intention.proof', { id, artifactId: shelf })
  world.pass(2_000)
  return { world, ana, bo, cy, id, shelf, proofId }
}

test('INT-2 released attention becomes Tokens of the prover’s, each with the giver’s blessing', () => {
  const { world, ana, bo, cy, id, proofId } = helped(4_000)
  ana.must('attention.navigate', { to: id })
  world.pass(60_000)
  const { tokens } = ana.must('intention.release', { id, proofId })
  expect(tokens).toHaveLength(1)
  world.pass(3_000)
  const [token] = tokens
  if (!token) throw new Error('no token')
  expect(bo.must('artifact.get', { id: token })).toMatchObject({ type: 'token', steward: bo.id })
  expect(bo.must('token.get', { id: token })).toMatchObject({
    author: ana.id,
    intention: id,
    stewards: [bo.id],
    blessings: [{ by: ana.id }],
    released: 'counted',
    witness: 'held',
  })
  for (const node of [ana, bo, cy]) {
    const labels = node.must('artifact.children', { id }).items.map((child) => child.label)
    expect(labels).toContainEqual(expect.stringMatching(`^released:${ana.id}:`))
  }
  // the same window is not given twice; what came after it can be
  world.pass(10_000)
  expect(ana.must('intention.release', { id, proofId }).tokens).toHaveLength(1)
  expect(ana.must('intention.release', { id, proofId }).tokens).toEqual([])
  bo.must('intention.pledge', { id, tokenId: token })
  bo.must('artifact.grant', { id: token, grantee: cy.id, mode: 'revocable' })
  world.pass(2_000)
  cy.must('token.bless', { id: token, message: 'well done' })
  world.pass(2_000)
  expect(bo.must('token.get', { id: token }).blessings).toHaveLength(2)
  bo.take({ type: 'projections-lost' })
  world.pass(500)
  expect(bo.must('token.get', { id: token }).blessings).toHaveLength(2)
  expect(bo.must('catalogue.list', { type: 'token' }).total).toBe(2)
})

test('NAME-1 a group Story is made once and found ever after', () => {
  const { world, ana, bo, cy } = helped(4_001)
  const { id } = ana.must('story.group', { members: [bo.id, cy.id], name: 'Us' })
  expect(ana.must('story.group', { members: [cy.id, bo.id, ana.id, bo.id] }).id).toBe(id)
  world.pass(5_000)
  bo.must('story.send', { storyId: id, text: 'hello' })
  world.pass(2_000)
  for (const node of [ana, bo, cy]) {
    expect(node.must('story.entries', { storyId: id }).items.map((entry) => entry.text)).toEqual(['hello'])
  }
  expect(bo.must('story.group', { members: [ana.id, cy.id] }).id).not.toBe(id)
})

test('VAULT-2 the catalogue has what one stewards and what one was granted', () => {
  const { ana, bo, id, shelf } = helped(4_002)
  const mine = bo.must('catalogue.list', { mine: true }).items.map((each) => each.id)
  expect(mine).toContain(shelf)
  expect(mine).not.toContain(id)
  expect(bo.must('catalogue.list', { query: 'shel', mine: false }).items).toMatchObject([
    { id, steward: ana.id, mine: false, mode: 'revocable' },
  ])
})

test('INT-3 a window released twice, by a fork of the giver’s log even, counts once and as the same everywhere', () => {
  for (const isEarlierFirst of [true, false]) {
    const { world, ana, bo, cy, id, proofId } = helped(isEarlierFirst ? 4_003 : 4_004)
    ana.must('attention.navigate', { to: id })
    world.pass(60_000)
    ana.must('attention.navigate', { to: ana.must('vault.root', {}).id })
    world.pass(2_000)
    const cheater = new Cheater(ana).silence()
    const mints = [0, 1].map((at) => mintBy(cheater, bo, id, proofId, at))
    const pens = mints.map((mint, at) => {
      const pen = cheater.pen(id, cheater.me.incarnation + 1 + at)
      pen.clock = 1_000 + at
      pen.entry('release', fromHex(mint.proof), mint.bytes)
      return pen
    })
    const order = isEarlierFirst ? pens : [...pens].reverse()
    for (const pen of order) {
      cheater.deliver(bo, id, pen.envelopes)
      world.pass(2_000)
    }
    for (const pen of [...order].reverse()) cheater.deliver(cy, id, pen.envelopes)
    world.pass(20_000)
    const counted = treeId(mints[0]?.bytes ?? new Uint8Array())
    const released = () =>
      [bo, cy].map((node) =>
        node
          .must('artifact.children', { id })
          .items.filter((child) => child.label?.startsWith('released:'))
          .map((child) => child.id),
      )
    expect(released()).toEqual([[counted], [counted]])
    expect(bo.must('token.get', { id: counted }).released).toBe('counted')
    const other = bo.ask('token.get', { id: treeId(mints[1]?.bytes ?? new Uint8Array()) })
    expect(other.ok ? other.value.released : 'none').toBe(isEarlierFirst ? 'none' : 'superseded')
    for (const node of [bo, cy]) node.take({ type: 'projections-lost' })
    world.pass(1_000)
    expect(released()).toEqual([[counted], [counted]])
  }
})

test('TOK-2 two visits of the very same length become two Tokens', () => {
  const { world, ana, bo, id, proofId } = helped(4_005)
  const away = ana.must('vault.root', {}).id
  for (let visit = 0; visit < 2; visit += 1) {
    ana.must('attention.navigate', { to: id })
    world.pass(30_000)
    ana.must('attention.navigate', { to: away })
    world.pass(5_000)
  }
  const { tokens } = ana.must('intention.release', { id, proofId })
  world.pass(3_000)
  expect(new Set(tokens).size).toBe(2)
  const views = tokens.map((token) => bo.must('token.get', { id: token }))
  expect(new Set(views.map((view) => view.dwellMillis)).size).toBe(1)
  expect(new Set(views.map((view) => view.start)).size).toBe(2)
})

/** A Token of the giver's only finished visit, as signed at a certain time. */
function mintBy(cheater: Cheater, to: Node, id: ArtifactId, proofId: string, at: number) {
  return cheater.turn((turn) => {
    const { tables } = turn
    const row = cheater.row(id)
    const visit = tables.visits.of(row.attentionTag).find((each) => each.player === cheater.me.player && each.end)
    const [begin, end] = visit ? tables.attention.of(visit.device, visit.incarnation, visit.seq, 2) : []
    const proof = proofsIn(turn, row.key).find((each) =>
      [each.id, `open:${each.id}`, each.said.child].some((one) => one === proofId),
    )
    const list = parseDeviceList(tables.devices.listOf(to.id) ?? new Uint8Array())
    if (!begin || !end || !proof || !list) throw new Error('nothing to release')
    const bytes = signMint({
      author: cheater.me.list,
      device: cheater.me.deviceKeys,
      receiver: { list, seat: to.device, name: to.name },
      intention: id,
      proof: proof.id,
      begin: begin.bytes,
      end: end.bytes,
      at: turn.now + at,
    })
    return { proof: proof.id, bytes }
  })
}
