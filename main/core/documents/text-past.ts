import { decodeChange } from '@automerge/automerge'
import type { Engine } from './live-document.ts'
import { foundation, textObject } from './text-shape.ts'

type Decoded = ReturnType<typeof decodeChange>

/** What an operation put into the text. */
export const none = 0
export const letter = 1
export const block = 2
export const mark = 3

/** By actor number: how many of their changes are in a past. */
export type Clock = readonly number[]

type Known = {
  readonly hash: string
  readonly startOp: number
  readonly maxOp: number
  readonly clock: Clock
  kinds: Uint8Array | undefined
}

/**
 * What the rule has to know of the changes a text is made of: which came before which, and what each operation put in.
 * Kept beside the open document, so that a batch of changes is judged without the engine and applied at once: applying
 * costs it the length of the document each time.
 */
export class TextPast {
  readonly #byHash = new Map<string, Known>()
  readonly #actors = new Map<string, number>()
  readonly #byActor: Known[][] = []
  readonly engine: Engine

  constructor(engine: Engine) {
    this.engine = engine
    this.add(decodeChange(foundation), new Uint8Array(1))
    for (const change of engine.getChangesMeta([])) this.#know(change, undefined)
  }

  has(hash: string): boolean {
    return this.#byHash.has(hash)
  }

  /** Highest operation number among these changes, which are all known. */
  maxOp(hashes: readonly string[]): number {
    return Math.max(0, ...hashes.map((hash) => this.#byHash.get(hash)?.maxOp ?? 0))
  }

  /** Everything these changes, which are all known, were made on, and they. */
  clock(hashes: readonly string[]): Clock {
    const [first, ...others] = hashes.map((hash) => this.#byHash.get(hash)?.clock ?? [])
    if (!first || others.length === 0) return first ?? []
    const width = Math.max(first.length, ...others.map((each) => each.length))
    return Array.from({ length: width }, (_, actor) =>
      Math.max(first[actor] ?? 0, ...others.map((each) => each[actor] ?? 0)),
    )
  }

  /** How many changes of an actor are in a past. */
  seqIn(clock: Clock, actor: string): number {
    return clock[this.#actors.get(actor) ?? -1] ?? 0
  }

  /** What the operation put into the text; `none` where it is not in this past. */
  kindIn(clock: Clock, operation: string): number {
    const [counter, actor] = operation.split('@')
    const number = this.#actors.get(actor ?? '')
    const changes = number === undefined ? undefined : this.#byActor[number]
    const seq = changes && number !== undefined ? lastUpTo(changes, Number(counter)) : 0
    const change = changes?.[seq - 1]
    if (!change || seq > (clock[number ?? -1] ?? 0) || Number(counter) > change.maxOp) return none
    change.kinds ??= this.#kindsOf(change.hash)
    return change.kinds[Number(counter) - change.startOp] ?? none
  }

  add(change: Decoded, kinds: Uint8Array): void {
    this.#know({ ...change, maxOp: change.startOp + change.ops.length - 1 }, kinds)
  }

  #know(change: Omit<Decoded, 'ops'> & { maxOp: number }, kinds: Uint8Array | undefined): void {
    if (this.#byHash.has(change.hash)) return
    const number = this.#actors.get(change.actor) ?? this.#actors.size
    this.#actors.set(change.actor, number)
    const before = this.clock(change.deps)
    const clock = Array.from({ length: Math.max(before.length, number + 1) }, (_, actor) => before[actor] ?? 0)
    clock[number] = change.seq
    const known = { hash: change.hash, startOp: change.startOp, maxOp: change.maxOp, clock, kinds }
    this.#byHash.set(change.hash, known)
    const own = this.#byActor[number] ?? []
    this.#byActor[number] = own
    own[change.seq - 1] = known
  }

  #kindsOf(hash: string): Uint8Array {
    const change = this.engine.getDecodedChangeByHash(hash)
    return change ? kindsIn(change) : new Uint8Array(0)
  }
}

/** By operation, for a change that was found sound. */
export function kindsIn(change: Decoded): Uint8Array {
  return Uint8Array.from(change.ops as readonly { action: string; obj: string; insert?: boolean }[], (op) => kindOf(op))
}

function kindOf({ action, obj, insert }: { action: string; obj: string; insert?: boolean }): number {
  if (!insert || obj !== textObject) return none
  if (action === 'set') return letter
  return action === 'makeMap' ? block : mark
}

/** How many of the changes, which are in order, begin at this operation number or before. */
function lastUpTo(changes: readonly Known[], counter: number): number {
  let low = 0
  let high = changes.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((changes[middle]?.startOp ?? 0) <= counter) low = middle + 1
    else high = middle
  }
  return low
}
