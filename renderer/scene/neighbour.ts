import type { Point } from './geometry.ts'
import type { Spot } from './visibility.ts'

export type Direction = 'left' | 'right' | 'up' | 'down'

const towards: Record<Direction, Point> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
}

/** Radians by which directions are turned, so that no two things of a grid lie equally far ahead or on an edge. */
const tilt = 0.0123

/**
 * What lies nearest in that direction: in the quarter around it the least far ahead, else what is ahead at all, and
 * straight ahead before aside. Nothing when nothing lies there. The quarters make it certain that arrows alone reach
 * everything from anywhere: from each to each there is a way in the directed Θ4-graph (Bose, De Carufel, Hill, Smid,
 * “On the Spanning and Routing Ratio of the Directed Theta-Four Graph”).
 */
export function neighbour<Id>(from: Spot<Id>, spots: readonly Spot<Id>[], direction: Direction): Spot<Id> | undefined {
  const way = towards[direction]
  const turned = {
    x: way.x * Math.cos(tilt) - way.y * Math.sin(tilt),
    y: way.x * Math.sin(tilt) + way.y * Math.cos(tilt),
  }
  let best: Spot<Id> | undefined
  let least = Number.POSITIVE_INFINITY
  for (const spot of spots) {
    if (spot.id === from.id) continue
    const dx = spot.box.x - from.box.x
    const dy = spot.box.y - from.box.y
    const cost = costOf(dx * turned.x + dy * turned.y, Math.abs(dx * turned.y - dy * turned.x))
    if (cost < least) {
      least = cost
      best = spot
    }
  }
  return best
}

/** Whatever lies in the quarter comes before everything outside of it. */
const outside = 1e12

function costOf(ahead: number, aside: number): number {
  if (ahead <= 0) return Number.POSITIVE_INFINITY
  return aside < ahead ? ahead : outside + ahead + 3 * aside
}

/** Reading order: rows of `band` units from the top, each from left to right. */
export function readingOrder<Id>(spots: readonly Spot<Id>[], band = 160): Spot<Id>[] {
  const row = (spot: Spot<Id>) => Math.round(spot.box.y / band)
  return [...spots].sort((a, b) => row(a) - row(b) || a.box.x - b.box.x || a.box.y - b.box.y)
}
