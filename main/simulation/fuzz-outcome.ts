import type { ArtifactId } from '../../shared/ids.ts'
import type { EntryView } from '../../shared/views.ts'
import type { Outcome } from './fuzz.ts'
import { offersLost } from './fuzz-composing.ts'
import { strayBytesOf } from './fuzz-leaves.ts'
import { honest, isCheater, isIn, type Plan, sharedOf, storiesOf } from './fuzz-plan.ts'
import { stewardAt, tornAt } from './fuzz-trading.ts'
import { textOf, typedWrongly } from './fuzz-typing.ts'
import { entriesOf, viewOf } from './gathering.ts'
import type { Node } from './world.ts'

export function viewsOf(plan: Plan): Outcome['views'] {
  const views = new Map<ArtifactId, { name: string; view: string }[]>()
  for (const node of honest(plan)) {
    for (const id of sharedOf(plan, node)) {
      views.set(id, [...(views.get(id) ?? []), { name: node.name, view: canonical(plan, node, id) }])
    }
    for (const [deal, parties] of plan.deals) {
      if (!parties.some((party) => party.id === node.id)) continue
      views.set(deal, [...(views.get(deal) ?? []), { name: node.name, view: dealOf(node, deal) }])
    }
  }
  return views
}

/** What is said and lies there, who is in it and whose it is; of the text, its words too. */
function canonical(plan: Plan, node: Node, id: ArtifactId): string {
  const isDm = plan.dms.get(node)?.includes(id)
  const steward = isDm ? '' : stewardAt(node, id)
  return `${viewOf(node, id)} ${steward} ${id === plan.document ? textOf(plan, node) : ''}`
}

function dealOf(node: Node, deal: ArtifactId): string {
  const { status, acceptedBy, terms } = node.must('exchange.get', { id: deal })
  return JSON.stringify([status, acceptedBy.toSorted(), terms])
}

export function tornOf(plan: Plan): string[] {
  return honest(plan).flatMap((node) => tornAt(plan, node))
}

export function lostOf(plan: Plan): string[] {
  const isTrusted = (author: Node) => !isCheater(plan, author)
  return honest(plan).flatMap((node) => [
    ...entriesLost(plan, node),
    ...boxesLost(plan, node),
    ...typedWrongly(plan, node, isTrusted),
    ...offersLost(plan, node, isTrusted),
  ])
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
  const made = [...plan.made].flatMap(([maker, ids]) => (maker.id === node.id ? ids : []))
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
  // of some of them: it is the dearest of all that is looked at, and there are many runs
  const chosen = honest(plan).filter(() => plan.world.happens(0.4))
  return chosen.flatMap((node) => {
    const root = node.must('vault.root', {}).id
    const vault = viewOf(node, root)
    node.take({ type: 'projections-lost' })
    plan.world.pass(100)
    const differing = sharedOf(plan, node).flatMap((id) => {
      const before = views.get(id)?.find((each) => each.name === node.name)?.view
      const after = canonical(plan, node, id)
      return after === before ? [] : [`${node.name} ${id}\n  ${before}\n  ${after}`]
    })
    const vaultAfter = viewOf(node, root)
    if (vaultAfter !== vault) differing.push(`${node.name}'s Vault\n  ${vault}\n  ${vaultAfter}`)
    return differing
  })
}

function idsOf(entries: readonly EntryView[]): Set<string> {
  return new Set(entries.map((entry) => entry.entryId))
}
