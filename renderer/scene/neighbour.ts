import type { Point } from './geometry.ts'
import type { Spot } from './visibility.ts'

export type Direction = 'left' | 'right' | 'up' | 'down'

const towards: Record<Direction, Point> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
}

/** What lies nearest in that direction: straight ahead counts as nearer than aside. Nothing when nothing lies there. */
export function neighbour<Id>(from: Spot<Id>, spots: readonly Spot<Id>[], direction: Direction): Spot<Id> | undefined {
  const way = towards[direction]
  let best: Spot<Id> | undefined
  let least = Number.POSITIVE_INFINITY
  for (const spot of spots) {
    if (spot.id === from.id) continue
    const dx = spot.box.x - from.box.x
    const dy = spot.box.y - from.box.y
    const ahead = dx * way.x + dy * way.y
    if (ahead <= 0) continue
    const aside = Math.abs(dx * way.y) + Math.abs(dy * way.x)
    const cost = ahead + aside * (aside > ahead ? 3 : 1.6)
    if (cost < least) {
      least = cost
      best = spot
    }
  }
  return best
}

/** Reading order: rows of `band` units from the top, each from left to right. */
export function readingOrder<Id>(spots: readonly Spot<Id>[], band = 160): Spot<Id>[] {
  const row = (spot: Spot<Id>) => Math.round(spot.box.y / band)
  return [...spots].sort((a, b) => row(a) - row(b) || a.box.x - b.box.x || a.box.y - b.box.y)
}
