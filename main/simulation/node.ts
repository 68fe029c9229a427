import type { Args, CommandType, PushEvent, Value } from '../../shared/contract.ts'
import { type Result, refuse } from '../../shared/fault.ts'
import type { BlobEffect, Effect } from '../core/effect.ts'
import type { DocumentKey, Happening, Input } from '../core/input.ts'
import { announce } from '../core/showing/announcement.ts'
import { newState, type State } from '../core/state.ts'
import { step } from '../core/step.ts'
import { concat, hex } from '../crypto/bytes.ts'
import { MemoryBlobs } from './memory-blobs.ts'
import type { MemoryVault } from './memory-vault.ts'
import type { World } from './world.ts'

type Topics = Extract<Effect, { type: 'seek' }>['topics']

export type Link = { readonly a: Node; readonly b: Node; readonly idA: number; readonly idB: number; isOpen: boolean }

const fallen = new Error('in the middle of it')

export class Node {
  readonly links = new Set<Link>()
  readonly pushed: PushEvent[] = []
  readonly notes: string[] = []
  /** what surfaces that have a text open were told */
  readonly surfaces: Extract<Effect, { type: 'surface' }>[] = []
  readonly world: World
  readonly index: number
  readonly name: string
  readonly vault: MemoryVault
  island = 0
  isUp = false
  /** every frame this node was sent, for tests that look at the wire */
  readonly heard: Uint8Array[] = []
  readonly blobs = new MemoryBlobs()
  /** cached documents, as changes one after the other */
  readonly documents = new Map<DocumentKey, readonly Uint8Array[]>()
  readonly core: { key: Uint8Array; events: Uint8Array[] }
  /** announced besides what the core wants: anybody can do that with a topic they saw */
  posing: Topics = []
  #followed = new Map<string, number>()
  #state: State
  #seek: { topics: Topics; devices: readonly string[] } = { topics: [], devices: [] }
  #lookups: string[] = []
  #announced = new Set<string>()
  #answers = new Map<number, Result<unknown>>()
  #calls = 0
  #stumbles = false
  #alarm = 0

  constructor(world: World, index: number, name: string, vault: MemoryVault, core?: Node['core']) {
    this.world = world
    this.index = index
    this.name = name
    this.vault = vault
    this.core = core ?? { key: world.bytes(32), events: [] }
    this.#state = newState(vault.tables, vault.sealed)
  }

  get id() {
    const me = this.#state.me
    if (!me) throw new Error('not booted')
    return me.player
  }

  get device() {
    const me = this.#state.me
    if (!me) throw new Error('not booted')
    return me.device
  }

  /** For doubles that cheat with the real keys. */
  get state(): State {
    return this.#state
  }

  /** What everyone at the meeting places can see it look for. */
  get topics(): Topics {
    return this.#seek.topics
  }

  get code(): string {
    return this.must('identity.get', {}).code
  }

  boot(): void {
    this.world.tell?.(`${this.#clock()} ${this.name} starts`)
    this.isUp = true
    this.#state = newState(this.vault.tables, this.vault.sealed)
    this.take({ type: 'started' })
    this.take(this.blobs.list())
    this.take({ type: 'network-changed', online: true })
    this.#openAttention(false)
    this.world.meet()
  }

  /** Nothing said, nothing saved: what was committed is there, what was remembered is gone. */
  crash(): void {
    this.world.tell?.(`${this.#clock()} ${this.name} crashes`)
    this.isUp = false
    for (const link of [...this.links]) this.cut(link)
  }

  /** Ends in the middle of the next thing it does: all of it is undone, and it starts again. */
  stumble(does = true): void {
    this.#stumbles = does
  }

  #fall(input: Input): Effect[] {
    this.#stumbles = false
    try {
      this.vault.transaction(() => {
        step(this.#state, input)
        throw fallen
      })
    } catch (error) {
      if (error !== fallen) throw error
    }
    this.crash()
    this.boot()
    return []
  }

