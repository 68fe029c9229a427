import type { ArtifactId } from '../../shared/ids.ts'
import { type Frame, parseFrame } from '../core/meeting/frame.ts'
import { type Canonical, encode } from '../crypto/canonical.ts'
import { befriend } from './gathering.ts'
import { type Node, World } from './world.ts'

/** A world with a keeper for whoever has its code. */
export function withKeeper(seed: number): { world: World; keeper: Node } {
  const world = new World(seed)
  const keeper = world.add('Keeper')
  keeper.must('keeper.host', { for: 'anyone' })
  return { world, keeper }
}

/** Has this keeper keep for them, and waits until it does. */
export function keptBy(world: World, keeper: Node, ...people: readonly Node[]): void {
  for (const person of people) person.must('keeper.add', { code: keeper.code })
  world.pass(5_000)
}

/** One comes for a while and goes before anybody else comes: nobody but the keeper is up beside them. */
export function visit(world: World, person: Node, millis = 5_000): void {
  person.boot()
  world.pass(millis)
  person.crash()
  world.pass(1_000)
}

/** Two who were peers before, with a keeper of the first one's, both away now. */
export function partedPair(seed: number): { world: World; keeper: Node; ana: Node; bo: Node; id: ArtifactId } {
  const { world, keeper } = withKeeper(seed)
  const ana = world.add('Ana')
  const bo = world.add('Bo')
  befriend(world, ana, bo)
  keptBy(world, keeper, ana)
  ana.crash()
  bo.crash()
  world.pass(1_000)
  return { world, keeper, ana, bo, id: dmOf(ana) }
}

function dmOf(node: Node): ArtifactId {
  const row = [...node.vault.tables.artifacts.all()].find((each) => each.type === 'dm')
  if (!row) throw new Error('no conversation')
  return row.id
}

/** Four in a realm of the first one's, who has a keeper; all met once. */
export function keptRealm(seed: number) {
  const { world, keeper } = withKeeper(seed)
  const ana = world.add('Ana')
  keptBy(world, keeper, ana)
  const { id } = ana.must('realm.create', { name: 'Realm' })
  const { code } = ana.must('realm.invite', { id, uses: 10, approve: false })
  const [bo, cy, dee] = [world.add('Bo'), world.add('Cy'), world.add('Dee')]
  for (const node of [bo, cy, dee]) node.must('realm.join', { code })
  world.pass(5_000)
  return { world, keeper, ana, bo, cy, dee, id, code }
}

export function rowKey(node: Node, id: ArtifactId): number {
  return node.vault.tables.artifacts.byId(id)?.key ?? -1
}

/** From here on this node says, for each frame its honest core would send, what `change` makes of it. */
export function bend(node: Node, change: (frame: Frame) => readonly Frame[]): void {
  const transmit = node.transmit.bind(node)
  node.transmit = (connection, bytes) => {
    const frame = parseFrame(bytes)
    for (const { name, fields } of frame ? change(frame) : []) {
      transmit(connection, encode([name, ...(fields as Canonical[])]))
    }
  }
}

/** What a keeper's disk that was lost and replaced comes to. */
export function loseStore(keeper: Node): void {
  keeper.vault.transaction(() => {
    keeper.vault.tables.kept.expire(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    keeper.vault.tables.facts.drop('keeping-store')
  })
}
