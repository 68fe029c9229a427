import type { ArtifactId } from '../../shared/ids.ts'
import { authorityOf } from '../core/authority/governance.ts'
import { sit } from '../core/authority/seat-entry.ts'
import { playerKeysOf } from '../core/identity/player-key.ts'
import type { Happening } from '../core/input.ts'
import { nameOn } from '../core/logs/sharing.ts'
import { parseFrame } from '../core/meeting/frame.ts'
import type { ArtifactRow } from '../core/rows.ts'
import type { Me, Turn } from '../core/state.ts'
import { beginTurn } from '../core/step.ts'
import { envelopeTag } from '../core/trees/artifact-id.ts'
import { type Canonical, encode } from '../crypto/canonical.ts'
import { Pen } from './pen.ts'
import type { Node } from './world.ts'

/** What a device has to hear so that its connections are proved; everything after that a silent one ignores. */
const manners = ['knock', 'hello', 'list?', 'list', 'trust']

/**
 * A member running modified software: it holds the real keys of a node and says what it likes, to whom it likes. What
 * its own honest core would answer can be silenced.
 */
export class Cheater {
  readonly node: Node
  /** frames a silenced core would have taken */
  readonly overheard: { readonly name: string; readonly fields: readonly unknown[] }[] = []

  #isSilent = false
  #asks = 1_000_000

  constructor(node: Node) {
    this.node = node
    const take = node.take.bind(node)
    node.take = (happening: Happening) => {
      if (!this.#isSilent || this.#isHeard(happening)) take(happening)
    }
  }

  get me(): Me {
    const { me } = this.node.state
    if (!me) throw new Error('not booted')
    return me
  }

  /** What signs device lists: its words lie open in its vault. */
  get playerKeys() {
    const entropy = this.node.vault.tables.facts.get('phrase')
    if (!entropy) throw new Error('its words are sealed')
    return playerKeysOf(entropy).signing
  }

  get world() {
    return this.node.world
  }

  /** From here on the honest core shakes hands only. */
  silence(): this {
    this.#isSilent = true
    return this
  }

  /** Lets the honest core answer again. */
  relent(): void {
    this.#isSilent = false
  }

  /** Work with the core's own functions, outside of `step`: what it writes stays, what it would do is dropped. */
  turn<T>(work: (turn: Turn) => T): T {
    const { state, vault, world } = this.node
    const turn = beginTurn(state, { now: world.now, random: world.bytes(32) })
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

  /** The seat's own log of a Tree, to be continued by hand after what is stored. */
  seatPen(id: ArtifactId): Pen {
    const { logs, envelopes } = this.node.vault.tables
    const log = logs.of(this.row(id).key).find((each) => each.kind === 'authority')
    if (!log) throw new Error('no authority log')
    const pen = this.pen(id, log.incarnation)
    pen.envelopes.push(...envelopes.from(log.key, 0, log.length).map((each) => each.bytes))
    return pen
  }

  /** Takes the seat of one's own Tree without having lost the device that had it. */
  sit(id: ArtifactId): void {
    this.node.take({ type: 'woke' })
    this.turn((turn) => sit(turn, this.row(id)))
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

  /** Asks for bytes by any name and address. */
  askBytes(to: Node, name: Uint8Array, address: Uint8Array, index: number): void {
    const { connection } = this.sessionWith(to)
    this.#asks += 1
    this.node.bulk({ type: 'ask-bytes', connection, number: this.#asks, name, address, index, limit: 2 ** 21 })
  }

  /** The name of an artifact on the connection with a node. */
  nameFor(to: Node, id: ArtifactId): Uint8Array {
    return nameOn(this.sessionWith(to), this.row(id))
  }

  /** The name of an artifact of somebody else's, from its secret. */
  nameOn(to: Node, row: ArtifactRow): Uint8Array {
    return nameOn(this.sessionWith(to), row)
  }

  tagOf(secret: Uint8Array, id: ArtifactId): Uint8Array {
    return envelopeTag(secret, id)
  }

  /** Can be found under every topic that somebody looks for. */
  announceWhat(other: Node): void {
    this.node.posing = other.topics.map(({ topic }) => ({ topic, announce: true, lookup: false }))
    this.world.meet()
  }

  hangUp(other: Node): void {
    const link = this.node.linkTo(other)
    if (link) this.node.cut(link)
    this.world.pass(10)
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

  #isHeard(happening: Happening): boolean {
    if (happening.type !== 'received') return happening.type !== 'woke'
    const frame = parseFrame(happening.frame)
    if (frame) this.overheard.push(frame)
    return frame !== undefined && manners.includes(frame.name)
  }
}