  strand(island: number): void {
    this.world.tell?.(`${this.#clock()} ${this.name} is on island ${island}`)
    this.island = island
    for (const link of [...this.links]) if (link.a.island !== link.b.island) this.cut(link)
    this.world.meet()
  }

  cut(link: Link): void {
    link.isOpen = false
    for (const node of [link.a, link.b]) {
      node.links.delete(link)
      const connection = node === link.a ? link.idA : link.idB
      if (node.isUp) this.world.later(1, () => node.isUp && node.take({ type: 'disconnected', connection }))
    }
  }

  ask<T extends CommandType>(command: T, args: Args<T>): Result<Value<T>> {
    const call = this.#calls++
    this.take({ type: 'asked', client: 0, call, command, args })
    // what asks for a document that is not open is answered when it is
    for (let waited = 0; !this.#answers.has(call) && waited < 100; waited += 1) this.world.pass(1)
    const answer = this.#answers.get(call)
    this.#answers.delete(call)
    if (!answer) return refuse('StoreFailed')
    this.world.tell?.(
      `${this.#clock()} ${this.name} ${command} ${JSON.stringify(args)}: ${answer.ok ? 'ok' : answer.fault.code}`,
    )
    return answer as Result<Value<T>>
  }

  /** A command that may be answered only when time has passed: asks for its answer as often as one likes. */
  begin<T extends CommandType>(command: T, args: Args<T>): () => Result<Value<T>> | undefined {
    const call = this.#calls++
    this.take({ type: 'asked', client: 0, call, command, args })
    return () => this.#answers.get(call) as Result<Value<T>> | undefined
  }

  must<T extends CommandType>(command: T, args: Args<T>): Value<T> {
    const result = this.ask(command, args)
    if (!result.ok) throw new Error(`${this.name} ${command}: ${result.fault.code} ${result.fault.message}`)
    return result.value
  }

  take(happening: Happening): void {
    const input = { now: this.world.now, random: this.world.bytes(32), ...happening }
    const effects = this.#stumbles ? this.#fall(input) : this.vault.transaction(() => step(this.#state, input))
    for (const effect of effects) this.#perform(effect)
    for (const effect of announce(this.#state, this.world.now)) this.#perform(effect)
  }

  linkTo(other: Node): Link | undefined {
    return [...this.links].find((link) => link.a === other || link.b === other)
  }

  finds(other: Node): boolean {
    if (this.#seek.devices.includes(other.device)) return true
    return this.#topicsFor(other).length > 0
  }

  connected(link: Link, other: Node, handshake: Uint8Array): void {
    if (!link.isOpen || !this.isUp) return
    const connection = this === link.a ? link.idA : link.idB
    this.take({ type: 'connected', connection, device: other.device, handshake, topics: this.#topicsFor(other) })
  }

  /** Hands a frame to the other end of a connection, as the wire would. */
  transmit(connection: number, frame: Uint8Array): void {
    this.#carry(connection, (other, theirs) => {
      other.heard.push(frame)
      other.take({ type: 'received', connection: theirs, frame })
    })
  }

  #carry(connection: number, arrive: (other: Node, theirs: number) => void): void {
    const link = [...this.links].find((each) => (this === each.a ? each.idA : each.idB) === connection)
    if (!link) return
    const other = this === link.a ? link.b : link.a
    const { weather } = this.world
    if (this.world.happens(weather.drop)) return
    const copies = this.world.happens(weather.duplicate) ? 2 : 1
    for (let copy = 0; copy < copies; copy += 1) {
      const delay = 2 + (this.world.happens(weather.reorder) ? this.world.pick(400) : 0)
      this.world.later(delay, () => {
        if (!link.isOpen || !other.isUp) return
        arrive(other, other === link.a ? link.idA : link.idB)
      })
    }
  }

  /** seconds since the world began */
  #clock(): string {
    return ((this.world.now - 1_700_000_000_000) / 1_000).toFixed(3)
  }

  #topicsFor(other: Node): string[] {
    return this.#lookups.filter(
      (topic) => other.#announced.has(topic) || other.posing.some((each) => each.announce && hex(each.topic) === topic),
    )
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'answer':
        return void this.#answers.set(effect.call, effect.result)
      case 'push':
        return void this.pushed.push(effect.event)
      case 'send':
        return this.transmit(effect.connection, effect.frame)
      case 'hang-up': {
        const link = [...this.links].find((each) => (this === each.a ? each.idA : each.idB) === effect.connection)
        if (link) this.cut(link)
        this.world.later(2_000, () => this.world.meet())
        return
      }
      case 'seek':
        this.#seek = effect
        this.#lookups = effect.topics.filter((each) => each.lookup).map((each) => hex(each.topic))
        this.#announced = new Set(effect.topics.filter((each) => each.announce).map((each) => hex(each.topic)))
        return this.world.meetSoon()
      case 'follow':
        return this.#follow(effect.cores)
      case 'attend':
        this.core.events.splice(effect.from, this.core.events.length, ...effect.events)
        for (const node of this.world.nodes) node.catchUp(this)
        return
      case 'open-document':
        return this.world.later(
          1,
          () => this.isUp && this.take({ type: 'document-opened', key: effect.key, saved: this.#saved(effect.key) }),
        )
      case 'settle-document':
        return this.world.later(1, () => this.isUp && this.take({ type: 'document-due', key: effect.key }))
      case 'wake':
        return this.#wakeAt(effect.at)
      case 'note':
        return void this.notes.push(`${effect.text} ${JSON.stringify(effect.about ?? {})}`)
      case 'rotate-attention':
        this.core.key = this.world.bytes(32)
        this.core.events = []
        return this.world.later(1, () => this.isUp && this.#openAttention(true))
      case 'surface':
        return void this.surfaces.push(effect)
      case 'back-up':
      case 'export-vault':
      case 'replicate':
        return
      case 'keep-document':
        this.documents.set(effect.key, [
          ...(effect.anew ? [] : (this.documents.get(effect.key) ?? [])),
          ...effect.changes,
        ])
        return
      default:
        return this.bulk(effect)
    }
  }

  /** Moves bytes as the core says, or as a cheater does. */
  bulk(effect: BlobEffect): void {
    this.blobs.perform(
      effect,
      (happening) => this.take(happening),
      (connection, make) =>
        this.#carry(connection, (other, theirs) => {
          const happening = make(theirs)
          if (happening.type === 'bytes-asked') {
            other.blobs.asked.push({ address: hex(happening.address), index: happening.index })
          }
          other.take(happening)
        }),
    )
  }

