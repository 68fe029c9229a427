import type { ArtifactId } from '../../shared/ids.ts'
import { World, type WorldCopy } from './world.ts'

/** Who is there, and what they share, when a random run begins. */
type Beginning = { readonly copy: WorldCopy; readonly realm: ArtifactId; readonly code: string }

const people = 5
let made: Beginning | undefined

/**
 * A world of five people, all peers of each other and in one realm of the first one's. They met once for all runs of
 * this process; from here on everything follows from the seed.
 */
export function beginning(seed: number): { world: World; realm: ArtifactId; code: string } {
  made ??= meet()
  const world = World.from(made.copy, seed)
  for (const node of world.nodes) node.boot()
  world.pass(1_000)
  return { world, realm: made.realm, code: made.code }
}

function meet(): Beginning {
  const world = new World(0)
  for (let index = 0; index < people; index += 1) world.add(`P${index}`)
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
  const { code } = steward.must('realm.invite', { id: realm, uses: 10_000, approve: false })
  for (const other of others) other.must('realm.join', { code })
  world.pass(40_000)
  return { copy: world.copy(), realm, code }
}
