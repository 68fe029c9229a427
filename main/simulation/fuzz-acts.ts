import { cheat } from './fuzz-cheating.ts'
import { befall } from './fuzz-membership.ts'
import type { Plan } from './fuzz-plan.ts'
import { talk } from './fuzz-talking.ts'
import { tidy } from './fuzz-tidying.ts'

/** One thing that somebody does, or that befalls them. */
export function act(plan: Plan): void {
  const { world, cheaters } = plan
  const cheater = cheaters[world.pick(Math.max(1, cheaters.length))]
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
  talk(plan, node)
}