  #openAttention(rotated: boolean): void {
    this.take({ type: 'attention-opened', core: this.core.key, length: this.core.events.length, rotated })
  }

  #saved(key: DocumentKey): Uint8Array | undefined {
    const changes = this.documents.get(key) ?? []
    return changes.length > 0 ? concat(...changes) : undefined
  }

  /** One alarm, as `run` has one: the newest. */
  #wakeAt(at: number): void {
    this.#alarm += 1
    const alarm = this.#alarm
    this.world.later(Math.max(1, at - this.world.now), () => {
      if (this.isUp && alarm === this.#alarm) this.take({ type: 'woke' })
    })
  }

  #follow(cores: readonly Uint8Array[]): void {
    const wanted = new Set(cores.map(hex))
    for (const core of this.#followed.keys()) if (!wanted.has(core)) this.#followed.delete(core)
    for (const core of wanted) if (!this.#followed.has(core)) this.#followed.set(core, 0)
    for (const node of this.world.nodes) this.catchUp(node)
  }

  /** What a Hypercore does: everything appended reaches those who follow, in order, while they are connected. */
  catchUp(other: Node): void {
    const from = this.#followed.get(hex(other.core.key))
    if (from === undefined || from >= other.core.events.length || !this.isUp) return
    const events = other.core.events.slice(from)
    this.#followed.set(hex(other.core.key), other.core.events.length)
    this.world.later(2, () => {
      if (this.isUp) this.take({ type: 'attention-arrived', core: other.core.key, from, events })
    })
  }
}
