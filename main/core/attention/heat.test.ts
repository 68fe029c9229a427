import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PlayerId } from '../../../shared/ids.ts'
import { heat, type Interval, warmth } from './heat.ts'

const ana = 'a'.repeat(64) as PlayerId
const bo = 'b'.repeat(64) as PlayerId
const hour = 3_600_000
const time = fc.oneof(
  fc.integer({ min: 0, max: 10 * hour }),
  fc.constantFrom(0, -1, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
)
const interval: fc.Arbitrary<Interval> = fc.record({ start: time, end: fc.option(time, { nil: undefined }) })
const intervals = fc.array(interval, { maxLength: 8 })

test('HEAT-1 a minute just ended is a half, and an hour later a quarter', () => {
  const visit = [{ start: 0, end: 60_000 }]
  expect(warmth(ana, visit, 60_000).value).toBeCloseTo(0.5, 10)
  expect(warmth(ana, visit, 60_000 + hour).value).toBeCloseTo(0.25, 10)
})

test('HEAT-2 who is still there does not cool: age counts from the end of the visit', () => {
  const staying = [{ start: 0, end: undefined }]
  expect(warmth(ana, staying, 10 * hour).value).toBeCloseTo((10 * hour) / (10 * hour + 60_000), 10)
  expect(warmth(ana, staying, 10 * hour).present).toBe(true)
})

test('ATT-1 two devices at once are one presence: overlapping intervals count once', () => {
  const both = warmth(
    ana,
    [
      { start: 0, end: 40_000 },
      { start: 20_000, end: 60_000 },
      { start: 30_000, end: 35_000 },
    ],
    60_000,
  )
  expect(both.dwellMillis).toBe(60_000)
})

test('HEAT-1 always between 0 and 1, never a negative dwell, whatever times a peer wrote', () => {
  fc.assert(
    fc.property(intervals, intervals, fc.integer({ min: 0, max: 20 * hour }), (a, b, now) => {
      const warmths = [warmth(ana, a, now), warmth(bo, b, now)]
      for (const each of warmths) {
        expect(each.dwellMillis).toBeGreaterThanOrEqual(0)
        expect(each.value).toBeGreaterThanOrEqual(0)
        expect(each.value).toBeLessThanOrEqual(1)
      }
      const all = heat([ana, bo], warmths)
      expect(all).toBeGreaterThanOrEqual(0)
      expect(all).toBeLessThanOrEqual(1)
    }),
  )
})

test('HEAT-1 staying longer never makes it colder', () => {
  fc.assert(
    fc.property(fc.nat(hour), fc.nat(hour), (dwell, more) => {
      const short = warmth(ana, [{ start: 0, end: dwell }], dwell).value
      const long = warmth(ana, [{ start: 0, end: dwell + more }], dwell + more).value
      expect(long).toBeGreaterThanOrEqual(short)
    }),
  )
})

test('HEAT-3 the mean over the audience: logs of others count for nothing, an empty audience is 0', () => {
  const warm = warmth(bo, [{ start: 0, end: 60_000 }], 60_000)
  expect(heat([ana, bo], [warm])).toBeCloseTo(0.25, 10)
  expect(heat([ana], [warm])).toBe(0)
  expect(heat([], [warm])).toBe(0)
})
