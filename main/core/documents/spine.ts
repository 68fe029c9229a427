import { decodeChange, ImmutableString } from '@automerge/automerge'
import type { ArtifactId, DeviceId } from '../../../shared/ids.ts'
import { concat, fromHex, hex, uint, utf8 } from '../../crypto/bytes.ts'
import { digest } from '../../crypto/digest.ts'
import type { ArtifactRow } from '../rows.ts'
import { searchLater } from '../showing/search-note.ts'
import { boundedName, nameLimit, utf8Length } from '../showing/text.ts'
import type { Turn } from '../state.ts'
import { type Engine, valueAt } from './live-document.ts'

/**
 * The shapes inside the two documents of a Tree. Keys are flat, so that nothing has to exist before something else:
 *   spine:  `ref:<refId>` → {child, position, label?}    `meta:<name>` → string
 *   places: `<child id>`  → {x, y, w?, h?}
 * A peer may have written anything: what does not fit is not shown.
 */
export type SpineEdit =
  | readonly ['refer', refId: string, child: ArtifactId, position: number, label: string | null]
  | readonly ['drop', refId: string]
  | readonly ['meta', name: string, value: string | null]
  | readonly ['place', child: ArtifactId, x: number, y: number, w: number | null, h: number | null]

/** What members put into an open Tree is named apart from what its steward composes. */
export const openPrefix = 'open:'

const referencesLimit = 100_000
const metadataLimit = 256

/** The Automerge actor of one log in one document: nobody else's changes can carry it. */
export function actorOf(
  log: { device: DeviceId; incarnation: number },
  row: { tag: Uint8Array; id: ArtifactId },
  name: string,
): string {
  return hex(digest(concat(utf8(`actor-v1:${name}:${row.id}:`), fromHex(log.device), uint(log.incarnation, 6)))).slice(
    0,
    32,
  )
}

export function applyEdit(engine: Engine, edit: SpineEdit): void {
  if (edit[0] === 'refer') {
    const [, refId, child, position, label] = edit
    const reference = engine.putObject('_root', `ref:${refId}`, {})
    engine.put(reference, 'child', child, 'str')
    engine.put(reference, 'position', position)
    if (label !== null) engine.put(reference, 'label', label, 'str')
  } else if (edit[0] === 'drop') engine.delete('_root', `ref:${edit[1]}`)
  else if (edit[0] === 'meta') {
    if (edit[2] === null) engine.delete('_root', `meta:${edit[1]}`)
    else engine.put('_root', `meta:${edit[1]}`, edit[2], 'str')
  } else {
    const [, child, x, y, w, h] = edit
    const place = engine.putObject('_root', child, {})
    for (const [name, value] of Object.entries(w === null || h === null ? { x, y } : { x, y, w, h })) {
      engine.put(place, name, value)
    }
  }
}

/** The edits an own change was made of: to say them again where what it was made on no longer counts. */
export function editsIn(change: Uint8Array): SpineEdit[] {
  const { ops, startOp, actor } = decodeChange(change)
  const made = new Map<string, Record<string, unknown>>()
  const edits: (readonly [key: string, value: unknown])[] = []
  for (const [index, op] of ops.entries()) {
    if (op.obj !== '_root') Object.assign(made.get(op.obj) ?? {}, { [op.key]: op.value })
    else if (op.action !== 'makeMap') edits.push([op.key, op.value])
    else {
      const fields = {}
      made.set(`${startOp + index}@${actor}`, fields)
      edits.push([op.key, fields])
    }
  }
  return edits.map(([key, value]) => editOf(key, value))
}

function editOf(key: string, value: unknown): SpineEdit {
  if (key.startsWith('meta:')) return ['meta', key.slice(5), typeof value === 'string' ? value : null]
  if (key.startsWith('ref:') && value === undefined) return ['drop', key.slice(4)]
  const { child, position, label, x, y, w, h } = (value ?? {}) as Record<string, never>
  if (key.startsWith('ref:')) return ['refer', key.slice(4), child ?? (key as ArtifactId), position ?? 0, label ?? null]
  return ['place', key as ArtifactId, x ?? 0, y ?? 0, w ?? null, h ?? null]
}

/** Brings the projections up to what stands at these keys. */
export function readDocument(
  turn: Turn,
  row: ArtifactRow,
  name: 'spine' | 'places',
  engine: Engine,
  touched: readonly string[],
): void {
  if (name === 'places' && !touched.every((key) => readPlace(turn, row, key, valueAt(engine, key)))) {
    turn.tables.places.clear(row.key)
    for (const key of engine.keys('_root')) readPlace(turn, row, key, valueAt(engine, key))
  }
  const names = new Set(name === 'places' ? [] : Object.keys(turn.tables.metadata.of(row.key)))
  for (const key of name === 'places' ? [] : touched) {
    if (key.startsWith('ref:')) readReference(turn, row, key.slice(4), valueAt(engine, key))
    else if (key.startsWith('meta:')) readMetadata(turn, row, key.slice(5), valueAt(engine, key), names)
  }
  if (touched.length > 0) turn.changes.touched.add(row.key)
}

function readReference(turn: Turn, row: ArtifactRow, refId: string, value: unknown): void {
  if (refId.length > 64 || refId.startsWith(openPrefix)) return
  const reference = value as { child?: unknown; position?: unknown; label?: unknown } | undefined
  const child = stringOf(reference?.child)
  const position = reference?.position
  if (
    !child ||
    !/^(doc|blob):[0-9a-f]{64}$/.test(child) ||
    typeof position !== 'number' ||
    !Number.isFinite(position)
  ) {
    return turn.tables.references.drop(row.key, refId)
  }
  const isNew = !turn.tables.references.get(row.key, refId)
  if (isNew && turn.tables.references.count(row.key, 'spine') >= referencesLimit) return
  const label = stringOf(reference?.label)?.slice(0, 256)
  turn.tables.references.put({ tree: row.key, refId, child: child as ArtifactId, position, label })
}

function readMetadata(turn: Turn, row: ArtifactRow, name: string, value: unknown, names: Set<string>): void {
  const text = stringOf(value)
  if (name.length > 256) return
  const shown = text !== undefined && utf8Length(text) <= 4 * nameLimit ? text : undefined
  if (shown !== undefined && !names.has(name) && names.size >= metadataLimit) return
  if (shown === undefined) names.delete(name)
  else names.add(name)
  turn.tables.metadata.put(row.key, name, shown)
  const present = turn.tables.artifacts.byKey(row.key)
  if (name === 'name' || name === 'description') searchLater(turn, row.key, '')
  if (name === 'name' && present) turn.tables.artifacts.update({ ...present, name: boundedName(shown ?? '') })
}

/** False for what is no place: what stood there before is not one any more either. */
function readPlace(turn: Turn, row: ArtifactRow, child: string, value: unknown): boolean {
  const { x, y, w, h } = (value ?? {}) as Record<string, unknown>
  if (!/^(doc|blob):[0-9a-f]{64}$/.test(child) || !isCoordinate(x) || !isCoordinate(y)) return false
  turn.tables.places.put(row.key, child as ArtifactId, isCoordinate(w) && isCoordinate(h) ? { x, y, w, h } : { x, y })
  return true
}

function isCoordinate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 1e9
}

function stringOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return value instanceof ImmutableString ? value.toString() : undefined
}
