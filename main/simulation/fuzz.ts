import type { ArtifactId } from '../../shared/ids.ts'
import { hex, utf8 } from '../crypto/bytes.ts'
import { digest } from '../crypto/digest.ts'
import { Cheater } from './cheater.ts'
import { cheat } from './fuzz-cheating.ts'
import { lostOf, rebuiltOf, storiesOf, unauthorisedOf, viewsOf } from './fuzz-outcome.ts'
import { type Node, World } from './world.ts'

/** What one seeded run came to: for comparing runs, vaults and rebuilt vaults. */
export type Outcome = {
  readonly trace: string
  /** story → the canonical view of each honest member who is in it */
  readonly views: ReadonlyMap<ArtifactId, readonly { name: string; view: string }[]>
  /** acknowledged entries and artifacts that somebody who should have them lacks */
  readonly lost: readonly string[]
  /** what stands somewhere though nobody had the right to make it so */
  readonly unauthorised: readonly string[]
  /** views that were different after everything was made again from the logs */
  readonly rebuilt: readonly string[]
}

export type Plan = {
  readonly world: World
  readonly realm: ArtifactId
  readonly code: string
  readonly steward: Node
  readonly cheater: Cheater | undefined
  /** entries that were acknowledged; `bound` until a removal of their author may have cut them off (AUTH-3) */
  readonly said: Map<string, { story: ArtifactId; by: Node; bound: boolean }>
  /** entries that somebody with the right to it deleted */
  readonly deleted: Set<string>
  /** how long the authority log was after somebody was last removed: who has not heard of it may still write */
  readonly removedAt: Map<Node, number>
  /** artifacts somebody made in their Vault */
  readonly made: Map<Node, ArtifactId[]>
}

/**
 * 3 to 5 people, all peers, one realm; `steps` random acts in bad weather, with crashes, partitions, removals, blocks,
 * and in some runs one member who cheats; then everything heals and is compared.
 */
export function fuzz(seed: number, steps: number): Outcome {
  const plan = begin(seed)
  const { world } = plan
  world.weather = { drop: 0.1, duplicate: 0.1, reorder: 0.3 }
  for (let index = 0; index < steps; index += 1) {
    act(plan)
    world.pass(world.pick(4_000))
  }
  settle(plan)
  const views = viewsOf(plan)
  const found = { views, lost: lostOf(plan), unauthorised: unauthorisedOf(plan) }
  return { trace: traceOf(plan, views), ...found, rebuilt: rebuiltOf(plan, views) }
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
  const { code } = steward.must('realm.invite', { id: realm, uses: 1_000, approve: false })
  for (const other of others) other.must('realm.join', { code })
  world.pass(10_000)
  const last = others.at(-1)
  const cheater = last && world.happens(0.4) ? new Cheater(last) : undefined
  return {
    world,
    realm,
    code,
    steward,
    cheater,
    said: new Map(),
    deleted: new Set(),
    removedAt: new Map(),
    made: new Map(),
  }
}

/** Nobody is blocked or asleep any more, and there is time for everything to be heard. */
function settle(plan: Plan): void {
  const { world } = plan
  world.heal()
  for (const node of world.nodes) {
    for (const peer of node.must('peer.list', {})) {
      if (peer.status === 'blocked') node.must('peer.unblock', { playerId: peer.playerId })
    }
  }
  world.heal()
  world.heal()
}

function act(plan: Plan): void {
  const { world, cheater } = plan
  if (cheater?.node.isUp && world.happens(0.3)) return cheat(plan, cheater)
  const node = world.nodes[world.pick(world.nodes.length)]
  if (!node) return
  if (!node.isUp) {
    if (world.happens(0.4)) node.boot()
    return
  }
  const dice = world.pick(100)
  if (dice < 4) return node.crash()
  if (dice < 10) return node.strand(world.pick(2))
  if (dice < 26) return befall(plan, node)
  if (dice < 36) return tidy(plan, node)
  const story = storyOf(plan, node)
  if (!story) return
  if (dice < 74) return say(plan, node, story)
  if (dice < 78) return void node.ask('attention.navigate', { to: story })
  amend(plan, node, story)
}

/** Someone is removed, let in again, blocked or unblocked. */
function befall(plan: Plan, node: Node): void {
  const { world, steward, realm } = plan
  const other = world.nodes[world.pick(world.nodes.length)]
  if (!other || other === node) return
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
  plan.removedAt.set(other, authorityLength(steward, realm))
  const held = new Set(items.map((entry) => String(entry.entryId)))
  for (const [entryId, entry] of said)
    if (entry.by === other && entry.story === realm) entry.bound &&= held.has(entryId)
}

/** What people do in their own Vault, and the steward with the realm’s name and references. */
function tidy(plan: Plan, node: Node): void {
  const { world, realm, steward } = plan
  const root = node.must('vault.root', {}).id
  const mine = plan.made.get(node) ?? []
  const one = mine[world.pick(Math.max(1, mine.length))]
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

function storyOf(plan: Plan, node: Node): ArtifactId | undefined {
  const stories = storiesOf(plan, node)
  return plan.world.happens(0.5) ? stories[0] : stories[plan.world.pick(Math.max(1, stories.length))]
}

function say(plan: Plan, node: Node, story: ArtifactId): void {
  const sent = node.ask('story.send', { storyId: story, text: `${node.name} ${plan.world.pick(1_000_000)} é🜁` })
  if (sent.ok) plan.said.set(sent.value.entryId, { story, by: node, bound: isBound(plan, node, story) })
}

/** AUTH-3: what is said by somebody removed who has not heard of it is theirs only. */
function isBound({ realm, steward, removedAt }: Plan, node: Node, story: ArtifactId): boolean {
  if (story !== realm) return true
  const isIn = steward.must('artifact.get', { id: realm }).audience.includes(node.id)
  return isIn && authorityLength(node, realm) >= (removedAt.get(node) ?? 0)
}

function authorityLength(node: Node, realm: ArtifactId): number {
  const row = node.vault.tables.artifacts.byId(realm)
  return node.vault.tables.logs.of(row?.key ?? 0).find((log) => log.kind === 'authority')?.length ?? 0
}

function amend(plan: Plan, node: Node, story: ArtifactId): void {
  const { world } = plan
  const found = node.ask('story.entries', { storyId: story, limit: 20 })
  const items = found.ok ? found.value.items : []
  const item = items[world.pick(Math.max(1, items.length))]
  if (!item) return
  const target = { storyId: story, entryId: item.entryId }
  const dice = world.pick(4)
  if (dice === 0) node.ask('story.edit', { ...target, text: `edited ${world.pick(1_000)}` })
  else if (dice === 1)
    node.ask('story.react', { ...target, emoji: ['👍', '✨'][world.pick(2)] ?? '👍', on: world.happens(0.7) })
  else if (dice === 2) node.ask('story.markRead', target)
  else if (story === plan.realm && node.ask('story.delete', target).ok) plan.deleted.add(item.entryId)
}

function traceOf(plan: Plan, views: Outcome['views']): string {
  const heard = plan.world.nodes.map((node) => node.heard.map((frame) => hex(digest(frame))).join())
  return hex(digest(utf8(JSON.stringify([heard, [...views]]))))
}
