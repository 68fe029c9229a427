import type { ArtifactId } from '../../shared/ids.ts'
import { handle } from './fuzz-leaves.ts'
import { isBound } from './fuzz-membership.ts'
import { type Plan, storiesOf } from './fuzz-plan.ts'
import type { Node } from './world.ts'

/** Someone says something, or does something with what was said. */
export function talk(plan: Plan, node: Node): void {
  const { world } = plan
  const stories = storiesOf(plan, node)
  const story = world.happens(0.5) ? stories[0] : stories[world.pick(Math.max(1, stories.length))]
  if (!story) return
  const dice = world.pick(74)
  if (dice >= 64) return handle(plan, node, story)
  if (dice < 38) say(plan, node, story)
  else if (dice < 42) node.ask('attention.navigate', { to: story })
  else amend(plan, node, story)
}

function say(plan: Plan, node: Node, story: ArtifactId): void {
  const sent = node.ask('story.send', { storyId: story, text: `${node.name} ${plan.world.pick(1_000_000)} é🜁` })
  if (sent.ok) plan.said.set(sent.value.entryId, { story, by: node, bound: isBound(plan, node, story) })
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
