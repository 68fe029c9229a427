import type { PushEvent } from '../shared/contract.ts'
import { type Fault, fault, type Result, refuse } from '../shared/fault.ts'
import { performBulk, resultOf } from './bulk.ts'
import { type Bytes, openBytes } from './bytes.ts'
import type { Effect } from './core/effect.ts'
import type { Happening } from './core/input.ts'
import { announce } from './core/showing/announcement.ts'
import { newState, type State } from './core/state.ts'
import { step } from './core/step.ts'
import { exportFolders, exportVault } from './exporting.ts'
import type { Parts, SwarmPart } from './parts.ts'

type Sink = { answer(call: number, result: Result<unknown>): void; push(event: PushEvent): void }

/** `name`: for who has none yet. `keeper`: for whom it keeps from now on, and where else it is reached. */
type StartOptions = { readonly name?: string; readonly keeper?: { for: 'anyone' | 'peers'; url?: string } }
/** Told what those who have a text open live are to hold as well; that it is gone, without changes. */
type SurfaceSink = (document: string, changes: readonly Uint8Array[] | undefined) => void

export type Run = {
  start(options: StartOptions): Promise<{ playerId: string; code: string }>
  ask(client: number, call: number, command: string, args: unknown): void
  attachClient(client: number, sink: Sink): void
  detachClient(client: number): void
  /** Surfaces that edit live: what they did, and who tells them. */
  surfaceTold(document: string, changes: readonly Uint8Array[]): void
  attachSurfaces(sink: SurfaceSink): void
  /** what files are made of, for doors that let it in and out */
  readonly bytes: Bytes
  stop(): Promise<void>
}

/**
 * The loop: input → step → perform effects; the only caller of `step`. Inputs that wait together share one transaction;
 * effects are performed after it is durable. When it fails, what was remembered is thrown away and read again, so that
 * nothing is known that is not stored.
 */
export function run(parts: Parts): Run {
  const loop = new Loop(parts)
  return {
    start: (options) => loop.start(options),
    ask: (client, call, command, args) => loop.take({ type: 'asked', client, call, command, args }),
    attachClient: (client, sink) => void loop.sinks.set(client, sink),
    surfaceTold: (document, changes) => loop.take({ type: 'surface-told', document, changes }),
    attachSurfaces(sink) {
      loop.surface = sink
    },
    detachClient: (client) => void loop.sinks.delete(client),
    bytes: loop.bytes,
    stop: () => loop.stop(),
  }
}

const insider = -1
const mostTogether = 64

