import type { ArtifactId } from '../../shared/ids.ts'
import type { Outcome, Plan } from './fuzz.ts'
import { viewOf } from './gathering.ts'
import type { Node } from './world.ts'

/** The realm where they are in it, and their conversations. */
export function storiesOf(plan: Plan, node: Node): ArtifactId[] {
  const realm = node.ask('artifact.get', { id: plan.realm })
  const dms = plan.world.nodes
    .filter((each) => each !== node)
    .flatMap((each) => {
      const dm = node.ask('story.dm', { playerId: each.id })
      return dm.ok ? [dm.value.id] : []
    })
  return realm.ok && realm.value.status === 'active' ? [plan.realm, ...dms] : dms
}

export function viewsOf(plan: Plan): Outcome['views'] {
  const views = new Map<ArtifactId, { name: string; view: string }[]>()
  for (const node of honest(plan)) {
    for (const story of storiesOf(plan, node)) {
      views.set(story, [...(views.get(story) ?? []), { name: node.name, view: viewOf(node, story) }])
    }
  }
  return views
}

export function lostOf(plan: Plan): string[] {
  const lost: string[] = []
  for (const [entryId, { story, by, bound }] of plan.said) {
    if (!bound || by === plan.cheater?.node) continue
    for (const node of honest(plan)) {
      if (!storiesOf(plan, node).includes(story)) continue
      const { items } = node.must('story.entries', { storyId: story, limit: 1_000 })
      if (!items.some((item) => item.entryId === entryId))
        lost.push(`${by.name}'s ${entryId.slice(0, 8)} at ${node.name}`)
    }
  }
  for (const [node, made] of plan.made) {
    const root = node.must('vault.root', {}).id
    const children = new Set(node.must('artifact.children', { id: root, limit: 1_000 }).items.map((child) => child.id))
    for (const id of made) if (!children.has(id)) lost.push(`${node.name}'s box ${id.slice(4, 12)}`)
  }
  return lost
}

/** Members the steward did not let in, content where there is no membership, deletions and names by nobody. */
export function unauthorisedOf(plan: Plan): string[] {
  const { steward, realm, world } = plan
  const members = new Set(steward.must('artifact.get', { id: realm }).audience)
  const players = new Set(world.nodes.map((node) => node.id))
  const found: string[] = []
  for (const node of honest(plan)) {
    const view = node.ask('artifact.get', { id: realm })
    if (!view.ok) continue
    const isIn = view.value.status === 'active'
    const { items } = node.must('story.entries', { storyId: realm, limit: 1_000 })
    if (isIn !== members.has(node.id)) found.push(`${node.name} ${isIn ? 'thinks to be in' : 'is left out'}`)
    if (!isIn && items.some((item) => item.delivery.state !== 'queued')) found.push(`${node.name} kept what it had`)
    for (const item of items) {
      if (!players.has(item.author)) found.push(`${node.name} shows a stranger's entry`)
      if (item.text.startsWith('forged')) found.push(`${node.name} shows ${item.text}`)
      const isByAuthor = item.author === plan.cheater?.node.id
      if (item.deleted && !isByAuthor && !plan.deleted.has(item.entryId))
        found.push(`${node.name} lost an entry to nobody`)
    }
    if (view.value.name.startsWith('forged')) found.push(`${node.name} shows a name by nobody`)
  }
  return found
}

export function rebuiltOf(plan: Plan, views: Outcome['views']): string[] {
  const differing: string[] = []
  for (const node of honest(plan)) {
    const root = node.must('vault.root', {}).id
    const vault = viewOf(node, root)
    node.take({ type: 'projections-lost' })
    plan.world.pass(100)
    if (viewOf(node, root) !== vault) differing.push(`${node.name}'s Vault`)
    for (const story of storiesOf(plan, node)) {
      const before = views.get(story)?.find((each) => each.name === node.name)?.view
      if (viewOf(node, story) !== before) differing.push(`${node.name} ${story}`)
    }
  }
  return differing
}

function honest(plan: Plan): Node[] {
  return plan.world.nodes.filter((node) => node !== plan.cheater?.node)
}
