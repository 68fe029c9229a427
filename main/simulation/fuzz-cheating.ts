import type { ArtifactId } from '../../shared/ids.ts'
import { actorOf } from '../core/documents/spine.ts'
import { fromHex } from '../crypto/bytes.ts'
import type { Cheater } from './cheater.ts'
import { encodeOperations } from './crafted-change.ts'
import { type Plan, storiesOf } from './fuzz-plan.ts'
import type { Pen } from './pen.ts'
import type { Node } from './world.ts'

/** One act of a member who runs other software, towards whoever is connected now. */
export function cheat(plan: Plan, cheater: Cheater): void {
  const { world } = plan
  const [story] = storiesOf(plan, cheater.node)
  const near = world.nodes.filter((node) => node.isUp && isHeardBy(cheater, node))
  const [one, other] = [near[world.pick(Math.max(1, near.length))], near[world.pick(Math.max(1, near.length))]]
  if (!story || !one || !other) return
  const dice = world.pick(4)
  if (dice === 0) forkOwnLog(cheater, story, one)
  else if (dice === 1) forkNewLog(cheater, story, one, other)
  else if (dice === 2) overstep(plan, cheater, story, one)
  else lie(cheater, story, one)
}

function isHeardBy(cheater: Cheater, node: Node): boolean {
  if (!cheater.node.linkTo(node)) return false
  return [...cheater.node.state.sessions.values()].some((each) => each.device === node.device && each.player)
}

/** Another continuation of what it wrote honestly, from anywhere in it. */
function forkOwnLog(cheater: Cheater, story: ArtifactId, to: Node): void {
  const { logs, envelopes } = cheater.node.vault.tables
  const row = cheater.row(story)
  const log = logs.of(row.key).find((each) => each.kind === 'writer' && each.device === cheater.me.device)
  if (!log || log.length === 0) return
  const pen = cheater.pen(story, log.incarnation)
  const length = cheater.world.pick(log.length)
  pen.envelopes.push(...envelopes.from(log.key, 0, length).map((each) => each.bytes))
  pen.clock = 100
  pen.say('another past')
  cheater.deliver(to, story, pen.envelopes)
}

function forkNewLog(cheater: Cheater, story: ArtifactId, one: Node, other: Node): void {
  const trunk = cheater.pen(story, 1_000 + cheater.world.pick(5))
  for (let count = cheater.world.pick(3); count > 0; count -= 1) trunk.say(`common ${count}`)
  const show = (pen: Pen, to: Node) => {
    pen.say(`branch ${cheater.world.pick(1_000)}`)
    cheater.deliver(to, story, pen.envelopes)
  }
  show(trunk.fork(trunk.envelopes.length), one)
  if (isHeardBy(cheater, other)) show(trunk.fork(trunk.envelopes.length), other)
}

/** What only the steward, or another author, may do. */
function overstep(plan: Plan, cheater: Cheater, story: ArtifactId, to: Node): void {
  const incarnation = 2 ** 40 + cheater.world.pick(1_000_000)
  const pen = cheater.pen(story, incarnation)
  for (const entryId of plan.said.keys()) pen.entry('remove', fromHex(entryId))
  const actor = actorOf({ device: cheater.me.device, incarnation }, cheater.row(story), 'spine')
  const renaming = { action: 'set', obj: '_root', key: 'meta:name', value: 'forged', pred: [] }
  pen.entry('change', 'spine', encodeOperations(actor, [renaming]))
  const payload = pen.header('message', cheater.world.bytes(16), 'forged', null)
  const forged = pen.draft({ payload, device: fromHex(to.device), seq: 0, prev: new Uint8Array(32) })
  cheater.deliver(to, story, [...pen.envelopes, forged])
}

function lie(cheater: Cheater, story: ArtifactId, to: Node): void {
  const { world } = cheater
  const devices = world.nodes.map((node) => fromHex(node.device))
  const logs = devices.map((device) => [
    world.pick(2),
    device,
    cheater.me.incarnation,
    world.pick(50),
    world.bytes(8),
    null,
  ])
  cheater.say(to, world.happens(0.5) ? 'have' : 'vector', cheater.nameFor(to, story), logs, true)
}
