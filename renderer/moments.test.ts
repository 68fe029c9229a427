import { expect, it } from 'vitest'
import { ago, dayName, fullMoment, isSameDay, span, timeOfDay } from './moments.ts'

const noon = new Date(2026, 10, 20, 12).getTime()
const hour = 3_600_000

it('TIME-1 days are called as people call them', () => {
  expect(dayName(noon, noon)).toBe('Today')
  expect(dayName(noon - 13 * hour, noon)).toBe('Yesterday')
  expect(dayName(noon - 72 * hour, noon)).toBe(
    new Intl.DateTimeFormat(undefined, { weekday: 'long' }).format(noon - 72 * hour),
  )
  expect(isSameDay(noon, noon + 11 * hour)).toBe(true)
  expect(isSameDay(noon, noon + 13 * hour)).toBe(false)
})

it('TIME-2 a time nobody can mean is left out instead of breaking the page', () => {
  for (const at of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
    expect([timeOfDay(at), dayName(at, noon), fullMoment(at)]).toEqual(['', '', ''])
  }
})

it('TIME-3 the past and the length of things are said in whole units, the future is now', () => {
  expect(ago(noon + hour, noon)).toBe('just now')
  expect(ago(noon - 2 * hour, noon)).toBe(
    new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' }).format(-2, 'hour'),
  )
  expect([span(1_000), span(61_000), span(3 * hour)]).toEqual(['1 second', '1 minute', '3 hours'])
})
