import { cheat } from './fuzz-cheating.ts'
import { compose } from './fuzz-composing.ts'
import { befall } from './fuzz-membership.ts'
import { oneOf, type Plan } from './fuzz-plan.ts'
import { talk } from './fuzz-talking.ts'
import { tidy } from './fuzz-tidying.ts'
import { trade } from './fuzz-trading.ts'
import { type } from './fuzz-typing.ts'
import type { Node } from './world.ts'

/** Of a hundred acts, how many are of this kind. */
const acts: readonly (readonly [number, (plan: Plan, node: Node) => void])[] = [
  [4, (_, node) => node.crash()],
  [3, (_, node) => node.stumble()],
  [6, (plan, node) => node.strand(plan.world.pick(2))],
  [14, befall],
  [12, tidy],
  [10, type],
  [10, trade],
  [8, compose],
  [33, talk],
]

/** One thing that somebody does, or that befalls them. */
export function act(plan: Plan): void {
  const { world, cheaters } = plan
  const cheater = oneOf(world, cheaters)
  if (cheater?.node.isUp && world.happens(0.3)) return cheat(plan, cheater)
  const node = oneOf(world, world.nodes)
  if (!node) return
  if (!node.isUp) {
    if (world.happens(0.4)) node.boot()
    return
  }
  let dice = world.pick(100)
  for (const [share, deed] of acts) {
    if (dice < share) return deed(plan, node)
    dice -= share
  }
}
