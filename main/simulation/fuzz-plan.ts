import type { ArtifactId } from '../../shared/ids.ts'
import { Cheater } from './cheater.ts'
import { beginning } from './fuzz-beginning.ts'
import type { Node, World } from './world.ts'

/** What is going on in one run, and what is known of it for judging it afterwards. */
export type Plan = {
  readonly world: World
  readonly realm: ArtifactId
  readonly code: string
  readonly steward: Node
  /** nobody, one, or two who know of each other */
  readonly cheaters: readonly Cheater[]
  /** the conversations of two that each has */
  readonly dms: ReadonlyMap<Node, readonly ArtifactId[]>
  /** entries that were acknowledged; `bound` until a removal of their author may have cut them off (AUTH-3) */
  readonly said: Map<string, { story: ArtifactId; by: Node; bound: boolean }>
  /** entries that somebody with the right to it deleted */
  readonly deleted: Set<string>
  /** how long the authority log was after somebody was last removed: who has not heard of it may still write */
  readonly removedAt: Map<Node, number>
  /** artifacts somebody made in their Vault */
  readonly made: Map<Node, ArtifactId[]>
}

export function planOf(seed: number, tell?: (line: string) => void): Plan {
  const { world, realm, code } = beginning(seed)
  const [steward, ...others] = world.nodes
  if (!steward) throw new Error('nobody')
  world.tell = tell
  const count = world.happens(0.5) ? 0 : 1 + world.pick(2)
  const cheaters = others.slice(others.length - count).map((node) => new Cheater(node))
  tell?.(`${steward.name} is the steward; ${cheaters.map((each) => each.node.name).join(' and ') || 'nobody'} cheats`)
  return {
    world,
    realm,
    code,
    steward,
    cheaters,
    dms: new Map(world.nodes.map((node) => [node, dmsOf(node)])),
    said: new Map(),
    deleted: new Set(),
    removedAt: new Map(),
    made: new Map(),
  }
}

export function isCheater(plan: Plan, node: Node): boolean {
  return plan.cheaters.some((cheater) => cheater.node === node)
}

export function honest(plan: Plan): Node[] {
  return plan.world.nodes.filter((node) => !isCheater(plan, node))
}

/** The realm where they are in it, and their conversations. */
export function storiesOf(plan: Plan, node: Node): ArtifactId[] {
  const dms = plan.dms.get(node) ?? []
  return isIn(node, plan.realm) ? [plan.realm, ...dms] : [...dms]
}

export function isIn(node: Node, id: ArtifactId): boolean {
  return node.vault.tables.artifacts.byId(id)?.status === 'active'
}

function dmsOf(node: Node): ArtifactId[] {
  return [...node.vault.tables.artifacts.all()].filter((row) => row.type === 'dm').map((row) => row.id)
}
