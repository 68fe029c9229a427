import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOverlapping } from './geometry.ts'
import { indexOf, nearest } from './visibility.ts'

const coordinate = fc.integer({ min: -6_000, max: 6_000 })
const box = fc.record({
  x: coordinate,
  y: coordinate,
  w: fc.integer({ min: 1, max: 900 }),
  h: fc.integer({ min: 1, max: 900 }),
})

describe('visibility', () => {
  it('SCENE-17 the index finds exactly what a look at everything finds', () => {
    fc.assert(
      fc.property(fc.array(box, { maxLength: 80 }), box, (boxes, area) => {
        const spots = boxes.map((one, id) => ({ id, box: one }))
        const found = indexOf(spots)
          .within(area)
          .map((spot) => spot.id)
          .sort((a, b) => a - b)
        expect(found).toEqual(spots.filter((spot) => isOverlapping(area, spot.box)).map((spot) => spot.id))
      }),
    )
  })

  it('SCENE-18 never more live things than the budget, the nearest first, and none is forgotten', () => {
    fc.assert(
      fc.property(fc.array(box, { maxLength: 60 }), fc.integer({ min: 0, max: 40 }), (boxes, most) => {
        const spots = boxes.map((one, id) => ({ id, box: one }))
        const { live, flat } = nearest(spots, { x: 0, y: 0 }, most)
        expect(live.length).toBe(Math.min(most, spots.length))
        expect(new Set([...live, ...flat]).size).toBe(spots.length)
        const far = (spot: { box: { x: number; y: number } }) => Math.hypot(spot.box.x, spot.box.y)
        const furthest = Math.max(0, ...live.map(far))
        expect(flat.every((spot) => far(spot) >= furthest)).toBe(true)
      }),
    )
  })
})
