import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clamp, fitted, pan, reachOf, shownArea, toRoom, toScreen, zoomAbout } from './camera.ts'
import { bounds, isOverlapping } from './geometry.ts'

const size = { w: 1440, h: 900 }
const none = { top: 0, right: 0, bottom: 0, left: 0 }
const coordinate = fc.double({ min: -5_000, max: 5_000, noNaN: true })
const view = fc.record({ x: coordinate, y: coordinate, k: fc.double({ min: 0.05, max: 4, noNaN: true }) })
const point = fc.record({ x: coordinate, y: coordinate })
const pixel = fc.record({
  x: fc.double({ min: 0, max: 1440, noNaN: true }),
  y: fc.double({ min: 0, max: 900, noNaN: true }),
})
const box = fc.record({
  x: coordinate,
  y: coordinate,
  w: fc.integer({ min: 20, max: 400 }),
  h: fc.integer({ min: 20, max: 400 }),
})
const reach = { least: 0.01, most: 8 }

describe('camera', () => {
  it('SCENE-1 a point of the room goes to the screen and back unchanged', () => {
    fc.assert(
      fc.property(view, point, (seen, at) => {
        const back = toRoom(seen, size, toScreen(seen, size, at))
        expect(back.x).toBeCloseTo(at.x, 6)
        expect(back.y).toBeCloseTo(at.y, 6)
      }),
    )
  })

  it('SCENE-2 what is under the pointer stays under it while zooming, and zooming back restores the view', () => {
    fc.assert(
      fc.property(view, pixel, fc.double({ min: 0.5, max: 2, noNaN: true }), (seen, pointer, factor) => {
        const under = toRoom(seen, size, pointer)
        const zoomed = zoomAbout(seen, size, pointer, factor, reach)
        expect(toScreen(zoomed, size, under).x).toBeCloseTo(pointer.x, 6)
        expect(toScreen(zoomed, size, under).y).toBeCloseTo(pointer.y, 6)
        const back = zoomAbout(zoomed, size, pointer, 1 / factor, reach)
        expect(back.x).toBeCloseTo(seen.x, 6)
        expect(back.k).toBeCloseTo(seen.k, 9)
      }),
    )
  })

  it('SCENE-2 zooming against the end of its reach does not drift', () => {
    const seen = { x: 10, y: 20, k: 4 }
    expect(zoomAbout(seen, size, { x: 1, y: 1 }, 3, { least: 0.1, most: 4 })).toEqual(seen)
  })

  it('SCENE-4 panning there and back restores the view', () => {
    fc.assert(
      fc.property(view, coordinate, coordinate, (seen, dx, dy) => {
        const back = pan(pan(seen, dx, dy), -dx, -dy)
        expect(back.x).toBeCloseTo(seen.x, 6)
        expect(back.y).toBeCloseTo(seen.y, 6)
      }),
    )
  })

  it('SCENE-5 fitting shows the whole box in the free part of the window', () => {
    const insets = { top: 76, right: 20, bottom: 96, left: 40 }
    fc.assert(
      fc.property(box, (all) => {
        const seen = fitted(all, size, insets)
        const corner = toScreen(seen, size, { x: all.x - all.w / 2, y: all.y - all.h / 2 })
        const opposite = toScreen(seen, size, { x: all.x + all.w / 2, y: all.y + all.h / 2 })
        expect(corner.x).toBeGreaterThanOrEqual(insets.left - 1e-6)
        expect(corner.y).toBeGreaterThanOrEqual(insets.top - 1e-6)
        expect(opposite.x).toBeLessThanOrEqual(size.w - insets.right + 1e-6)
        expect(opposite.y).toBeLessThanOrEqual(size.h - insets.bottom + 1e-6)
      }),
    )
  })

  it('SCENE-6 no desert: from any view, clamping leaves something in sight and is settled', () => {
    fc.assert(
      fc.property(view, fc.array(box, { minLength: 1, maxLength: 30 }), (seen, boxes) => {
        const content = bounds(boxes)
        const limits = reachOf(content, size, none)
        const kept = clamp(seen, size, content, boxes, limits)
        expect(boxes.some((one) => isOverlapping(shownArea(kept, size), one))).toBe(true)
        const again = clamp(kept, size, content, boxes, limits)
        expect(again.x).toBeCloseTo(kept.x, 6)
        expect(again.y).toBeCloseTo(kept.y, 6)
        expect(again.k).toBe(kept.k)
      }),
    )
  })

  it('SCENE-6 nonsense from a device becomes a view one can use', () => {
    const kept = clamp({ x: Number.NaN, y: Number.POSITIVE_INFINITY, k: Number.NaN }, size, undefined, [], {
      least: 0.5,
      most: 4,
    })
    expect(kept).toEqual({ x: 0, y: 0, k: 1 })
  })
})
