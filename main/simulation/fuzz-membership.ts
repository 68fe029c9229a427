import type { ArtifactId } from '../../shared/ids.ts'
import type { Plan } from './fuzz-plan.ts'
import type { Node } from './world.ts'

/** Someone is removed, let in again, blocked or unblocked. */
export function befall(plan: Plan, node: Node): void {
  const { world, steward, realm } = plan
  const other = world.nodes[world.pick(world.nodes.length)]
  if (!other || other.id === node.id) return
  const dice = world.pick(8)
  if (dice === 0) node.ask('peer.block', { playerId: other.id })
  else if (dice < 3) node.ask('peer.unblock', { playerId: other.id })
  else if (!steward.isUp || other === steward) return
  else if (dice < 5) remove(plan, other)
  else if (world.happens(0.5)) steward.ask('artifact.grant', { id: realm, grantee: other.id, mode: 'revocable' })
  else if (other.isUp) other.ask('realm.join', { code: plan.code })
}

/** AUTH-3: what the seat holds of them then counts for ever; of what it does not hold, nothing has to. */
function remove(plan: Plan, other: Node): void {
  const { steward, realm, said } = plan
  if (!steward.ask('artifact.revoke', { id: realm, grantee: other.id }).ok) return
  const { items } = steward.must('story.entries', { storyId: realm, limit: 1_000 })
  for (const device of plan.world.nodes) {
    if (device.id === other.id) plan.removedAt.set(device, authorityLength(steward, realm))
  }
  const held = new Set(items.map((entry) => String(entry.entryId)))
  for (const [entryId, entry] of said)
    if (entry.by.id === other.id && entry.story === realm) entry.bound &&= held.has(entryId)
}

function authorityLength(node: Node, realm: ArtifactId): number {
  const row = node.vault.tables.artifacts.byId(realm)
  return node.vault.tables.logs.of(row?.key ?? 0).find((log) => log.kind === 'authority')?.length ?? 0
}

/** AUTH-3: what is said by somebody removed who has not heard of it is theirs only. */
export function isBound({ realm, steward, removedAt }: Plan, node: Node, story: ArtifactId): boolean {
  if (story !== realm) return true
  const { artifacts, members } = steward.vault.tables
  const isIn = members.of(artifacts.byId(realm)?.key ?? 0).some((member) => member.player === node.id)
  return isIn && authorityLength(node, realm) >= (removedAt.get(node) ?? 0)
}
