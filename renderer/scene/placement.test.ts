import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Box, isOverlapping } from './geometry.ts'
import { firstPlaces } from './placement.ts'

const card = fc.record({ w: fc.integer({ min: 40, max: 320 }), h: fc.integer({ min: 40, max: 240 }) })

function placedAs(points: readonly { x: number; y: number }[], sizes: readonly { w: number; h: number }[]): Box[] {
  return points.map((point, index) => ({ ...point, ...(sizes[index] ?? { w: 0, h: 0 }) }))
}

function overlapping(boxes: readonly Box[]): number {
  return boxes.flatMap((one, index) => boxes.slice(index + 1).filter((other) => isOverlapping(one, other, 8))).length
}

describe('placement', () => {
  it('SCENE-14 the first things of a room never overlap', () => {
    fc.assert(
      fc.property(fc.array(card, { maxLength: 60 }), (sizes) => {
        expect(overlapping(placedAs(firstPlaces([], sizes), sizes))).toBe(0)
      }),
    )
  })

  it('SCENE-15 newcomers never overlap what is there, however it was dragged, nor each other', () => {
    const scattered = fc.record({ x: fc.integer({ min: -900, max: 900 }), y: fc.integer({ min: -700, max: 700 }) })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(scattered, card), { minLength: 1, maxLength: 20 }),
        fc.array(card, { maxLength: 40 }),
        (placed, sizes) => {
          const there = placed.map(([at, size]) => ({ ...at, ...size }))
          const came = placedAs(firstPlaces(there, sizes), sizes)
          expect(overlapping(came)).toBe(0)
          expect(came.some((box) => there.some((other) => isOverlapping(box, other, 8)))).toBe(false)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('SCENE-16 what is placed does not move and the same question has the same answer', () => {
    const there = Object.freeze([
      Object.freeze({ x: 0, y: 0, w: 300, h: 168 }),
      Object.freeze({ x: 380, y: 40, w: 176, h: 176 }),
    ])
    const sizes = [
      { w: 200, h: 92 },
      { w: 176, h: 176 },
    ]
    const before = JSON.stringify(there)
    expect(firstPlaces(there, sizes)).toEqual(firstPlaces(there, sizes))
    expect(JSON.stringify(there)).toBe(before)
  })

  it('SCENE-16 one more newcomer leaves the places of those before it unchanged', () => {
    fc.assert(
      fc.property(fc.array(card, { minLength: 1, maxLength: 12 }), card, (sizes, last) => {
        const there = [{ x: 0, y: 0, w: 240, h: 128 }]
        expect(firstPlaces(there, [...sizes, last]).slice(0, -1)).toEqual(firstPlaces(there, sizes))
      }),
    )
  })
})
