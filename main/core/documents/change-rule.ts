import * as Automerge from '@automerge/automerge'
import { type Bytes, equal, hex } from '../../crypto/bytes.ts'
import { floatsIn } from './change-header.ts'

export type Past = ReturnType<typeof Automerge.getBackend>
export type Decoded = Automerge.DecodedChange
type Op = Decoded['ops'][number] & { readonly insert?: boolean; readonly elemId?: string }

/**
 * May this change be applied? Decided from the change and the past it names alone, so that everyone decides alike, in
 * any order. `past` has to hold that past; it may hold more. What Automerge is told that did not come about by editing
 * can stop it, or be read differently after saving; so a change has to be exactly what an honest editor would have made:
 * the one canonical encoding, the next operation numbers, and registers only, each replacing what stood there.
 */
export function isSound(past: Past, bytes: Bytes): boolean {
  const change = decodedChange(bytes)
  return change !== undefined && isSoundOn(past, change, wholePast(past))
}

/** What a past says of the changes that one names: a part of them may not have come to the engine yet. */
export type Named = {
  /** the highest operation number of a change */
  maxOp(hash: string): number | undefined
  /** those of the engine that these stand on, or are */
  below(hashes: readonly string[]): string[]
}

function wholePast(past: Past): Named {
  return { maxOp: (hash) => past.getChangeMetaByHash(hash)?.maxOp, below: (hashes) => [...hashes] }
}

export function isSoundOn(past: Past, change: Decoded, named: Named): boolean {
  const isOrdered = change.deps.every((dep, index) => index === 0 || (change.deps[index - 1] ?? '') < dep)
  const numbers = change.deps.map((dep) => named.maxOp(dep) ?? Number.POSITIVE_INFINITY)
  if (!isOrdered || change.startOp !== Math.max(0, ...numbers) + 1) return false
  const heads = named.below(change.deps)
  const outside = past.getChangesMeta(heads)
  if (outside.some((each) => each.actor === change.actor && each.seq < change.seq)) return false
  return isEditing(past, change, heads)
}

/** `undefined` for what is not in the one canonical encoding, and for values that no editor writes. */
export function decodedChange(bytes: Bytes): Decoded | undefined {
  try {
    const change = Automerge.decodeChange(bytes)
    if (change.ops.some((op) => typeof op.value === 'number' && !Number.isFinite(op.value))) return undefined
    const isWhole = change.hash.startsWith(hex(bytes.subarray(4, 8)))
    return isWhole && isSameEncoding(Automerge.encodeChange(change), bytes) ? change : undefined
  } catch {
    return undefined
  }
}

/** Byte for byte, after the checksum. Floats go through decimal digits on their way and may come back a bit off. */
function isSameEncoding(again: Bytes, bytes: Bytes): boolean {
  if (again.length !== bytes.length) return false
  const copy = again.slice()
  copy.set(bytes.subarray(0, 8))
  for (const at of floatsIn(bytes)) copy.set(bytes.subarray(at, at + 8), at)
  return equal(copy, bytes)
}

/** Each operation names a key of the root, or of a map made before in this change, and what stands there as replaced. */
function isEditing(past: Past, change: Decoded, heads: readonly string[]): boolean {
  const standing = new Map<string, readonly string[]>()
  const maps = new Set<string>()
  return (change.ops as readonly Op[]).every((op, index) => {
    const id = `${change.startOp + index}@${change.actor}`
    if (typeof op.key !== 'string' || op.insert || op.elemId !== undefined) return false
    if (op.action !== 'set' && op.action !== 'makeMap' && op.action !== 'del') return false
    if (op.obj !== '_root' && !maps.has(op.obj)) return false
    const place = `${op.obj} ${op.key}`
    const before = standing.get(place) ?? (op.obj === '_root' ? standingAt(past, op.key, heads) : [])
    const left = before.filter((each) => !op.pred.includes(each))
    if (left.length !== before.length - op.pred.length) return false
    // saying again what stands is written as removing only what contradicts it
    if (op.action !== 'del' && left.length > 0) return false
    standing.set(place, op.action === 'del' ? left : [id])
    if (op.action === 'makeMap') maps.add(id)
    return true
  })
}

function standingAt(past: Past, key: string, heads: readonly string[]): string[] {
  return past.getAll('_root', key, [...heads]).map((value) => String(value.at(-1)))
}
