import * as Automerge from '@automerge/automerge'
import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import type { ChildView } from '../../shared/views.ts'
import { actorOf } from '../core/documents/spine.ts'
import { entryIdOf } from '../core/trees/artifact-id.ts'
import { fromHex } from '../crypto/bytes.ts'
import type { Canonical } from '../crypto/canonical.ts'
import { Cheater } from './cheater.ts'
import { befriend, gather, viewOf } from './gathering.ts'
import { type Node, World } from './world.ts'

const some = (letter: string) => `doc:${letter.repeat(64)}` as ArtifactId

function childrenOf(node: Node, id: ArtifactId): ChildView[] {
  return node.must('artifact.children', { id, limit: 1_000 }).items
}

/** Ana asks for help; Bo and Cy are her peers and see it. */
function asked(seed: number, type: 'request' | 'intention' = 'request') {
  const world = new World(seed)
  const [ana, bo, cy] = [world.add('Ana'), world.add('Bo'), world.add('Cy')] as const
  befriend(world, ana, bo)
  befriend(world, ana, cy)
  const args = { name: 'A shelf', description: 'Who has three boards?', audience: [bo.id, cy.id] }
  const { id } = type === 'request' ? ana.must('request.create', args) : ana.must('intention.create', args)
  world.pass(5_000)
  return { world, ana, bo, cy, id }
}

function thing(node: Node, name: string): ArtifactId {
  return node.must('artifact.create', { type: 'collection', name }).id
}

test('REQ-1 anyone in the audience offers, with the label offer, and the same lies there for everyone', () => {
  const { world, ana, bo, cy, id } = asked(2_000)
  const [boards, nails] = [thing(bo, 'Boards'), thing(cy, 'Nails')]
  bo.must('request.offer', { requestId: id, artifactId: boards })
  world.pass(1_000)
  cy.must('request.offer', { requestId: id, artifactId: nails })
  world.pass(2_000)
  for (const node of [ana, bo, cy]) {
    expect(node.must('artifact.get', { id }).metadata['description']).toBe('Who has three boards?')
    expect(childrenOf(node, id).map(({ id: child, label, by }) => ({ child, label, by }))).toEqual([
      { child: boards, label: 'offer', by: bo.id },
      { child: nails, label: 'offer', by: cy.id },
    ])
  }
  // what is offered keeps its own access: an honest gap, until its steward lets somebody in
  expect(childrenOf(ana, id)[0]?.status).toBe('missing')
  bo.must('artifact.grant', { id: boards, grantee: ana.id, mode: 'revocable' })
  world.pass(2_000)
  expect(childrenOf(ana, id)[0]).toMatchObject({ status: 'active', name: 'Boards' })
  expect(childrenOf(cy, id)[0]?.status).toBe('missing')
})

test('REQ-1 an offer is refused where there is no Request, no artifact, or no access any more', () => {
  const { world, ana, bo, id } = asked(2_001)
  const boards = thing(bo, 'Boards')
  const refusal = (node: Node, requestId: ArtifactId, artifactId: ArtifactId) => {
    const result = node.ask('request.offer', { requestId, artifactId })
    return result.ok ? undefined : result.fault.code
  }
  expect(refusal(bo, some('a'), boards)).toBe('ArtifactNotFound')
  expect(refusal(bo, id, some('a'))).toBe('ArtifactNotFound')
  expect(refusal(bo, boards, boards)).toBe('NotPermitted')
  expect(refusal(bo, id, id)).toBe('NotPermitted')
  ana.must('artifact.revoke', { id, grantee: bo.id })
  world.pass(2_000)
  expect(refusal(bo, id, boards)).toBe('NotActive')
  const stranger = ana.ask('request.create', { name: 'x', description: 'y', audience: [world.add('Dee').id] })
  expect(stranger.ok ? undefined : stranger.fault.code).toBe('NotPeered')
  const long = ana.ask('request.create', { name: 'x', description: 'y'.repeat(5_000) })
  expect(long.ok ? undefined : long.fault.code).toBe('TooLarge')
})