class Loop {
  readonly sinks = new Map<number, Sink>()
  surface: SurfaceSink | undefined
  readonly bytes: Bytes
  readonly #parts: Parts
  #state: State
  #swarm: SwarmPart | undefined
  #queue: Happening[] = []
  #isDraining = false
  #stopped = false
  #timer: NodeJS.Timeout | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    const { random, vault } = parts
    this.bytes = openBytes({
      vault,
      random,
      take: (happening) => this.take(happening),
      ask: (command, args) => this.#askInside(command, args),
    })
    this.#state = newState(parts.vault.tables, parts.vault.sealed)
  }

  async start(options: StartOptions): Promise<{ playerId: string; code: string }> {
    const { vault } = this.#parts
    this.#together([{ type: 'started' }])
    const seed = vault.tables.facts.get('device')
    if (!seed) throw new Error('started without an identity')
    // before anything can be asked: what a crash left must not be taken for what is just being made
    this.take({ type: 'blobs-listed', ...(await vault.blobs.list()) })
    if (options.name !== undefined && this.#state.me?.name === '') {
      await this.#must('identity.rename', { name: options.name })
    }
    if (options.keeper) await this.#must('keeper.host', options.keeper)
    const identity = (await this.#must('identity.get', {})) as { playerId: string; code: string }
    void this.#open(seed)
    return identity
  }

  take(happening: Happening): void {
    if (this.#stopped) return
    this.#queue.push(happening)
    if (this.#isDraining) return
    this.#isDraining = true
    queueMicrotask(() => this.#drain())
  }

  async stop(): Promise<void> {
    if (this.#stopped) return
    await this.#must('attention.end', {})
    this.#stopped = true
    clearTimeout(this.#timer)
    for (const answer of this.#inside.values()) answer(refuse('StoreFailed', 'Indra is ending.'))
    await Promise.all(this.#exports)
    // side by side: an unreachable network must not keep the vault open
    await Promise.all([this.#swarm?.close(), this.#parts.vault.close()])
  }

  /** The network is joined after the vault answers: being ready never waits for it. */
  async #open(seed: Uint8Array): Promise<void> {
    const { vault, note } = this.#parts
    try {
      this.#swarm = await this.#parts.openSwarm(seed, {
        connected: (c) =>
          this.take({
            type: 'connected',
            ...c,
            device: c.device as Extract<Happening, { type: 'connected' }>['device'],
          }),
        disconnected: (connection) => this.take({ type: 'disconnected', connection }),
        received: (connection, frame) => this.take({ type: 'received', connection, frame }),
        bytesAsked: (connection, question) => this.take({ type: 'bytes-asked', connection, ...question }),
        bytesCame: (connection, number, bytes) => this.take({ type: 'bytes-came', connection, number, bytes }),
        online: (online) => this.take({ type: 'network-changed', online }),
      })
      if (this.#stopped) return await this.#swarm.close()
      this.take({ type: 'network-changed', online: true })
      this.take({ type: 'attention-opened', ...(await vault.attention.open(0)) })
    } catch (error) {
      note('error', 'the network could not be joined', error)
    }
  }

  #drain(): void {
    while (this.#queue.length > 0 && !this.#stopped) {
      const batch = this.#queue.splice(0, mostTogether)
      if (!this.#together(batch)) for (const happening of batch) this.#alone(happening)
    }
    this.#isDraining = false
  }

  /** One transaction for all of them; false when it was rolled back. */
  #together(batch: readonly Happening[]): boolean {
    const effects: Effect[] = []
    try {
      this.#parts.vault.transaction(() => {
        for (const happening of batch) effects.push(...this.#step(happening))
      })
    } catch (error) {
      if (batch.length === 1 && batch[0]) this.#failed(batch[0], error)
      this.#recall()
      return batch.length === 1
    }
    for (const happening of batch) {
      if (happening.type === 'asked') this.#waiting.set(nameOf(happening), happening)
    }
    for (const effect of effects) this.#perform(effect)
    for (const effect of announce(this.#state, this.#parts.now())) this.#perform(effect)
    return true
  }

  #alone(happening: Happening): void {
    this.#together([happening])
  }

  #step(happening: Happening): Effect[] {
    const { now, random } = this.#parts
    return step(this.#state, { now: now(), random: random(), ...happening })
  }

  /** What was remembered may hold what was rolled back. Connections are part of it: they begin again. */
  #recall(): void {
    const connections = [...this.#state.sessions.keys()]
    const { online, deferred, surfaces } = this.#state
    for (const each of [...deferred.values()].flat()) {
      if ('call' in each) this.#answer(each.client, each.call, refuse('StoreFailed'))
    }
    for (const { document } of surfaces.values()) this.surface?.(document, undefined)
    this.#state = newState(this.#parts.vault.tables, this.#parts.vault.sealed)
    this.#state.online = online
    for (const connection of connections) this.#swarm?.hangUp(connection)
    for (const { client, call } of this.#waiting.values()) {
      this.#answer(client, call, { ok: false, fault: fault('StoreFailed', 'Indra had to begin anew meanwhile.') })
    }
    void this.#parts.vault.blobs.list().then((listing) => this.take({ type: 'blobs-listed', ...listing }))
    try {
      const effects = this.#parts.vault.transaction(() => this.#step({ type: 'started' }))
      for (const effect of effects) this.#perform(effect)
    } catch (error) {
      this.#parts.note('error', 'the vault could not be read again', error)
    }
  }

  #failed(happening: Happening, error: unknown): void {
    const known = faultOf(error)
    this.#parts.note('error', `${happening.type} failed`, error)
    if (happening.type !== 'asked') return
    const result = { ok: false as const, fault: known ?? fault('StoreFailed', 'Indra made a mistake.') }
    this.#answer(happening.client, happening.call, result)
  }

  #perform(effect: Effect): void {
    const { vault, note } = this.#parts
    const failed = (error: unknown) => note('warn', `${effect.type} failed`, error)
    switch (effect.type) {
      case 'answer':
        return this.#answer(effect.client, effect.call, effect.result)
      case 'push':
        for (const sink of this.sinks.values()) sink.push(effect.event)
        return
      case 'send':
        return this.#swarm?.send(effect.connection, effect.frame)
      case 'hang-up':
        return this.#swarm?.hangUp(effect.connection)
      case 'seek':
        return this.#swarm?.seek(effect.topics, effect.devices, effect.sockets)
      case 'replicate':
        return vault.attention.replicate(this.#swarm?.stream(effect.connection))
      case 'follow':
        return vault.attention.follow(effect.cores, (core, from, events) =>
          this.take({ type: 'attention-arrived', core, from, events }),
        )
      case 'attend':
        return void vault.attention.append(effect.from, effect.events).catch(failed)
      case 'rotate-attention':
        return void vault.attention
          .rotate()
          .then((opened) => this.take({ type: 'attention-opened', ...opened }), failed)
      case 'open-document':
        return void vault.documents
          .open(effect.key)
          .then((saved) => this.take({ type: 'document-opened', key: effect.key, saved }), failed)
      case 'keep-document':
        return vault.documents.keep(effect.key, effect.changes, effect.anew)
      case 'surface':
        return this.surface?.(effect.document, effect.changes)
      case 'settle-document':
        return void setImmediate(() => this.take({ type: 'document-due', key: effect.key }))
      case 'back-up':
        return void this.#backUp(effect)
      case 'export-vault':
        return this.#keepUntilDone(this.#export(effect))
      case 'wake':
        return this.#wakeAt(effect.at)
      case 'note':
        return note(effect.level, effect.text, effect.about)
      default:
        return performBulk({ ...this.#bulk, blobs: vault.blobs }, effect)
    }
  }

  async #backUp({ client, call, path, passphrase }: Extract<Effect, { type: 'back-up' }>): Promise<void> {
    try {
      const { bytes } = await this.#parts.vault.backup(path, passphrase)
      this.#answer(client, call, { ok: true, value: { path, bytes } })
    } catch (error) {
      this.#parts.note('warn', 'a backup failed', error)
      this.#answer(client, call, { ok: false, fault: faultOf(error) ?? fault('StoreFailed') })
    }
  }

  /** what is being written when Indra ends is taken away first */
  readonly #exports = new Set<Promise<void>>()

  #keepUntilDone(work: Promise<void>): void {
    this.#exports.add(work)
    void work.finally(() => this.#exports.delete(work))
  }

  async #export({ client, call, path }: Extract<Effect, { type: 'export-vault' }>): Promise<void> {
    const { vault, now } = this.#parts
    const ask = (command: string, args: unknown) => this.#askInside(command, args)
    const work = async () => exportVault(path, await vault.exportFolder(path, exportFolders), ask, now())
    this.#answer(client, call, await resultOf(work()))
  }

  readonly #bulk = {
    take: (happening: Happening) => this.take(happening),
    line: (connection: number) => this.#swarm?.bulk(connection),
    note: (text: string, about?: unknown) => this.#parts.note('warn', text, about),
  }

  #answer(client: number, call: number, result: Result<unknown>): void {
    this.#waiting.delete(nameOf({ client, call }))
    if (client === insider) this.#inside.get(call)?.(result)
    else this.sinks.get(client)?.answer(call, result)
  }

  /** what was asked and is answered later */
  readonly #waiting = new Map<string, { client: number; call: number }>()
  readonly #inside = new Map<number, (result: Result<unknown>) => void>()
  #calls = 0

  #askInside(command: string, args: unknown): Promise<Result<unknown>> {
    const call = this.#calls++
    if (this.#stopped) return Promise.resolve(refuse('StoreFailed', 'Indra is ending.'))
    return new Promise((resolve) => {
      this.#inside.set(call, (result) => {
        this.#inside.delete(call)
        resolve(result)
      })
      this.take({ type: 'asked', client: insider, call, command, args })
    })
  }

  async #must(command: string, args: unknown): Promise<unknown> {
    const result = await this.#askInside(command, args)
    if (!result.ok) throw new Error(`${command}: ${result.fault.message}`)
    return result.value
  }

  #wakeAt(at: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.take({ type: 'woke' }), Math.max(0, at - this.#parts.now()))
  }
}

function nameOf({ client, call }: { client: number; call: number }): string {
  return `${client}:${call}`
}

function faultOf(error: unknown): Fault | undefined {
  return (error as { fault?: Fault } | undefined)?.fault
}
