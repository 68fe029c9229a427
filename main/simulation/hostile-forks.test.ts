import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { Cheater } from './cheater.ts'
import { gather, textsOf, viewOf } from './gathering.ts'
import type { Pen } from './pen.ts'
import type { Node } from './world.ts'

type Show = (cheater: Cheater, trunk: Pen) => readonly Pen[]

/** Mel, a member of Ana's realm, writes a log and shows Bo, Cy and Dee each another continuation, out of each other's sight. */
function split(seed: number, shared: number, show: Show) {
  const { world, nodes, id } = gather(seed, ['Ana', 'Bo', 'Cy', 'Dee', 'Mel'])
  const [ana, bo, cy, dee, mel] = nodes
  const cheater = new Cheater(mel).silence()
  const trunk = grow(cheater.pen(id), 'common', shared)
  const branches = show(cheater, trunk)
  const honest = [ana, bo, cy, dee]
  for (const [index, node] of honest.entries()) node.strand(index + 1)
  branches.forEach((branch, index) => {
    const node = [bo, cy, dee][index]
    if (!node) return
    mel.strand(node.island)
    world.pass(3_000)
    cheater.deliver(node, id, branch.envelopes)
    expect(node.must('story.entries', { storyId: id }).total).toBe(branch.envelopes.length)
  })
  mel.strand(9)
  return { world, id, honest, ana, bo, cy, dee, mel, cheater, branches, rejoin }

  function rejoin(millis = 70_000): void {
    for (const node of honest) node.strand(0)
    world.pass(millis)
  }
}

function grow(pen: Pen, name: string, length: number): Pen {
  for (let index = 0; index < length; index += 1) pen.say(`${name} ${index}`)
  return pen
}

function expectFrozen(honest: readonly Node[], id: ArtifactId, author: string, at: number): void {
  for (const node of honest) {
    expect(viewOf(node, id), node.name).toBe(viewOf(honest[0] ?? node, id))
    expect(node.must('sync.status', {}).frozen, node.name).toEqual([{ artifactId: id, author, at }])
  }
}

test.each([
  [0, [3, 3]],
  [1, [1, 1]],
  [4, [1, 6]],
  [0, [40, 25]],
  [7, [2, 2, 2]],
])(
  'AUTH-2 a log forked after %i entries freezes its author there for everyone, and the rest goes on: %j',
  (shared, tails) => {
    const { id, honest, world, bo, mel, rejoin } = split(30 + shared, shared, (_, trunk) =>
      tails.map((length, branch) => grow(trunk.fork(shared), `branch ${branch}`, length)),
    )
    rejoin()
    expectFrozen(honest, id, mel.device, shared)
    expect(textsOf(bo, id)).toEqual(Array.from({ length: shared }, (_, index) => `common ${index}`))
    bo.must('story.send', { storyId: id, text: 'we go on' })
    world.pass(1_000)
    for (const node of honest) expect(textsOf(node, id).at(-1)).toBe('we go on')
  },
)

test('AUTH-2 of several forks in one log the first counts, though nobody saw all branches', () => {
  const { id, honest, mel, rejoin } = split(50, 6, (_, trunk) => [
    grow(trunk.fork(6), 'x', 3),
    grow(trunk.fork(5), 'y', 4),
    grow(trunk.fork(2), 'z', 9),
  ])
  rejoin(100_000)
  expectFrozen(honest, id, mel.device, 2)
})

test('AUTH-2 forks at one place on different branches are found to be one earlier fork', () => {
  const { world, cheater, id, honest, bo, cy, mel, rejoin, branches } = split(51, 1, (_, trunk) => [
    grow(trunk.fork(1), 'x', 4),
    grow(trunk.fork(1), 'y', 4),
  ])
  branches.forEach((branch, index) => {
    const node = [bo, cy][index] ?? bo
    mel.strand(node.island)
    world.pass(3_000)
    cheater.deliver(node, id, grow(branch.fork(3), 'again', 1).envelopes)
    expect(node.must('sync.status', {}).frozen).toMatchObject([{ at: 3 }])
  })
  mel.strand(9)
  rejoin(100_000)
  expectFrozen(honest, id, mel.device, 1)
})

test('AUTH-2 a fork many pages back is found without walking there page by page', () => {
  const { id, honest, mel, bo, cy, rejoin } = split(52, 3, (_, trunk) => [
    grow(trunk.fork(3), 'x', 1_100),
    grow(trunk.fork(3), 'y', 1_200),
  ])
  const before = [bo, cy].map((node) => node.must('sync.status', {}).bytes.received)
  rejoin(100_000)
  expectFrozen(honest, id, mel.device, 3)
  const grown = [bo, cy].map((node, index) => node.must('sync.status', {}).bytes.received - (before[index] ?? 0))
  for (const bytes of grown) expect(bytes).toBeLessThan(5_000_000)
})

test('AUTH-2 the proof outlives a restart and a rebuild, and reaches who comes later', () => {
  const { world, id, honest, ana, bo, mel, rejoin } = split(53, 2, (_, trunk) => [
    grow(trunk.fork(2), 'x', 2),
    grow(trunk.fork(2), 'y', 2),
  ])
  rejoin()
  bo.crash()
  world.pass(1_000)
  bo.boot()
  ana.take({ type: 'projections-lost' })
  const late = world.add('Eve')
  const { code } = ana.must('realm.invite', { id, approve: false })
  late.must('realm.join', { code })
  world.pass(40_000)
  expectFrozen([...honest, late], id, mel.device, 2)
})

test('AUTH-3 a fork and a removal: what both leave counts, whichever was heard of first', () => {
  const { world, id, honest, ana, bo, cy, mel, rejoin } = split(54, 3, (_, trunk) => [
    grow(trunk.fork(3), 'x', 3),
    grow(trunk.fork(3), 'y', 3),
  ])
  ana.strand(bo.island)
  world.pass(40_000)
  ana.must('artifact.revoke', { id, grantee: mel.id })
  world.pass(1_000)
  expect(textsOf(ana, id)).toHaveLength(6)
  rejoin(100_000)
  expectFrozen(honest, id, mel.device, 3)
  cy.must('story.send', { storyId: id, text: 'on' })
  world.pass(1_000)
  for (const node of honest) expect(textsOf(node, id)).toEqual(['common 0', 'common 1', 'common 2', 'on'])
})

test('AUTH-3 a fork after the accepted length changes nothing and nobody keeps asking for it', () => {
  const { world, id, honest, ana, bo, cy, mel, cheater, branches, rejoin } = split(55, 3, (_, trunk) => [
    trunk,
    grow(trunk.fork(3), 'late', 4),
  ])
  ana.strand(bo.island)
  world.pass(40_000)
  ana.must('artifact.revoke', { id, grantee: mel.id })
  mel.strand(cy.island)
  world.pass(3_000)
  cheater.deliver(cy, id, grow(branches[1]?.fork(5) ?? cheater.pen(id), 'later', 1).envelopes)
  mel.strand(9)
  rejoin(100_000)
  for (const node of honest) expect(textsOf(node, id)).toEqual(['common 0', 'common 1', 'common 2'])
  const heard = honest.map((node) => node.heard.length)
  world.pass(120_000)
  // one summary from each of three others every 30 s, and nothing after it
  for (const [index, node] of honest.entries()) {
    expect(node.heard.length - (heard[index] ?? 0), node.name).toBeLessThanOrEqual(15)
  }
})
