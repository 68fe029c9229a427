import type { ArtifactId } from '../../shared/ids.ts'
import { hex, utf8 } from '../crypto/bytes.ts'
import { digest } from '../crypto/digest.ts'
import { type Node, World } from './world.ts'

/** What one seeded run came to: for comparing runs, vaults and rebuilt vaults. */
export type Outcome = {
  readonly trace: string
  /** story → the canonical view of each member */
  readonly views: ReadonlyMap<ArtifactId, readonly { name: string; view: string }[]>
  /** acknowledged entries that somebody who should have them lacks */
  readonly lost: readonly string[]
  readonly rebuilt: readonly string[]
}

type Plan = {
  readonly world: World
  readonly realm: ArtifactId
  readonly said: Map<string, { story: ArtifactId; by: Node }>
}

/**
 * 3 to 5 people, all peers, one realm; `steps` random acts in bad weather, with crashes and partitions; then everything
 * heals and is compared.
 */
export function fuzz(seed: number, steps: number): Outcome {
  const plan = begin(seed)
  const { world } = plan
  world.weather = { drop: 0.1, duplicate: 0.1, reorder: 0.3 }
  for (let index = 0; index < steps; index += 1) {
    act(plan)
    world.pass(world.pick(4_000))
  }
  world.heal()
  world.heal()
  const views = viewsOf(plan)
  return { trace: traceOf(plan, views), views, lost: lostOf(plan), rebuilt: rebuiltOf(plan, views) }
}

function begin(seed: number): Plan {
  const world = new World(seed)
  const count = 3 + world.pick(3)
  for (let index = 0; index < count; index += 1) world.add(`P${index}`)
  for (const a of world.nodes) {
    for (const b of world.nodes) if (a.index < b.index) a.must('peer.add', { code: b.code })
  }
  world.pass(5_000)
  for (const node of world.nodes) {
    for (const peer of node.must('peer.list', {})) {
      if (peer.status === 'pending' && peer.direction === 'in') node.must('peer.accept', { playerId: peer.playerId })
    }
  }
  world.pass(5_000)
  const [steward, ...others] = world.nodes
  if (!steward) throw new Error('nobody')
  const realm = steward.must('realm.create', { name: 'Realm' }).id
  const { code } = steward.must('realm.invite', { id: realm, uses: 10, approve: false })
  for (const other of others) other.must('realm.join', { code })
  world.pass(10_000)
  return { world, realm, said: new Map() }
}

function act(plan: Plan): void {
  const { world } = plan
  const node = world.nodes[world.pick(world.nodes.length)]
  if (!node) return
  if (!node.isUp) {
    if (world.happens(0.4)) node.boot()
    return
  }
  const dice = world.pick(100)
  if (dice < 4) return node.crash()
  if (dice < 10) return node.strand(world.pick(2))
  const story = storyOf(plan, node)
  if (!story) return
  if (dice < 60) return say(plan, node, story)
  if (dice < 70) return void node.ask('attention.navigate', { to: story })
  amend(plan, node, story)
}

function storyOf(plan: Plan, node: Node): ArtifactId | undefined {
  const { world } = plan
  if (world.happens(0.5)) return node.ask('artifact.get', { id: plan.realm }).ok ? plan.realm : undefined
  const other = world.nodes[world.pick(world.nodes.length)]
  const found = other && other !== node ? node.ask('story.dm', { playerId: other.id }) : undefined
  return found?.ok ? found.value.id : undefined
}

function say(plan: Plan, node: Node, story: ArtifactId): void {
  const sent = node.ask('story.send', { storyId: story, text: `${node.name} ${plan.world.pick(1_000_000)} é🜁` })
  if (sent.ok) plan.said.set(sent.value.entryId, { story, by: node })
}

function amend(plan: Plan, node: Node, story: ArtifactId): void {
  const { world } = plan
  const { items } = node.must('story.entries', { storyId: story, limit: 20 })
  const item = items[world.pick(Math.max(1, items.length))]
  if (!item) return
  const target = { storyId: story, entryId: item.entryId }
  const dice = world.pick(4)
  if (dice === 0) node.ask('story.edit', { ...target, text: `edited ${world.pick(1_000)}` })
  else if (dice === 1)
    node.ask('story.react', { ...target, emoji: ['👍', '✨'][world.pick(2)] ?? '👍', on: world.happens(0.7) })
  else if (dice === 2) node.ask('story.markRead', target)
  else if (story === plan.realm) node.ask('story.delete', target)
}

function viewsOf(plan: Plan): Outcome['views'] {
  const views = new Map<ArtifactId, { name: string; view: string }[]>()
  for (const node of plan.world.nodes) {
    for (const story of storiesOf(plan, node)) {
      views.set(story, [...(views.get(story) ?? []), { name: node.name, view: viewOf(node, story) }])
    }
  }
  return views
}

function storiesOf(plan: Plan, node: Node): ArtifactId[] {
  const dms = plan.world.nodes
    .filter((each) => each !== node)
    .map((each) => node.must('story.dm', { playerId: each.id }).id)
  return [plan.realm, ...dms]
}

/** Everything members must agree on; delivery and read marks are each one's own. */
function viewOf(node: Node, story: ArtifactId): string {
  const { items, total } = node.must('story.entries', { storyId: story, limit: 1_000 })
  const shared = items.map(({ delivery: _, ...entry }) => ({
    ...entry,
    reactions: Object.entries(entry.reactions).sort(),
  }))
  return JSON.stringify({ total, shared, members: node.must('artifact.get', { id: story }).audience.toSorted() })
}

function lostOf(plan: Plan): string[] {
  const lost: string[] = []
  for (const [entryId, { story, by }] of plan.said) {
    for (const node of plan.world.nodes) {
      if (!storiesOf(plan, node).includes(story)) continue
      const { items } = node.must('story.entries', { storyId: story, limit: 1_000 })
      if (!items.some((item) => item.entryId === entryId))
        lost.push(`${by.name}'s ${entryId.slice(0, 8)} at ${node.name}`)
    }
  }
  return lost
}

function rebuiltOf(plan: Plan, views: Outcome['views']): string[] {
  const differing: string[] = []
  for (const node of plan.world.nodes) {
    node.take({ type: 'projections-lost' })
    plan.world.pass(100)
    for (const story of storiesOf(plan, node)) {
      const before = views.get(story)?.find((each) => each.name === node.name)?.view
      if (viewOf(node, story) !== before) differing.push(`${node.name} ${story}`)
    }
  }
  return differing
}

function traceOf(plan: Plan, views: Outcome['views']): string {
  const heard = plan.world.nodes.map((node) => node.heard.map((frame) => hex(digest(frame))).join())
  return hex(digest(utf8(JSON.stringify([heard, [...views]]))))
}
