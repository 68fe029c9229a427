import type { ArtifactId } from '../../shared/ids.ts'
import type { EntryView } from '../../shared/views.ts'
import type { Outcome } from './fuzz.ts'
import { strayBytesOf } from './fuzz-leaves.ts'
import { honest, isCheater, isIn, type Plan, storiesOf } from './fuzz-plan.ts'
import { entriesOf, viewOf } from './gathering.ts'
import type { Node } from './world.ts'

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
  return honest(plan).flatMap((node) => [...entriesLost(plan, node), ...boxesLost(plan, node)])
}

function entriesLost(plan: Plan, node: Node): string[] {
  const shown = new Map(storiesOf(plan, node).map((story) => [story, idsOf(entriesOf(node, story))]))
  return [...plan.said]
    .filter(([, { bound, by }]) => bound && !isCheater(plan, by))
    .filter(([entryId, { story }]) => shown.get(story)?.has(entryId) === false)
    .map(([entryId, { by }]) => `${by.name}'s ${entryId.slice(0, 8)} at ${node.name}`)
}

function boxesLost(plan: Plan, node: Node): string[] {
  const root = node.must('vault.root', {}).id
  const children = new Set(node.must('artifact.children', { id: root, limit: 1_000 }).items.map((child) => child.id))
  const made = plan.made.get(node) ?? []
  return made.filter((id) => !children.has(id)).map((id) => `${node.name}'s box ${id.slice(4, 12)}`)
}

/** Members the steward did not let in, content where there is no membership, deletions and names by nobody. */
export function unauthorisedOf(plan: Plan): string[] {
  const members = new Set(plan.steward.must('artifact.get', { id: plan.realm }).audience)
  return [...honest(plan).flatMap((node) => unauthorisedAt(plan, node, members.has(node.id))), ...strayBytesOf(plan)]
}

function unauthorisedAt(plan: Plan, node: Node, isMember: boolean): string[] {
  const { realm, world, cheaters, deleted } = plan
  const view = node.ask('artifact.get', { id: realm })
  if (!view.ok) return []
  const found: string[] = []
  const items = entriesOf(node, realm)
  const isInHere = isIn(node, realm)
  if (isInHere !== isMember) found.push(`${node.name} ${isInHere ? 'thinks to be in' : 'is left out'}`)
  if (!isInHere && items.some((item) => item.delivery.state !== 'queued')) found.push(`${node.name} kept what it had`)
  if (view.value.name.startsWith('forged')) found.push(`${node.name} shows a name by nobody`)
  for (const item of items) {
    const isKnown = world.nodes.some((each) => each.id === item.author)
    const isByAuthor = cheaters.some((cheater) => cheater.node.id === item.author)
    if (!isKnown) found.push(`${node.name} shows a stranger's entry`)
    if (item.text.startsWith('forged')) found.push(`${node.name} shows ${item.text}`)
    if (item.deleted && !isByAuthor && !deleted.has(item.entryId)) found.push(`${node.name} lost an entry to nobody`)
  }
  return found
}

/** Views that are other than before when everything is made again from the logs. */
export function rebuiltOf(plan: Plan, views: Outcome['views']): string[] {
  return honest(plan).flatMap((node) => {
    const root = node.must('vault.root', {}).id
    const vault = viewOf(node, root)
    node.take({ type: 'projections-lost' })
    plan.world.pass(100)
    const differing = storiesOf(plan, node).filter((story) => {
      const before = views.get(story)?.find((each) => each.name === node.name)?.view
      return viewOf(node, story) !== before
    })
    if (viewOf(node, root) !== vault) differing.push(root)
    return differing.map((id) => `${node.name} ${id}`)
  })
}

function idsOf(entries: readonly EntryView[]): Set<string> {
  return new Set(entries.map((entry) => entry.entryId))
}
