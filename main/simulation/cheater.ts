import type { ArtifactId } from '../../shared/ids.ts'
import { parseFrame } from '../core/frame.ts'
import { authorityOf } from '../core/governance.ts'
import type { Happening } from '../core/input.ts'
import { nameOn } from '../core/sharing.ts'
import { type Me, self, type Turn } from '../core/state.ts'
import type { ArtifactRow } from '../core/tables.ts'
import { type Canonical, decode, encode } from '../crypto/canonical.ts'
import { chance } from '../crypto/chance.ts'
import { Pen } from './pen.ts'
import type { Node } from './world.ts'

/** What a device has to hear so that its connections are proved; everything after that a silent one ignores. */
const manners = ['knock', 'hello', 'list?', 'list', 'trust']

/**
 * A member running modified software: it holds the real keys of a node and says what it likes, to whom it likes. What
 * its own honest core would answer can be silenced.
 */
export class Cheater {
  readonly canonical = { decode, encode }
  readonly node: Node
  /** frames a silenced core would have taken */
  readonly overheard: { readonly name: string; readonly fields: readonly unknown[] }[] = []

  constructor(node: Node) {
    this.node = node
  }

  get me(): Me {
    return this.turn(self)
  }

  get world() {
    return this.node.world
  }

  /** From here on the honest core shakes hands only. */
  silence(): this {
    const take = this.node.take.bind(this.node)
    this.node.take = (happening: Happening) => {
      if (happening.type === 'woke') return
      if (happening.type === 'received') {
        const frame = parseFrame(happening.frame)
        if (frame) this.overheard.push(frame)
        if (!frame || !manners.includes(frame.name)) return
      }
      take(happening)
    }
    return this
  }

  /** Work with the core's own functions, outside of `step`: what it writes stays, what it would do is dropped. */
  turn<T>(work: (turn: Turn) => T): T {
    const { state, vault, world } = this.node
    const turn: Turn = {
      state,
      tables: state.tables,
      now: world.now,
      chance: chance(world.bytes(32)),
      effects: [],
      touched: new Set(),
      entries: new Map(),
      grown: new Map(),
      due: { letters: false, seek: false, follow: false },
      projections: { take: () => {}, clear: () => {} },
      held: new Map(),
      peers: new Set(),
    }
    return vault.transaction(() => work(turn))
  }

  row(id: ArtifactId): ArtifactRow {
    const row = this.node.vault.tables.artifacts.byId(id)
    if (!row) throw new Error('the cheater does not hold it')
    return row
  }

  /** A log of this device in an artifact, written by hand. */
  pen(id: ArtifactId, incarnation = this.me.incarnation + 1): Pen {
    const row = this.row(id)
    const { device, deviceKeys } = this.me
    const scope = row.type === 'dm' ? device : 'seat'
    const latest = this.node.vault.tables.keys.latest(row.key, scope)
    if (!latest) throw new Error('the cheater has no key')
    const position = this.turn((turn) => authorityOf(turn, row)?.length ?? 1) - 1
    return new Pen({ world: this.world, tag: row.tag, keys: deviceKeys, incarnation, position, ...latest })
  }

  /** Says one frame to a node it is connected with. */
  say(to: Node, name: string, ...fields: Canonical[]): void {
    this.utter(to, encode([name, ...fields]))
  }

  utter(to: Node, frame: Uint8Array): void {
    const link = this.node.linkTo(to)
    if (!link) throw new Error(`${this.node.name} is not connected with ${to.name}`)
    this.node.transmit(link.a === this.node ? link.idA : link.idB, frame)
  }

  /** The name of an artifact on the connection with a node. */
  nameFor(to: Node, id: ArtifactId): Uint8Array {
    return nameOn(this.sessionWith(to), this.row(id))
  }

  sessionWith(to: Node) {
    const session = [...this.node.state.sessions.values()].find((each) => each.device === to.device)
    if (!session) throw new Error(`no session with ${to.name}`)
    return session
  }

  /** Hands envelopes over as a page, and lets them arrive. */
  deliver(to: Node, id: ArtifactId, envelopes: readonly Uint8Array[]): void {
    for (let at = 0; at < envelopes.length; at += 500) {
      this.say(to, 'envelopes', this.nameFor(to, id), envelopes.slice(at, at + 500), false)
    }
    this.world.pass(20)
  }
}
