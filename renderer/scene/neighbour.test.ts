import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Direction, neighbour, readingOrder } from './neighbour.ts'
import type { Spot } from './visibility.ts'

const size = { w: 100, h: 60 }
const ways: Direction[] = ['left', 'right', 'up', 'down']

function spotsAt(points: readonly { x: number; y: number }[]): Spot<number>[] {
  return points.map((point, id) => ({ id, box: { ...point, ...size } }))
}

describe('neighbour', () => {
  it('SCENE-19 arrows go to what lies straight ahead before what lies aside', () => {
    const spots = spotsAt([
      { x: 0, y: 0 },
      { x: 300, y: 10 },
      { x: 90, y: 220 },
      { x: 0, y: 400 },
    ])
    const [middle] = spots
    expect(middle && neighbour(middle, spots, 'right')?.id).toBe(1)
    expect(middle && neighbour(middle, spots, 'down')?.id).toBe(2)
    expect(middle && neighbour(middle, spots, 'left')).toBeUndefined()
  })

  it('SCENE-20 arrows alone reach everything from anywhere', () => {
    const apart = fc.uniqueArray(
      fc.record({ x: fc.integer({ min: -9, max: 9 }), y: fc.integer({ min: -9, max: 9 }) }),
      {
        minLength: 2,
        maxLength: 14,
        selector: (point) => `${point.x} ${point.y}`,
      },
    )
    fc.assert(
      fc.property(apart, (points) => {
        const spots = spotsAt(points.map((point) => ({ x: point.x * 130, y: point.y * 90 })))
        for (const start of spots) expect(reachedFrom(start, spots)).toBe(spots.length)
      }),
      { numRuns: 300 },
    )
  })

  it('SCENE-21 reading order goes row by row', () => {
    const spots = spotsAt([
      { x: 200, y: 300 },
      { x: 200, y: 0 },
      { x: -200, y: 20 },
    ])
    expect(readingOrder(spots).map((spot) => spot.id)).toEqual([2, 1, 0])
  })
})

function reachedFrom(start: Spot<number>, spots: readonly Spot<number>[]): number {
  const seen = new Set([start.id])
  const open = [start]
  for (let here = open.pop(); here; here = open.pop()) {
    for (const way of ways) {
      const next = neighbour(here, spots, way)
      if (next && !seen.has(next.id)) {
        seen.add(next.id)
        open.push(next)
      }
    }
  }
  return seen.size
}
