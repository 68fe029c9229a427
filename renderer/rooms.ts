import type { ArtifactView, ChildView } from '../shared/views.ts'
import { kept } from './same.ts'

/** The children of one Tree as far as they have been told, by reference id, in the order of the Tree. */
export type Room = {
  readonly items: ReadonlyMap<string, ChildView>
  readonly total: number
  /** `true` when the Tree is known to hold something that is not here, or the other way round: ask again. */
  readonly isStale: boolean
}

/** A page of children: from the beginning it replaces what was held, later pages are added. */
export function childrenArrived(
  before: Room | undefined,
  offset: number,
  items: readonly ChildView[],
  total: number,
): Room {
  const held = new Map(offset === 0 ? [] : before?.items)
  for (const child of items) held.set(child.refId, kept(before?.items.get(child.refId), child))
  const isFirstPart = offset === 0 && before !== undefined && items.length < total
  if (isFirstPart)
    for (const [refId, child] of before.items) if (!held.has(refId) && held.size < total) held.set(refId, child)
  const isUnchanged =
    before?.items.size === held.size && [...held].every(([refId, child]) => before.items.get(refId) === child)
  return { items: isUnchanged && before ? before.items : held, total, isStale: false }
}

/** One child came, changed, or (without a view) went. */
export function childHappened(room: Room, child: ChildView | undefined, refId = child?.refId ?? ''): Room {
  const before = room.items.get(refId)
  if (!child) return before ? { ...room, items: without(room.items, [refId]), total: room.total - 1 } : room
  const next = kept(before, child)
  if (next === before) return room
  return { ...room, items: new Map(room.items).set(refId, next), total: before ? room.total : room.total + 1 }
}

/** The Tree itself changed: what it no longer names goes, what is not known yet makes the room stale. */
export function treeChanged(room: Room, view: ArtifactView): Room {
  const isWhole = view.references.length >= view.total
  if (!isWhole) return view.total === room.total ? room : { ...room, isStale: true, total: view.total }
  const named = new Set(view.references.map((reference) => reference.refId))
  const gone = [...room.items.keys()].filter((refId) => !named.has(refId))
  const isMissing = [...named].some((refId) => !room.items.has(refId))
  if (gone.length === 0 && !isMissing && room.total === view.total) return room
  return { items: gone.length > 0 ? without(room.items, gone) : room.items, total: view.total, isStale: isMissing }
}

function without(items: ReadonlyMap<string, ChildView>, gone: readonly string[]): ReadonlyMap<string, ChildView> {
  const left = new Map(items)
  for (const refId of gone) left.delete(refId)
  return left
}
