import type { ArtifactId } from '../../shared/ids.ts'
import { hex, utf8 } from '../crypto/bytes.ts'
import { digest } from '../crypto/digest.ts'
import { act } from './fuzz-acts.ts'
import { lostOf, rebuiltOf, tornOf, unauthorisedOf, viewsOf } from './fuzz-outcome.ts'
import { type Plan, planOf } from './fuzz-plan.ts'

/** What one seeded run came to: for comparing runs, vaults and rebuilt vaults. */
export type Outcome = {
  readonly trace: string
  /** story → the canonical view of each honest member who is in it */
  readonly views: ReadonlyMap<ArtifactId, readonly { name: string; view: string }[]>
  /** acknowledged entries and artifacts that somebody who should have them lacks */
  readonly lost: readonly string[]
  /** exchanges of which one half happened */
  readonly torn: readonly string[]
  /** what stands somewhere though nobody had the right to make it so */
  readonly unauthorised: readonly string[]
  /** views that were different after everything was made again from the logs */
  readonly rebuilt: readonly string[]
}

/**
 * Five people, all peers, one realm; `steps` random acts in bad weather, with crashes, partitions, removals, blocks, and
 * in half of the runs one or two members who cheat; then everything heals and is compared.
 */
export function fuzz(seed: number, steps: number, tell?: (line: string) => void): Outcome {
  const plan = planOf(seed, tell)
  const { world } = plan
  world.weather = { drop: 0.1, duplicate: 0.1, reorder: 0.3 }
  for (let index = 0; index < steps; index += 1) {
    act(plan)
    world.pass(world.pick(4_000))
  }
  settle(plan)
  const views = viewsOf(plan)
  const found = { views, lost: lostOf(plan), torn: tornOf(plan), unauthorised: unauthorisedOf(plan) }
  return { trace: traceOf(plan, views), ...found, rebuilt: rebuiltOf(plan, views) }
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
}

function traceOf(plan: Plan, views: Outcome['views']): string {
  const heard = plan.world.nodes.map((node) => node.heard.map((frame) => hex(digest(frame))).join())
  return hex(digest(utf8(JSON.stringify([heard, [...views]]))))
}
