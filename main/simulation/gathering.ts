import type { ArtifactId } from '../../shared/ids.ts'
import type { EntryView } from '../../shared/views.ts'
import { type Node, World } from './world.ts'

type Nodes<Names extends readonly string[]> = { readonly [K in keyof Names]: Node }

/** People in one realm of the first one's. Who is not somebody's peer is only a fellow member. */
export function gather<const Names extends readonly [string, ...string[]]>(
  seed: number,
  names: Names,
): { world: World; nodes: Nodes<Names>; id: ArtifactId; code: string } {
  const world = new World(seed)
  const nodes = names.map((name) => world.add(name)) as Node[] & Nodes<Names>
  const [steward, ...others] = nodes as readonly Node[]
  if (!steward) throw new Error('nobody')
  const { id } = steward.must('realm.create', { name: 'Realm' })
  const { code } = steward.must('realm.invite', { id, uses: 10, approve: false })
  for (const other of others) other.must('realm.join', { code })
  world.pass(5_000)
  return { world, nodes, id, code }
}

/** Two people who accepted each other, and their Story. */
export function pair(seed: number): { world: World; ana: Node; bo: Node; id: ArtifactId } {
  const world = new World(seed)
  const ana = world.add('Ana')
  const bo = world.add('Bo')
  befriend(world, ana, bo)
  return { world, ana, bo, id: ana.must('story.dm', { playerId: bo.id }).id }
}

export function befriend(world: World, a: Node, b: Node): void {
  a.must('peer.add', { code: b.code })
  world.pass(5_000)
  b.must('peer.accept', { playerId: a.id })
  world.pass(5_000)
}

/** A new device of somebody's, joined by a code. */
export function second(world: World, of: Node, name = 'Second'): Node {
  const node = world.add(name)
  node.must('device.join', { code: of.must('device.invite', {}).code })
  world.pass(10_000)
  return node
}

export function entriesOf(node: Node, storyId: ArtifactId): EntryView[] {
  return node.must('story.entries', { storyId, limit: 1_000 }).items
}

export function textsOf(node: Node, storyId: ArtifactId): string[] {
  return entriesOf(node, storyId).map((entry) => entry.text)
}

/** Everything members must agree on; delivery and read marks are each one's own. */
export function viewOf(node: Node, id: ArtifactId): string {
  const { items, total } = node.must('story.entries', { storyId: id, limit: 1_000 })
  const shared = items.map(({ delivery: _, leaf, ...entry }) => ({
    ...entry,
    // where its bytes are and whether they may be kept is each one's own
    leaf: leaf && { type: leaf.type, size: leaf.size, mime: leaf.mime },
    reactions: Object.entries(entry.reactions).sort(),
  }))
  const { audience, name, type, metadata } = node.must('artifact.get', { id })
  const children = node.must('artifact.children', { id, limit: 1_000 }).items
  const spine = children.map(({ id: child, refId, position, label, place }) => ({
    child,
    refId,
    position,
    label,
    place,
  }))
  // a DM is named by each of its two people for themselves
  const known = metadata['dm'] === undefined ? name : ''
  return JSON.stringify({ total, shared, members: audience.toSorted(), name: known, type, spine })
}
