import type { ArtifactId } from '../../shared/ids.ts'
import type { ExchangeView } from '../../shared/views.ts'
import { befriend } from './gathering.ts'
import { type Node, World } from './world.ts'

export type Trade = {
  readonly world: World
  readonly ana: Node
  readonly bo: Node
  /** sees both artifacts and has nothing to do with the exchange */
  readonly cy: Node
  readonly map: ArtifactId
  readonly compass: ArtifactId
  readonly id: ArtifactId
  readonly conversation: ArtifactId
}

/** Ana offers her map for Bo's compass. Cy was granted both. */
export function trade(seed: number, expiresIn?: number): Trade {
  const world = new World(seed)
  const [ana, bo, cy] = [world.add('Ana'), world.add('Bo'), world.add('Cy')] as const
  befriend(world, ana, bo)
  befriend(world, ana, cy)
  befriend(world, bo, cy)
  const map = ana.must('artifact.create', { type: 'story', name: 'Map' }).id
  const compass = bo.must('artifact.create', { type: 'story', name: 'Compass' }).id
  ana.must('artifact.grant', { id: map, grantee: cy.id, mode: 'revocable' })
  bo.must('artifact.grant', { id: compass, grantee: cy.id, mode: 'permanent' })
  bo.must('artifact.grant', { id: compass, grantee: ana.id, mode: 'revocable' })
  ana.must('story.send', { storyId: map, text: 'here be dragons' })
  world.pass(5_000)
  const wanted = { offered: map, requested: compass, with: bo.id }
  const proposed = ana.must(
    'exchange.propose',
    expiresIn === undefined ? wanted : { ...wanted, expiresAt: world.now + expiresIn },
  )
  world.pass(5_000)
  return { world, ana, bo, cy, map, compass, id: proposed.id, conversation: proposed.conversationId }
}

export function exchangeAt(node: Node, id: ArtifactId): ExchangeView {
  return node.must('exchange.get', { id })
}

export function accept(node: Node, id: ArtifactId): void {
  node.must('exchange.accept', { id, terms: exchangeAt(node, id).terms })
}

/** Whose the map and the compass are, by the names of their stewards. */
export function ownersAt(node: Node, { world, map, compass }: Trade): string {
  return [map, compass]
    .map((id) => {
      const view = node.ask('artifact.get', { id })
      const steward = view.ok ? view.value.steward : undefined
      return world.nodes.find((each) => each.id === steward)?.name ?? 'nobody'
    })
    .join(' ')
}
