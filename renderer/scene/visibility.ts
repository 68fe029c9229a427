import { type Box, isOverlapping, type Point } from './geometry.ts'

/** A thing with a place in the room. */
export type Spot<Id> = { readonly id: Id; readonly box: Box }

/** What lies where. Asking costs what the answer is large, not what the room holds. */
export type Index<Id> = { within(area: Box): Spot<Id>[]; readonly count: number }

const cell = 512

export function indexOf<Id>(spots: readonly Spot<Id>[]): Index<Id> {
  const cells = new Map<string, Spot<Id>[]>()
  for (const spot of spots) {
    for (const key of cellsOf(spot.box)) {
      const held = cells.get(key)
      if (held) held.push(spot)
      else cells.set(key, [spot])
    }
  }
  return {
    count: spots.length,
    within(area) {
      const wide = Math.ceil(area.w / cell + 1) * Math.ceil(area.h / cell + 1)
      if (wide > cells.size) return spots.filter((spot) => isOverlapping(area, spot.box))
      const found = new Set<Spot<Id>>()
      for (const key of cellsOf(area)) {
        for (const spot of cells.get(key) ?? []) if (isOverlapping(area, spot.box)) found.add(spot)
      }
      return [...found]
    },
  }
}

function cellsOf(box: Box): string[] {
  const keys: string[] = []
  const right = Math.floor((box.x + box.w / 2) / cell)
  const bottom = Math.floor((box.y + box.h / 2) / cell)
  for (let x = Math.floor((box.x - box.w / 2) / cell); x <= right; x++) {
    for (let y = Math.floor((box.y - box.h / 2) / cell); y <= bottom; y++) keys.push(`${x} ${y}`)
  }
  return keys
}

/** At most `most` of them, nearest to the middle first to be kept; the rest is drawn flat underneath. */
export function nearest<Id>(
  spots: readonly Spot<Id>[],
  middle: Point,
  most: number,
): { live: Spot<Id>[]; flat: Spot<Id>[] } {
  if (spots.length <= most) return { live: [...spots], flat: [] }
  const far = (spot: Spot<Id>) => Math.hypot(spot.box.x - middle.x, spot.box.y - middle.y)
  const sorted = [...spots].sort((a, b) => far(a) - far(b))
  return { live: sorted.slice(0, most), flat: sorted.slice(most) }
}
