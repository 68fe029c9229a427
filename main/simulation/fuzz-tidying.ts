import { oneOf, type Plan } from './fuzz-plan.ts'
import type { Node } from './world.ts'

/** What people do in their own Vault, and the steward with the realm’s name and references. */
export function tidy(plan: Plan, node: Node): void {
  const { world, realm, steward } = plan
  const vault = node.ask('vault.root', {})
  if (!vault.ok) return
  const root = vault.value.id
  const mine = plan.made.get(node) ?? []
  const one = oneOf(world, mine)
  const dice = world.pick(6)
  if (dice === 0) node.ask('identity.rename', { name: `${node.name} ${world.pick(100)}` })
  else if (dice === 1 && node === steward) node.ask('artifact.rename', { id: realm, name: `Realm ${world.pick(100)}` })
  else if (dice === 2 && node === steward && one) node.ask('artifact.compose', { treeId: realm, childId: one })
  else if (dice === 3 && one) node.ask('artifact.place', { treeId: root, childId: one, x: world.pick(500) / 7, y: 1 })
  else if (dice === 4 && node === steward && one) node.ask('artifact.uncompose', { treeId: realm, childId: one })
  else {
    const made = node.ask('artifact.create', { type: 'collection', name: `Box ${world.pick(100)}`, parentId: root })
    if (made.ok) plan.made.set(node, [...mine, made.value.id])
  }
}
