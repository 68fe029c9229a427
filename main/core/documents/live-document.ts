import * as Automerge from '@automerge/automerge'
import type { DocumentName } from '../input.ts'
import { changeHash } from './change-header.ts'
import { foundation } from './text-shape.ts'

/**
 * An open document as Automerge's engine holds it. JavaScript values are made of the keys that are read, never of the
 * whole: a Tree of 10,000 children costs a composing as much as a small one.
 */
export type Engine = ReturnType<typeof Automerge.getBackend>

/** A text begins with the same first change everywhere, so that nobody has to wait for its text to be made. */
export function newDocument(name: DocumentName, actor: string): Engine {
  const engine = Automerge.getBackend(Automerge.init({ actor }))
  if (name === 'text') engine.applyChanges([foundation])
  return engine
}

/** `undefined` for bytes that are no document, or none of this name. */
export function loadDocument(name: DocumentName, saved: Uint8Array, actor: string): Engine | undefined {
  try {
    const engine = Automerge.getBackend(Automerge.load(saved, { actor }))
    return name !== 'text' || engine.getWithType('_root', 'text')?.[0] === 'text' ? engine : undefined
  } catch {
    return undefined
  }
}

/** The same document, writing as `actor`. */
export function writingAs(engine: Engine, actor: string): Engine {
  if (engine.getActorId() === actor) return engine
  const own = engine.clone(actor)
  own.updateDiffCursor()
  engine.free()
  return own
}

/** What `work` did as one change; nothing when it did nothing. */
export function changeIn(engine: Engine, work: () => void): Uint8Array | undefined {
  work()
  return engine.commit(null, 0) ? (engine.getLastLocalChange() ?? undefined) : undefined
}

/** Applying costs the engine the length of the document, also where it knows the change. */
export function applyUnknown(engine: Engine, changes: readonly Uint8Array[]): void {
  const unknown = changes.filter((change) => !engine.getChangeMetaByHash(changeHash(change)))
  if (unknown.length > 0) engine.applyChanges(unknown)
}

/** A register of the root: a scalar, or a map of such. */
export function valueAt(engine: Engine, key: string): unknown {
  const [type, value] = engine.getWithType('_root', key) ?? []
  if (type !== 'map') return type === 'list' || type === 'text' || type === 'table' ? undefined : value
  return engine.materialize(String(value))
}

export function headsOf(engine: Engine): string[] {
  return [...engine.getHeads()].sort()
}