test('OPEN-2 its author or the steward takes a reference away, nobody else; and it stays away', () => {
  const { world, ana, bo, cy, id } = asked(2_002)
  const [boards, planks] = [thing(bo, 'Boards'), thing(bo, 'Planks')]
  for (const artifactId of [boards, planks]) bo.must('request.offer', { requestId: id, artifactId })
  world.pass(2_000)
  const refused = cy.ask('artifact.uncompose', { treeId: id, childId: boards })
  expect(refused.ok ? undefined : refused.fault.code).toBe('NotSteward')
  bo.must('artifact.uncompose', { treeId: id, childId: boards })
  ana.must('artifact.uncompose', { treeId: id, childId: planks })
  world.pass(2_000)
  for (const node of [ana, bo, cy]) {
    expect(childrenOf(node, id)).toEqual([])
    node.take({ type: 'projections-lost' })
    world.pass(100)
    expect(childrenOf(node, id)).toEqual([])
  }
})

test('OPEN-1 members compose into a Story; into what is not open only its steward does', () => {
  const { world, nodes, id } = gather(2_003, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  const map = thing(bo, 'Map')
  bo.must('artifact.compose', { treeId: id, childId: map, label: 'look', position: 4 })
  world.pass(2_000)
  for (const node of [ana, bo, cy]) {
    expect(childrenOf(node, id)).toMatchObject([{ id: map, label: 'look', position: 4, by: bo.id }])
  }
  const box = ana.must('realm.create', { name: 'Box', type: 'collection' }).id
  const { code } = ana.must('realm.invite', { id: box, approve: false })
  bo.must('realm.join', { code })
  world.pass(5_000)
  const refused = bo.ask('artifact.compose', { treeId: box, childId: map })
  expect(refused.ok ? undefined : refused.fault.code).toBe('NotSteward')
})

test('OPEN-2 what two members put in while apart unites, and the same is made again from the logs', () => {
  const { world, ana, bo, cy, id } = asked(2_004)
  world.weather = { drop: 0.1, duplicate: 0.2, reorder: 0.4 }
  bo.strand(1)
  for (let index = 0; index < 5; index += 1) {
    for (const node of [bo, cy]) {
      node.must('request.offer', { requestId: id, artifactId: thing(node, `${node.name} ${index}`) })
    }
    world.pass(700)
  }
  bo.must('artifact.uncompose', { treeId: id, childId: childrenOf(bo, id)[1]?.id ?? id })
  world.heal()
  expect(childrenOf(ana, id)).toHaveLength(9)
  const views = [ana, bo, cy].map((node) => viewOf(node, id))
  expect(new Set(views).size).toBe(1)
  for (const node of [ana, bo, cy]) {
    node.take({ type: 'projections-lost' })
    world.pass(100)
    expect(viewOf(node, id)).toBe(views[0])
  }
})

test('INT-1 proofs and pledges lie there by who made them and when', () => {
  const { world, ana, bo, cy, id } = asked(2_005, 'intention')
  const shelf = thing(bo, 'The shelf')
  const at = world.now
  const { proofId } = bo.must('intention.proof', { id, artifactId: shelf })
  const pledge = bo.ask('intention.pledge', { id, tokenId: shelf })
  expect(pledge.ok ? undefined : pledge.fault.code).toBe('NotPermitted')
  world.pass(2_000)
  for (const node of [ana, bo, cy]) {
    expect(childrenOf(node, id)).toMatchObject([
      { refId: proofId, id: shelf, label: `proof:${bo.id}:${at}`, by: bo.id },
    ])
  }
})

test('OPEN-1 modified code puts in nothing that does not fit, under no other name, and takes away nothing of others', () => {
  const { world, ana, bo, cy, id } = asked(2_006, 'intention')
  bo.must('intention.proof', { id, artifactId: thing(bo, 'Done') })
  world.pass(2_000)
  const before = [ana, bo].map((node) => viewOf(node, id))
  const cheater = new Cheater(cy).silence()
  const pen = cheater.pen(id)
  const nonce = () => world.bytes(16)
  const refId = childrenOf(ana, id)[0]?.refId ?? ''
  const forged: Canonical[][] = [
    ['refer', nonce(), some('a'), 0, `proof:${bo.id}:1`],
    ['refer', nonce(), some('a'), 0, `proof:${cy.id}:soon`],
    ['refer', nonce(), some('a'), 0, `pledge:${cy.id}:00000000`],
    ['refer', nonce(), some('a'), 0, null],
    ['refer', nonce(), some('a'), 0, 'offer'],
    ['refer', nonce(), 'doc:short', 0, `proof:${cy.id}:1`],
    ['refer', nonce(), id, 0, `proof:${cy.id}:1`],
    ['refer', nonce(), some('a'), 2e15, `proof:${cy.id}:1`],
    ['refer', nonce(), some('a'), 'first', `proof:${cy.id}:1`],
    ['refer', world.bytes(5), some('a'), 0, `proof:${cy.id}:1`],
    ['refer', nonce(), some('a'), 0, 'x'.repeat(10_000)],
    ['refer', nonce(), 7, 0, 7],
    ['refer'],
    ['unrefer', fromHex(refId.slice(5))],
    ['unrefer', nonce()],
    ['unrefer', 'all'],
    ['unrefer'],
  ]
  for (const [kind, ...fields] of forged) pen.entry(String(kind), ...fields)
  for (const node of [ana, bo]) cheater.deliver(node, id, pen.envelopes)
  expect([ana, bo].map((node) => viewOf(node, id))).toEqual(before)
})

test('OPEN-1 one name said twice is one reference everywhere, whichever came first', () => {
  const { world, ana, bo, cy, id } = asked(2_007)
  const cheater = new Cheater(cy).silence()
  const nonce = world.bytes(16)
  const [one, other] = [cheater.pen(id, cheater.me.incarnation + 1), cheater.pen(id, cheater.me.incarnation + 2)]
  one.entry('refer', nonce, some('a'), 0, 'offer')
  other.entry('refer', nonce, some('b'), 1, 'offer')
  cheater.deliver(ana, id, [...one.envelopes, ...other.envelopes])
  cheater.deliver(bo, id, [...other.envelopes, ...one.envelopes])
  world.pass(40_000)
  const refId = `open:${entryIdOf(cy.id, nonce)}`
  for (const node of [ana, bo]) expect(childrenOf(node, id)).toMatchObject([{ refId, id: some('a') }])
})

test('OPEN-1 the number of references one author makes is bounded, and leaves the steward room', () => {
  const { world, ana, bo, cy, id } = asked(2_008)
  const cheater = new Cheater(cy).silence()
  const pen = cheater.pen(id)
  for (let index = 0; index < 2_100; index += 1) pen.entry('refer', world.bytes(16), some('a'), index, 'offer')
  for (const node of [ana, bo]) cheater.deliver(node, id, pen.envelopes)
  const box = thing(ana, 'Mine')
  ana.must('artifact.compose', { treeId: id, childId: box, position: -1 })
  world.pass(2_000)
  for (const node of [ana, bo]) {
    const view = node.must('artifact.get', { id })
    expect(view.total).toBe(2_049)
    expect(view.references[0]).toMatchObject({ artifactId: box })
  }
})

test('OPEN-2 a steward cannot speak in a member’s name through the spine', () => {
  const { world, ana, bo, id } = asked(2_009)
  bo.must('request.offer', { requestId: id, artifactId: thing(bo, 'Boards') })
  world.pass(2_000)
  const [offer] = childrenOf(bo, id)
  const cheater = new Cheater(ana)
  const pen = cheater.pen(id)
  const actor = actorOf({ device: ana.device, incarnation: pen.settings.incarnation }, cheater.row(id), 'spine')
  const doc = Automerge.change(Automerge.init<Record<string, unknown>>({ actor }), { time: 0 }, (draft) => {
    draft[`ref:${offer?.refId}`] = { child: new Automerge.ImmutableString(some('f')), position: 0 }
    draft['ref:open:mine'] = { child: new Automerge.ImmutableString(some('f')), position: 0 }
  })
  pen.entry('change', 'spine', Automerge.getLastLocalChange(doc) ?? new Uint8Array(0))
  cheater.deliver(bo, id, pen.envelopes)
  expect(childrenOf(bo, id)).toEqual([offer])
})
