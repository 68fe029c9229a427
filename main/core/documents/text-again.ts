import { decodeChange, ImmutableString } from '@automerge/automerge'
import type { Engine } from './live-document.ts'
import { mark, none, type TextPast } from './text-past.ts'
import { textObject } from './text-shape.ts'

type Op = {
  readonly action: string
  readonly obj: string
  readonly key?: string
  readonly elemId?: string
  readonly insert?: boolean
  readonly value?: unknown
  readonly name?: string
  readonly expand?: boolean
}

/** What was typed after what, in every change that is held: also in those that do not count. */
export function originsIn(changes: readonly Uint8Array[]): Map<string, string> {
  const origins = new Map<string, string>()
  for (const bytes of changes) {
    const { ops, startOp, actor } = decoded(bytes) ?? { ops: [], startOp: 0, actor: '' }
    for (const [index, { insert, elemId }] of (ops as readonly Op[]).entries()) {
      if (insert && elemId !== undefined) origins.set(`${startOp + index}@${actor}`, elemId)
    }
  }
  return origins
}

/**
 * Types own changes again into a text that lacks what they were made on: each letter after what it was typed after, or
 * where that is gone after what that had been typed after, and so on to the beginning.
 */
export function retype(
  engine: Engine,
  past: TextPast,
  changes: readonly Uint8Array[],
  origins: ReadonlyMap<string, string>,
  next: () => void,
): void {
  const again = new Retyping(engine, past, origins)
  for (const bytes of changes) {
    const change = decoded(bytes)
    const ops = (change?.ops ?? []) as readonly Op[]
    for (const [index, op] of ops.entries())
      again.take(op, `${(change?.startOp ?? 0) + index}@${change?.actor}`, ops[index + 1])
    again.finish()
    next()
  }
}

class Retyping {
  /** elements of the changes that are typed again → the new ones */
  readonly #anew = new Map<string, string>()
  readonly #markers = new Map<string, Record<string, unknown>>()
  readonly #engine: Engine
  readonly #past: TextPast
  readonly #origins: ReadonlyMap<string, string>
  readonly #clock: readonly number[]
  #marker: { readonly id: string; readonly after: string; readonly content: Record<string, unknown> } | undefined

  constructor(engine: Engine, past: TextPast, origins: ReadonlyMap<string, string>) {
    this.#engine = engine
    this.#past = past
    this.#origins = origins
    this.#clock = past.clock(engine.getHeads())
  }

  take(op: Op, id: string, following: Op | undefined): void {
    if (op.obj !== textObject) return this.#fill(op, id)
    this.finish()
    if (op.action === 'del') this.#remove(op.elemId ?? '')
    else if (op.action === 'set') this.#type(id, op.elemId ?? '', String(op.value))
    else if (op.action === 'makeMap') this.#begin(id, op.elemId ?? '')
    else if (op.action === 'markBegin' && following) this.#mark(op, following)
  }

  /** A marker is put in whole, when all of it was seen. */
  finish(): void {
    if (!this.#marker) return
    const { id, after, content } = this.#marker
    this.#marker = undefined
    const at = this.#after(after)
    this.#engine.splitBlock(textObject, at, content as Parameters<Engine['splitBlock']>[2])
    this.#anew.set(id, this.#engine.getCursor(textObject, at))
  }

  #begin(id: string, after: string): void {
    const content = {}
    this.#marker = { id, after, content }
    this.#markers.set(id, content)
  }

  #fill(op: Op, id: string): void {
    const holder = this.#markers.get(op.obj)
    if (!holder) return
    const value = op.action === 'makeMap' ? {} : op.action === 'makeList' ? [] : immutable(op.value)
    if (Array.isArray(holder)) holder.push(value)
    else if (op.key !== undefined) Object.defineProperty(holder, op.key, { value, enumerable: true })
    if (op.action !== 'set') this.#markers.set(id, value as Record<string, unknown>)
  }

  #type(id: string, after: string, letter: string): void {
    const at = this.#after(after)
    this.#engine.splice(textObject, at, 0, letter)
    this.#anew.set(id, this.#engine.getCursor(textObject, at))
  }

  #remove(element: string): void {
    const present = this.#present(element)
    const at = present === undefined ? undefined : this.#visible(present)
    if (at !== undefined) this.#engine.splice(textObject, at.start, at.end - at.start)
  }

  #mark(begin: Op, end: Op): void {
    const range = { start: this.#after(begin.elemId ?? ''), end: this.#after(end.elemId ?? '') }
    if (range.start >= range.end) return
    const expand = begin.expand ? (end.expand ? 'both' : 'before') : end.expand ? 'after' : 'none'
    const name = begin.name ?? ''
    if (begin.value === null || begin.value === undefined) this.#engine.unmark(textObject, { ...range, expand }, name)
    else this.#engine.mark(textObject, { ...range, expand }, name, begin.value as string | boolean | number)
  }

  /** The place after an element; where it is gone, after what it was typed after. */
  #after(element: string): number {
    for (
      let each: string | undefined = element;
      each !== undefined && each !== '_head';
      each = this.#origins.get(each)
    ) {
      const present = this.#present(each)
      if (present === undefined) continue
      return this.#visible(present)?.end ?? this.#engine.getCursorPosition(textObject, present)
    }
    return 0
  }

  /** Its name in this text; marks have no place of their own. */
  #present(element: string): string | undefined {
    const anew = this.#anew.get(element)
    if (anew !== undefined) return anew
    const kind = this.#past.kindIn(this.#clock, element)
    return kind === none || kind === mark ? undefined : element
  }

  #visible(element: string): { start: number; end: number } | undefined {
    const start = this.#engine.getCursorPosition(textObject, element)
    const length = this.#engine.length(textObject)
    if (start >= length || this.#engine.getCursor(textObject, start) !== element) return undefined
    const isWide = start + 1 < length && this.#engine.getCursor(textObject, start + 1) === element
    return { start, end: start + (isWide ? 2 : 1) }
  }
}

function immutable(value: unknown): unknown {
  return typeof value === 'string' ? new ImmutableString(value) : value
}

function decoded(bytes: Uint8Array): ReturnType<typeof decodeChange> | undefined {
  try {
    return decodeChange(bytes)
  } catch {
    return undefined
  }
}
