import type { ChildView, Place } from '../shared/views.ts'
import type { Room } from './rooms.ts'
import { type Box, bounds, type Size } from './scene/geometry.ts'
import { firstPlaces } from './scene/placement.ts'
import { type Index, indexOf, type Spot } from './scene/visibility.ts'

/** What lies around in one room: every child that has a place, and where. */
export type Field = {
  readonly spots: readonly Spot<string>[]
  readonly index: Index<string>
  readonly content: Box | undefined
}

/** Places this surface knows before the core has said them: what is being dragged or was placed a moment ago. */
export type OwnPlaces = ReadonlyMap<string, Place>

export const noPlaces: OwnPlaces = new Map()

const known = new WeakMap<Room, { readonly own: OwnPlaces; readonly field: Field }>()
const nothing: Field = { spots: [], index: indexOf<string>([]), content: undefined }

/** The field of a room. The same room with the same places has the very same field. */
export function fieldOf(room: Room | undefined, own: OwnPlaces): Field {
  if (!room) return nothing
  const before = known.get(room)
  if (before?.own === own) return before.field
  const field = laidOut(room, own)
  known.set(room, { own, field })
  return field
}

function laidOut(room: Room, own: OwnPlaces): Field {
  const spots: Spot<string>[] = []
  for (const child of room.items.values()) {
    const place = own.get(child.refId) ?? child.place
    if (place) spots.push({ id: child.refId, box: { ...cardSize(child), ...sized(place), x: place.x, y: place.y } })
  }
  return { spots, index: indexOf(spots), content: bounds(spots.map((spot) => spot.box)) }
}

/** Where children go that have no place yet. Nothing is decided before the whole room is known: what is placed must not be overlapped. */
export function missingPlaces(room: Room, own: OwnPlaces): Map<string, Place> {
  if (room.isStale || room.items.size < room.total) return new Map()
  const homeless = [...room.items.values()].filter((child) => !child.place && !own.has(child.refId)).sort(byPosition)
  if (homeless.length === 0) return new Map()
  const placed = fieldOf(room, own).spots.map((spot) => spot.box)
  const points = firstPlaces(placed, homeless.map(cardSize))
  return new Map(homeless.map((child, index) => [child.refId, { x: 0, y: 0, ...points[index], ...cardSize(child) }]))
}

export function byPosition(a: ChildView, b: ChildView): number {
  return a.position - b.position || a.createdAt - b.createdAt || (a.refId < b.refId ? -1 : 1)
}

/** How large a card is where nobody has said otherwise. Round ones are as wide as high. */
function cardSize(child: ChildView): Size {
  return sizes[child.type] ?? { w: 220, h: 96 }
}

/** Rooms that hold people and things are round; what one reads is a page. */
export function isRound(type: string): boolean {
  return type === 'collection' || type === 'request' || type === 'hive' || type === 'intention'
}

const sizes: Record<string, Size> = {
  story: { w: 300, h: 160 },
  collection: { w: 184, h: 184 },
  hive: { w: 184, h: 184 },
  request: { w: 148, h: 148 },
  intention: { w: 148, h: 148 },
  inbox: { w: 196, h: 76 },
  document: { w: 236, h: 96 },
  gallery: { w: 236, h: 140 },
  exchange: { w: 248, h: 140 },
}

function sized(place: Place): Partial<Size> {
  return {
    ...(place.w !== undefined && place.w >= 24 && place.w <= 4_000 ? { w: place.w } : {}),
    ...(place.h !== undefined && place.h >= 24 && place.h <= 4_000 ? { h: place.h } : {}),
  }
}
