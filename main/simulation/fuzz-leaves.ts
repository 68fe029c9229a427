import type { ArtifactId } from '../../shared/ids.ts'
import { hex } from '../crypto/bytes.ts'
import { isBound } from './fuzz-membership.ts'
import { honest, type Plan } from './fuzz-plan.ts'
import { entriesOf } from './gathering.ts'
import type { Node } from './world.ts'

/** Someone hangs a picture, looks at one, or gives up fetching it. */
export function handle(plan: Plan, node: Node, story: ArtifactId): void {
  const { world } = plan
  const dice = world.pick(8)
  if (dice < 4) return hang(plan, node, story)
  const found = node.ask('artifact.children', { id: story, limit: 1_000 })
  const leaves = found.ok ? found.value.items.filter((child) => child.id.startsWith('blob:')) : []
  const leaf = leaves[world.pick(Math.max(1, leaves.length))]
  if (!leaf) return
  if (dice < 7) node.ask('attention.navigate', { to: leaf.id })
  else node.ask('artifact.cancel', { id: leaf.id })
}

function hang(plan: Plan, node: Node, story: ArtifactId): void {
  const { world } = plan
  node.blobs.files.set('/picture', world.bytes(1 + world.pick(3_000)))
  const made = node.ask('artifact.import', { path: '/picture', parentId: story })
  const entry = made.ok && entriesOf(node, story).findLast((each) => each.artifactId === made.value.id)
  if (entry) plan.said.set(entry.entryId, { story, by: node, bound: isBound(plan, node, story) })
}

/** What is on the disk and not in the tables, or the other way round, or in both though nothing refers to it. */
export function strayBytesOf(plan: Plan): string[] {
  return honest(plan).flatMap((node) => {
    const { artifacts, blobs, leaves } = node.vault.tables
    const kept = blobs.all()
    const files = new Set(node.blobs.whole.keys())
    const isReferred = (address: Uint8Array) =>
      leaves.at(address).some((leaf) => artifacts.byKey(leaf.artifact)?.status === 'active' && leaf.state === 'here')
    return [
      ...kept.filter((blob) => !files.has(hex(blob.address))).map(() => `${node.name} lacks a file it counts on`),
      ...(files.size > kept.length ? [`${node.name} has a file it does not know of`] : []),
      ...kept.filter((blob) => !isReferred(blob.address)).map(() => `${node.name} keeps bytes of nothing`),
    ]
  })
}
