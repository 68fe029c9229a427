import { uint } from '../crypto/bytes.ts'
import { chance } from '../crypto/chance.ts'
import { digest } from '../crypto/digest.ts'
import { Agenda } from './agenda.ts'
import { dice } from './dice.ts'
import { memoryVault, type VaultCopy } from './memory-vault.ts'
import { type Link, Node } from './node.ts'

export type { Node } from './node.ts'

/** How badly the network behaves: each a probability per frame. */
export type Weather = { readonly drop: number; readonly duplicate: number; readonly reorder: number }

const calm: Weather = { drop: 0, duplicate: 0, reorder: 0 }

/** A world at rest: what lies on everyone's disk and how late it is. */
export type WorldCopy = {
  readonly now: number
  readonly nodes: readonly {
    readonly name: string
    readonly vault: VaultCopy
    readonly core: Node['core']
    readonly documents: Node['documents']
  }[]
}

/**
 * Several vaults in one process, one thread, one seed: the real core on the real store, with clock, chance, network and
 * attention cores made here. The same seed replays the same run.
 */
export class World {
  now = 1_700_000_000_000
  weather: Weather = calm
  /** hears of everything that people ask for and that befalls them: for reading a run */
  tell: ((line: string) => void) | undefined
  readonly nodes: Node[] = []
  readonly #random: (length: number) => Uint8Array
  readonly #dice: () => number
  #isMeeting = false
  readonly #events = new Agenda()
  #connections = 0

  constructor(seed: number) {
    this.#random = chance(digest(uint(seed, 6)))
    this.#dice = dice(this.#random(16))
  }

  add(name: string): Node {
    const node = new Node(this, this.nodes.length, name, memoryVault())
    this.nodes.push(node)
    node.boot()
    node.must('identity.rename', { name })
    return node
  }

  /** For worlds that begin as this one is now, everyone being down. */
  copy(): WorldCopy {
    const nodes = this.nodes.map(({ name, vault, core, documents }) => ({
      name,
      vault: vault.copy(),
      core,
      documents: new Map(documents),
    }))
    return { now: this.now, nodes }
  }

  /** Another course of events from the same beginning: nobody is up yet, time and chance are this seed's. */
  static from(copied: WorldCopy, seed: number): World {
    const world = new World(seed)
    world.now = copied.now
    for (const { name, vault, core, documents } of copied.nodes) {
      const events = { key: core.key, events: [...core.events] }
      const node = new Node(world, world.nodes.length, name, memoryVault(vault), events)
      for (const [key, changes] of documents) node.documents.set(key, changes)
      world.nodes.push(node)
    }
    return world
  }

  bytes(length: number): Uint8Array {
    return this.#random(length)
  }

  /** 0 ≤ n < limit */
  pick(limit: number): number {
    return this.#dice() % limit
  }

  happens(probability: number): boolean {
    return this.pick(1_000_000) < probability * 1_000_000
  }

  later(delay: number, run: () => void): void {
    this.#events.add(this.now + delay, run)
  }

  /** Lets `millis` pass. */
  pass(millis: number): void {
    const end = this.now + millis
    for (let next = this.#events.next(end); next; next = this.#events.next(end)) {
      this.now = Math.max(this.now, next.at)
      next.run()
    }
    this.now = end
  }

  /** Fault-free time enough for every summary and retry to have happened twice. */
  heal(): void {
    this.weather = calm
    for (const node of this.nodes) {
      node.island = 0
      node.stumble(false)
      if (!node.isUp) node.boot()
    }
    this.meet()
    this.pass(75_000)
  }

  nextConnection(): number {
    return ++this.#connections
  }

  /** Once for all who seek at this moment. */
  meetSoon(): void {
    if (this.#isMeeting) return
    this.#isMeeting = true
    this.later(1, () => {
      this.#isMeeting = false
      this.meet()
    })
  }

  /** Who can be found by whom, now; called whenever anyone seeks, boots or changes islands. */
  meet(): void {
    for (const a of this.nodes) {
      for (const b of this.nodes) if (a.index < b.index) this.#maybeConnect(a, b)
    }
  }

  #maybeConnect(a: Node, b: Node): void {
    if (!a.isUp || !b.isUp || a.island !== b.island || a.linkTo(b)) return
    if (a.finds(b) || b.finds(a)) this.link(a, b)
  }

  /** Connects two, however they came to find each other. */
  link(a: Node, b: Node): void {
    const handshake = this.bytes(32)
    const link: Link = { a, b, idA: this.nextConnection(), idB: this.nextConnection(), isOpen: true }
    a.links.add(link)
    b.links.add(link)
    this.later(1, () => a.connected(link, b, handshake))
    this.later(1, () => b.connected(link, a, handshake))
  }
}
