import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toRoom, toScreen, zoomAbout } from './camera.ts'
import { arrival, departure, enter, type Frames, leave, threshold } from './frames.ts'
import type { Box } from './geometry.ts'

const size = { w: 1440, h: 900 }
const room = { x: 0, y: 0, k: 1 }
const root: Frames<string> = [{ id: 'root', box: { x: 0, y: 0, w: 1600, h: 1000 }, view: room }]
const box: fc.Arbitrary<Box> = fc.record({
  x: fc.integer({ min: -3_000, max: 3_000 }),
  y: fc.integer({ min: -3_000, max: 3_000 }),
  w: fc.integer({ min: 120, max: 400 }),
  h: fc.integer({ min: 60, max: 300 }),
})

const small = fc.integer({ min: -100, max: 100 })

function expectSame(one: Frames<string>, other: Frames<string>): void {
  expect(one.length).toBe(other.length)
  const a = one.at(-1)?.view ?? room
  const b = other.at(-1)?.view ?? room
  expect(a.x).toBeCloseTo(b.x, 6)
  expect(a.y).toBeCloseTo(b.y, 6)
  expect(a.k / b.k).toBeCloseTo(1, 9)
}

/** Goes in through each box in turn, as a person does: up close first, and settled at home in each room. */
function descend(boxes: readonly Box[]): Frames<string>[] {
  const way: Frames<string>[] = [root]
  for (const [depth, one] of boxes.entries()) {
    const here = way.at(-1) ?? root
    const close = here.map((frame, index) =>
      index === here.length - 1 ? { ...frame, view: threshold(one, size) } : frame,
    )
    way.push(close, enter(close, `room ${depth}`, one))
  }
  return way
}

describe('frames', () => {
  it('SCENE-7 entering changes no pixel: every corner of the card stays where it was', () => {
    fc.assert(
      fc.property(box, (one) => {
        const outside = { x: one.x - 40, y: one.y + 25, k: 2.5 }
        const inside = enter([{ id: 'root', box: one, view: outside }], 'room', one).at(-1)
        const before = toScreen(outside, size, { x: one.x + one.w / 2, y: one.y })
        const after = toScreen(inside?.view ?? room, size, { x: 800, y: 0 })
        expect(after.x).toBeCloseTo(before.x, 6)
        expect(after.y).toBeCloseTo(before.y, 6)
      }),
    )
  })

  it('SCENE-8 leaving undoes entering in every room on a way 200 deep', () => {
    fc.assert(
      fc.property(fc.array(box, { minLength: 200, maxLength: 200 }), (boxes) => {
        const way = descend(boxes)
        for (let step = 1; step < way.length; step += 2) expectSame(leave(way[step + 1] ?? root), way[step] ?? root)
      }),
      { numRuns: 20 },
    )
  })

  it('SCENE-8 going 200 rooms in and out without settling anywhere comes back to the same view', () => {
    const wide = fc.record({
      x: small,
      y: small,
      w: fc.integer({ min: 800, max: 1_600 }),
      h: fc.integer({ min: 500, max: 1_000 }),
    })
    fc.assert(
      fc.property(fc.array(wide, { minLength: 200, maxLength: 200 }), (boxes) => {
        let here = root
        for (const [depth, one] of boxes.entries()) here = enter(here, `room ${depth}`, one)
        for (let depth = 0; depth < 200; depth++) here = leave(here)
        expectSame(here, root)
      }),
    )
  })

  it('SCENE-3 depth 200 is as precise as depth 1: zooming about a pixel keeps it to a billionth of a pixel', () => {
    const boxes = Array.from({ length: 200 }, (_, depth) => ({
      x: (depth * 37) % 900,
      y: (depth * 91) % 700,
      w: 300,
      h: 168,
    }))
    const errorIn = (frames: Frames<string>) => {
      let view = frames.at(-1)?.view ?? room
      const pointer = { x: 1_013, y: 277 }
      const under = toRoom(view, size, pointer)
      for (let step = 0; step < 40; step++)
        view = zoomAbout(view, size, pointer, step % 2 ? 1.1 : 1 / 1.1, { least: 0.1, most: 4 })
      const now = toScreen(view, size, under)
      return Math.hypot(now.x - pointer.x, now.y - pointer.y)
    }
    const way = descend(boxes)
    expect(way.at(-1)?.length).toBe(201)
    expect(errorIn(way.at(2) ?? root)).toBeLessThan(1e-9)
    expect(errorIn(way.at(-1) ?? root)).toBeLessThan(1e-9)
  })

  it('SCENE-9 the root cannot be left', () => {
    expect(leave(root)).toBe(root)
  })

  it('SCENE-10 arriving starts no further out than .7 and leaving no further in than 1.3', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 50, noNaN: true }), fc.integer({ min: -4_000, max: 4_000 }), (k, x) => {
        const seen = { x, y: -x / 2, k }
        expect(arrival(seen, room).k).toBeGreaterThanOrEqual(0.7)
        expect(arrival(seen, room).k).toBeLessThanOrEqual(1)
        expect(departure(seen, room).k).toBeGreaterThanOrEqual(1)
        expect(departure(seen, room).k).toBeLessThanOrEqual(1.3)
      }),
    )
  })
})
