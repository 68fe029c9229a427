import type { DecodedChange } from '@automerge/automerge'
import { utf8Length } from '../showing/text.ts'
import { decodedChange } from './change-rule.ts'
import { block as blockKind, type Clock, kindsIn, letter, none, type TextPast } from './text-past.ts'
import { marker, textObject } from './text-shape.ts'

type Op = {
  readonly action: string
  readonly obj: string
  readonly key?: string
  readonly elemId?: string
  readonly insert?: boolean
  readonly value?: unknown
  readonly datatype?: string
  readonly name?: string
  readonly pred: readonly string[]
}

/** A marker may say this much: keys and values of it and its attributes together, and bytes of one string. */
const mostInMarker = 64
const stringBytes = 4_096
const nameBytes = 256

export type Judged = { readonly change: DecodedChange; readonly kinds: Uint8Array }

/**
 * May this change of a text be applied? As for the other documents, decided from it and the past it names alone. An
 * honest editor puts in letters, block markers that are written whole in the same change, and marks as pairs; each after
 * something of the text that was there; and takes out letters and markers, each with nothing but itself to be replaced.
 */
export function judgeText(past: TextPast, bytes: Uint8Array): Judged | undefined {
  const change = decodedChange(bytes)
  if (!change) return undefined
  const isOrdered = change.deps.every((dep, index) => index === 0 || (change.deps[index - 1] ?? '') < dep)
  const isAfterTheFirst = change.deps.length > 0
  if (!isOrdered || !isAfterTheFirst || change.startOp !== past.maxOp(change.deps) + 1) return undefined
  const clock = past.clock(change.deps)
  if (past.seqIn(clock, change.actor) !== change.seq - 1) return undefined
  const kinds = kindsIn(change)
  return new Reading(past, clock, change, kinds).isEditing() ? { change, kinds } : undefined
}

type Made = {
  readonly type: 'marker' | 'attributes' | 'list'
  readonly keys: Set<string>
  readonly whole: { size: number }
}

/** One pass over the operations of a change. */
class Reading {
  readonly #ops: readonly Op[]
  readonly #made = new Map<string, Made>()
  readonly #listed = new Map<string, string>()
  readonly #removed = new Set<string>()
  readonly #past: TextPast
  readonly #clock: Clock
  readonly #change: DecodedChange
  readonly #kinds: Uint8Array

  constructor(past: TextPast, clock: Clock, change: DecodedChange, kinds: Uint8Array) {
    this.#past = past
    this.#clock = clock
    this.#change = change
    this.#kinds = kinds
    this.#ops = change.ops as readonly Op[]
  }

  isEditing(): boolean {
    return this.#ops.length > 0 && this.#ops.every((op, index) => this.#isAllowed(op, index))
  }

  #isAllowed(op: Op, index: number): boolean {
    if (op.obj !== textObject) return this.#isInMarker(op, index)
    if (op.key !== undefined || op.elemId === undefined) return false
    if (op.action === 'del') return this.#isRemoval(op, index)
    if (!op.insert || op.pred.length > 0 || !this.#isPlace(op.elemId, index)) return false
    if (op.action === 'set') return op.datatype === undefined && isLetter(op.value)
    if (op.action === 'makeMap') return this.#begin(index, 'marker')
    const isPaired = this.#ops[index + 1]?.action === 'markEnd' && this.#ops[index + 1]?.obj === textObject
    if (op.action === 'markBegin') return isPaired && isName(op.name) && isScalar(op)
    return op.action === 'markEnd' && this.#ops[index - 1]?.action === 'markBegin'
  }

  /** After the beginning, or something of the text that was there. */
  #isPlace(element: string, index: number): boolean {
    return element === '_head' || this.#kindAt(element, index) !== none
  }

  #isRemoval({ elemId = '', pred, insert }: Op, index: number): boolean {
    const kind = this.#kindAt(elemId, index)
    if (insert || (kind !== letter && kind !== blockKind) || this.#removed.has(elemId)) return false
    this.#removed.add(elemId)
    return pred.length === 1 && pred[0] === elemId
  }

  #kindAt(element: string, index: number): number {
    const [counter, actor] = element.split('@')
    const own = actor === this.#change.actor ? Number(counter) - this.#change.startOp : -1
    if (own < 0) return this.#past.kindIn(this.#clock, element)
    return own < index ? (this.#kinds[own] ?? none) : none
  }

  #isInMarker(op: Op, index: number): boolean {
    const holder = this.#made.get(op.obj)
    if (!holder || op.pred.length > 0) return false
    holder.whole.size += 1
    if (holder.whole.size > mostInMarker) return false
    if (holder.type === 'list') return this.#isListed(op, index)
    if (op.insert || op.elemId !== undefined || !isName(op.key) || holder.keys.has(op.key)) return false
    holder.keys.add(op.key)
    if (op.action === 'set') return isScalar(op)
    if (holder.type !== 'marker') return false
    if (op.action === 'makeMap') return this.#begin(index, 'attributes', holder)
    return op.action === 'makeList' && this.#begin(index, 'list', holder)
  }

  #isListed(op: Op, index: number): boolean {
    if (!op.insert || op.key !== undefined || op.action !== 'set' || !isScalar(op)) return false
    if (op.elemId !== '_head' && this.#listed.get(op.elemId ?? '') !== op.obj) return false
    this.#listed.set(this.#idOf(index), op.obj)
    return true
  }

  #begin(index: number, type: Made['type'], holder?: Made): true {
    this.#made.set(this.#idOf(index), { type, keys: new Set(), whole: holder?.whole ?? { size: 0 } })
    return true
  }

  #idOf(index: number): string {
    return `${this.#change.startOp + index}@${this.#change.actor}`
  }
}

function isLetter(value: unknown): boolean {
  if (typeof value !== 'string' || value === marker) return false
  const [first, ...more] = value
  return first !== undefined && more.length === 0
}

function isScalar({ value, datatype }: Op): boolean {
  if (datatype !== undefined && datatype !== 'int' && datatype !== 'float64') return false
  if (typeof value === 'string') return isShort(value, stringBytes)
  return typeof value === 'boolean' || typeof value === 'number' || value === null || value === undefined
}

/** Names become those of JavaScript's properties, and this one is none of an object's own. */
function isName(text: string | undefined): text is string {
  return isShort(text, nameBytes) && text !== '__proto__'
}

function isShort(text: string | undefined, bytes: number): text is string {
  return text !== undefined && utf8Length(text) <= bytes
}
