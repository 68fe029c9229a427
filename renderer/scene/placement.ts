import { packEnclose, packSiblings } from 'd3-hierarchy'
import type { Box, Point, Size } from './geometry.ts'

/** Rooms are wider than high: packing happens in a space squeezed by this, so that what comes out is landscape. */
const stretch = 1.4
/** Free units kept around each thing. */
const margin = 28
/** Up to so many newcomers look for gaps; more are packed around the outside, which costs less than gaps are worth. */
const fewNewcomers = 32
const fewPlaced = 400

type Circle = { x: number; y: number; r: number }

/**
 * Where newcomers go, in the order given, as centres: circle packing around what is already placed, as near the middle
 * as there is room. Nothing already placed moves, nothing is overlapped, and the same question has the same answer.
 */
export function firstPlaces(placed: readonly Box[], newcomers: readonly Size[]): Point[] {
  const circles = newcomers.map((size) => ({ x: 0, y: 0, r: radiusOf(size) }))
  if (placed.length === 0) return packSiblings(circles).map(relaxed)
  const taken = placed.map(squeezed)
  if (newcomers.length > fewNewcomers || placed.length > fewPlaced) return around(taken, circles).map(relaxed)
  return circles.map((circle) => {
    const spot = { ...nearestGap(taken, circle.r), r: circle.r }
    taken.push(spot)
    return relaxed(spot)
  })
}

/** The least circle, in squeezed space, whose ellipse in the room holds a rectangle of this size and its margin. */
function radiusOf(size: Size): number {
  return Math.hypot(size.w / 2 / stretch, size.h / 2) + margin / 2
}

function squeezed(box: Box): Circle {
  return { x: box.x / stretch, y: box.y, r: radiusOf(box) }
}

function relaxed(circle: Circle): Point {
  return { x: Math.round(circle.x * stretch), y: Math.round(circle.y) }
}

/** Packs the newcomers around one circle that holds everything already there. */
function around(taken: readonly Circle[], newcomers: Circle[]): Circle[] {
  const all = packEnclose([...taken])
  const middle = { x: 0, y: 0, r: all.r }
  packSiblings([middle, ...newcomers])
  return newcomers.map((circle) => ({ x: circle.x - middle.x + all.x, y: circle.y - middle.y + all.y, r: circle.r }))
}

/** The free spot nearest to the middle of what is there, touching one or two of its circles. */
function nearestGap(taken: readonly Circle[], r: number): Point {
  const middle = packEnclose([...taken])
  const spots: Point[] = []
  for (const [index, one] of taken.entries()) {
    for (let step = 0; step < 12; step++) spots.push(beside(one, r, (step * Math.PI) / 6))
    for (const other of taken.slice(index + 1)) spots.push(...touching(one, other, r))
  }
  const away = (spot: Point) => Math.hypot(spot.x - middle.x, spot.y - middle.y)
  spots.sort((a, b) => away(a) - away(b) || a.y - b.y || a.x - b.x)
  return spots.find((spot) => isFree(taken, spot, r)) ?? { x: middle.x, y: middle.y + middle.r + r }
}

function isFree(taken: readonly Circle[], spot: Point, r: number): boolean {
  return taken.every((circle) => Math.hypot(circle.x - spot.x, circle.y - spot.y) >= circle.r + r - 1e-6)
}

function beside(circle: Circle, r: number, angle: number): Point {
  const far = circle.r + r
  return { x: circle.x + far * Math.cos(angle), y: circle.y + far * Math.sin(angle) }
}

/** The two centres of a circle of radius `r` that touches both; none when they are too far apart. */
function touching(one: Circle, other: Circle, r: number): Point[] {
  const a = one.r + r
  const b = other.r + r
  const dx = other.x - one.x
  const dy = other.y - one.y
  const d = Math.hypot(dx, dy)
  if (d === 0 || d > a + b || d < Math.abs(a - b)) return []
  const along = (a * a - b * b + d * d) / (2 * d)
  const off = Math.sqrt(Math.max(a * a - along * along, 0))
  const base = { x: one.x + (dx * along) / d, y: one.y + (dy * along) / d }
  return [
    { x: base.x - (dy * off) / d, y: base.y + (dx * off) / d },
    { x: base.x + (dy * off) / d, y: base.y - (dx * off) / d },
  ]
}
