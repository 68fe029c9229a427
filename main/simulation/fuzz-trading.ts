import type { ArtifactId } from '../../shared/ids.ts'
import { isIn, oneOf, type Plan } from './fuzz-plan.ts'
import type { Node } from './world.ts'

/** Proposes to swap a thing of one's own for somebody's, or answers what was proposed. */
export function trade(plan: Plan, node: Node): void {
  const { world, goods, deals } = plan
  const dice = world.pick(10)
  const id = oneOf(world, [...deals.keys()])
  if (dice < 3 || !id) return propose(plan, node, oneOf(world, goods), oneOf(world, goods))
  const view = node.ask('exchange.get', { id })
  if (!view.ok) return
  if (dice < 8) node.ask('exchange.accept', { id, terms: view.value.terms })
  else if (dice === 8) node.ask('exchange.reject', { id })
  else node.ask('exchange.complete', { id })
}

function propose(plan: Plan, node: Node, offered?: ArtifactId, requested?: ArtifactId): void {
  const { world, deals } = plan
  if (!offered || !requested || offered === requested) return
  const other = world.nodes.find((each) => each.id === stewardAt(node, requested))
  if (!other || stewardAt(node, offered) !== node.id) return
  const made = node.ask('exchange.propose', { offered, requested, with: other.id })
  if (made.ok) deals.set(made.value.id, [node, other])
}

/** Both or neither: whoever had so many of the goods has so many, whatever was swapped, and all agree on whose is what. */
export function tornAt(plan: Plan, node: Node): string[] {
  const [first, second, third] = plan.goods
  if (!first || !second || !third) throw new Error('no goods')
  const owners = plan.goods.filter((id) => isIn(node, id)).map((id) => stewardAt(node, id))
  const isTorn = owners.length === plan.goods.length && new Set(owners).size < plan.goods.length
  return isTorn ? [`${node.name} sees one with two: ${owners.map((owner) => owner?.slice(0, 8))}`] : []
}

export function stewardAt(node: Node, id: ArtifactId): string | undefined {
  const view = node.ask('artifact.get', { id })
  return view.ok ? view.value.steward : undefined
}
