import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ease, flight, glide } from './flight.ts'

const size = { w: 1440, h: 900 }
const coordinate = fc.integer({ min: -20_000, max: 20_000 })
const view = fc.record({ x: coordinate, y: coordinate, k: fc.double({ min: 0.05, max: 4, noNaN: true }) })

describe('flight', () => {
  it('SCENE-11 starts where one is, ends exactly where it should, and lasts 200 to 450 ms', () => {
    fc.assert(
      fc.property(view, view, (from, to) => {
        const way = flight(from, to, size)
        expect(way.at(0)).toEqual(from)
        expect(way.at(way.duration)).toEqual(to)
        expect(way.at(way.duration + 1_000)).toEqual(to)
        const isStill = from.x === to.x && from.y === to.y && from.k === to.k
        if (!isStill) expect(way.duration).toBeGreaterThanOrEqual(200)
        expect(way.duration).toBeLessThanOrEqual(450)
      }),
    )
  })

  it('SCENE-12 is interruptible: a flight that starts in the middle of another starts where that one was', () => {
    fc.assert(
      fc.property(view, view, view, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, c, part) => {
        const first = flight(a, b, size)
        const cut = first.at(first.duration * part)
        expect(Number.isFinite(cut.x) && Number.isFinite(cut.y) && cut.k > 0).toBe(true)
        const second = flight(cut, c, size)
        expect(second.at(0)).toEqual(cut)
        expect(second.at(second.duration)).toEqual(c)
      }),
    )
  })

  it('SCENE-11 going nowhere takes no time', () => {
    const here = { x: 3, y: 4, k: 1 }
    expect(flight(here, here, size).duration).toBe(0)
  })

  it('SCENE-13 a glide changes scale in one direction only', () => {
    const way = glide({ x: 100, y: 0, k: 0.7 }, { x: 0, y: 0, k: 1 }, 350)
    const scales = Array.from({ length: 36 }, (_, step) => way.at(step * 10).k)
    expect(scales).toEqual([...scales].sort((a, b) => a - b))
  })

  it('SCENE-13 easing is cubic-bezier(.4, 0, .2, 1)', () => {
    expect(ease(0)).toBe(0)
    expect(ease(1)).toBe(1)
    // from the curve's own parametrisation: at s = .5 time is .35 and progress .5
    expect(ease(0.35)).toBeCloseTo(0.5, 6)
  })
})
