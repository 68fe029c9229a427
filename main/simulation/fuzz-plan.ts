import type { ArtifactId } from '../../shared/ids.ts'
import { Cheater } from './cheater.ts'
import { beginning, type Common } from './fuzz-beginning.ts'
import type { Node, World } from './world.ts'

/** What is going on in one run, and what is known of it for judging it afterwards. */
export type Plan = Common & {
  readonly world: World
  readonly steward: Node
  /** nobody, one, or two who know of each other */
  readonly cheaters: readonly Cheater[]
  /** the conversations of two that each has */
  readonly dms: ReadonlyMap<Node, readonly ArtifactId[]>
  /** branches of the realm */
  readonly branches: ArtifactId[]
  /** entries that were acknowledged; `bound` until a removal of their author may have cut them off (AUTH-3) */
  readonly said: Map<string, { story: ArtifactId; by: Node; bound: boolean }>
  /** entries that somebody with the right to it deleted */
  readonly deleted: Set<string>
  /** how long the authority log was after somebody was last removed: who has not heard of it may still write */
  readonly removedAt: Map<Node, number>
  /** artifacts somebody made in their Vault */
  readonly made: Map<Node, ArtifactId[]>
  /** words typed into the text, each once, and those that somebody took out */
  readonly typed: Map<string, Node>
  readonly erased: Set<string>
  /** references in the request that were acknowledged */
  readonly offered: Map<string, Node>
  /** exchanges that were proposed, with the two they are between */
  readonly deals: Map<ArtifactId, readonly [Node, Node]>
}

export function planOf(seed: number, tell?: (line: string) => void): Plan {
  const { world, common } = beginning(seed)
  const [steward, ...others] = world.nodes
  if (!steward) throw new Error('nobody')
  world.tell = tell
  const count = world.happens(0.5) ? 0 : 1 + world.pick(2)
  const cheaters = others.slice(4 - count, 4).map((node) => new Cheater(node))
  tell?.(`${steward.name} is the steward; ${cheaters.map((each) => each.node.name).join(' and ') || 'nobody'} cheats`)
  return {
    ...common,
    world,
    steward,
    cheaters,
    dms: new Map(world.nodes.map((node) => [node, dmsOf(node)])),
    branches: [],
    said: new Map(),
    deleted: new Set(),
    removedAt: new Map(),
    made: new Map(),
    typed: new Map(),
    erased: new Set(),
    offered: new Map(),
    deals: new Map(),
  }
}

export function isCheater(plan: Plan, node: Node): boolean {
  return plan.cheaters.some((cheater) => cheater.node === node)
}

export function honest(plan: Plan): Node[] {
  return plan.world.nodes.filter((node) => !isCheater(plan, node))
}

/** The realm where they are in it, their conversations, and the other Stories they share. */
export function storiesOf(plan: Plan, node: Node): ArtifactId[] {
  const wide = [plan.realm, ...plan.goods, ...plan.branches].filter((id) => isIn(node, id))
  return [...wide, ...(plan.dms.get(node) ?? [])]
}

/** Everything members have to agree on that this one is a member of. */
export function sharedOf(plan: Plan, node: Node): ArtifactId[] {
  return [...storiesOf(plan, node), ...[plan.document, plan.request].filter((id) => isIn(node, id))]
}

export function isIn(node: Node, id: ArtifactId): boolean {
  return node.vault.tables.artifacts.byId(id)?.status === 'active'
}

export function oneOf<T>(world: World, items: readonly T[]): T | undefined {
  return items[world.pick(Math.max(1, items.length))]
}

function dmsOf(node: Node): ArtifactId[] {
  return [...node.vault.tables.artifacts.all()].filter((row) => row.type === 'dm').map((row) => row.id)
}
