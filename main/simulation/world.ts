import { uint } from '../crypto/bytes.ts'
import { chance } from '../crypto/chance.ts'
import { digest } from '../crypto/digest.ts'
import { memoryVault } from './memory-vault.ts'
import { type Link, Node } from './node.ts'

export type { Node } from './node.ts'

/** How badly the network behaves: each a probability per frame. */
export type Weather = { readonly drop: number; readonly duplicate: number; readonly reorder: number }

const calm: Weather = { drop: 0, duplicate: 0, reorder: 0 }

type Timed = { readonly at: number; readonly order: number; run(): void }

/**
 * Several vaults in one process, one thread, one seed: the real core on the real store, with clock, chance, network and
 * attention cores made here. The same seed replays the same run.
 */
export class World {
  now = 1_700_000_000_000
  weather: Weather = calm
  readonly nodes: Node[] = []
  readonly #random: (length: number) => Uint8Array
  #events: Timed[] = []
  #order = 0
  #connections = 0

  constructor(seed: number) {
    this.#random = chance(digest(uint(seed, 6)))
  }

  add(name: string): Node {
    const node = new Node(this, this.nodes.length, name, memoryVault())
    this.nodes.push(node)
    node.boot()
    node.must('identity.rename', { name })
    return node
  }

  bytes(length: number): Uint8Array {
    return this.#random(length)
  }

  /** 0 ≤ n < limit */
  pick(limit: number): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#random(4)
    return (a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d) % limit
  }

  happens(probability: number): boolean {
    return this.pick(1_000_000) < probability * 1_000_000
  }

  later(delay: number, run: () => void): void {
    this.#events.push({ at: this.now + delay, order: this.#order++, run })
  }

  /** Lets `millis` pass. */
  pass(millis: number): void {
    const end = this.now + millis
    for (;;) {
      this.#events.sort((a, b) => a.at - b.at || a.order - b.order)
      const next = this.#events[0]
      if (!next || next.at > end) break
      this.#events.shift()
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
      if (!node.isUp) node.boot()
    }
    this.meet()
    this.pass(75_000)
  }

  nextConnection(): number {
    return ++this.#connections
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
