import { isIn, oneOf, type Plan } from './fuzz-plan.ts'
import type { Node } from './world.ts'

/** Offers a thing, puts one into the realm, or begins a branch of it. */
export function compose(plan: Plan, node: Node): void {
  const { world, realm, request, offered, made } = plan
  const mine = oneOf(world, made.get(node) ?? [])
  const dice = world.pick(6)
  if (dice < 3 && mine) {
    const lying = node.ask('request.offer', { requestId: request, artifactId: mine })
    if (lying.ok) offered.set(lying.value.refId, node)
  } else if (dice === 3 && mine) node.ask('artifact.compose', { treeId: realm, childId: mine })
  else if (dice === 4 && mine) node.ask('artifact.uncompose', { treeId: realm, childId: mine })
  else branch(plan, node)
}

function branch(plan: Plan, node: Node): void {
  const { world, realm, branches } = plan
  if (!isIn(node, realm) || branches.length >= 3) return
  const found = node.ask('story.entries', { storyId: realm, limit: 20 })
  const entry = found.ok ? oneOf(world, found.value.items) : undefined
  if (!entry) return
  const made = node.ask('story.branch', { storyId: realm, entryId: entry.entryId, name: `Branch ${branches.length}` })
  if (made.ok) branches.push(made.value.id)
}

export function offersLost(plan: Plan, node: Node, isTrusted: (author: Node) => boolean): string[] {
  if (!isIn(node, plan.request)) return []
  const { items } = node.must('artifact.children', { id: plan.request, limit: 1_000 })
  const there = new Set(items.map((item) => item.refId))
  return [...plan.offered]
    .filter(([refId, author]) => isTrusted(author) && !there.has(refId))
    .map(([refId, author]) => `${author.name}'s offer ${refId.slice(0, 12)} at ${node.name}`)
}
