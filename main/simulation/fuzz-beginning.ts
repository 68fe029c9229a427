import type { ArtifactId } from '../../shared/ids.ts'
import { second } from './gathering.ts'
import { type Node, World, type WorldCopy } from './world.ts'

/** What everyone shares when a random run begins. */
export type Common = {
  readonly realm: ArtifactId
  /** lets anyone into the realm */
  readonly code: string
  /** a text of the first one's */
  readonly document: ArtifactId
  /** of the second one's, to offer things to */
  readonly request: ArtifactId
  /** a Story of each but the first's and third's, to be exchanged */
  readonly goods: readonly ArtifactId[]
}

type Beginning = { readonly copy: WorldCopy; readonly common: Common }

const people = 5
const made = new Map<boolean, Beginning>()

/**
 * A world of five people, all peers of each other, who share a few things. In every fourth one of them, no steward of
 * what is common, has a second device. They met once for all runs of this process; from here on everything follows from
 * the seed.
 */
export function beginning(seed: number): { world: World; common: Common } {
  const hasPhone = seed % 4 === 0
  const begun = made.get(hasPhone) ?? meet(hasPhone)
  made.set(hasPhone, begun)
  const world = World.from(begun.copy, seed)
  for (const node of world.nodes) node.boot()
  world.pass(1_000)
  return { world, common: begun.common }
}

function meet(hasPhone: boolean): Beginning {
  const world = new World(0)
  const nodes = Array.from({ length: people }, (_, index) => world.add(`P${index}`))
  befriendAll(world)
  const common = share(world, nodes)
  const [, , third] = nodes
  if (hasPhone && third) second(world, third, 'P2’s phone')
  world.pass(60_000)
  return { copy: world.copy(), common }
}

function befriendAll(world: World): void {
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
}

function share(world: World, nodes: readonly Node[]): Common {
  const [first, another, , fourth, fifth] = nodes
  if (!first || !another || !fourth || !fifth) throw new Error('nobody')
  const realm = first.must('realm.create', { name: 'Realm' }).id
  const { code } = first.must('realm.invite', { id: realm, uses: 10_000, approve: false })
  for (const other of nodes) if (other !== first) other.must('realm.join', { code })
  const toAll = (node: Node, type: 'document' | 'story', name: string) => {
    const { id } = node.must('artifact.create', { type, name })
    for (const other of nodes) {
      if (other !== node) node.must('artifact.grant', { id, grantee: other.id, mode: 'revocable' })
    }
    return id
  }
  const document = toAll(first, 'document', 'Text')
  const audience = nodes.filter((node) => node !== another).map((node) => node.id)
  const request = another.must('request.create', { name: 'Request', description: 'Who has some?', audience }).id
  const goods = [another, fourth, fifth].map((node) => toAll(node, 'story', `${node.name}’s`))
  world.pass(40_000)
  return { realm, code, document, request, goods }
}
