import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tokenValue } from './token-value.ts'

test('TOK-1 the value of a Token is made of heat, blessings and stewards, each with its weight', () => {
  expect(tokenValue(0, 0, 0)).toBe(0)
  expect(tokenValue(1, 0, 0)).toBeCloseTo(0.4)
  expect(tokenValue(0, 5, 0)).toBeCloseTo(0.15)
  expect(tokenValue(0, 0, 3)).toBeCloseTo(0.15)
  expect(tokenValue(0.5, 1, 1)).toBeCloseTo(0.2 + 0.05 + 0.075)
})

test('TOK-1 more of anything is never worth less, and nothing is worth more than 1', () => {
  const count = fc.nat(1_000_000)
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), count, count, (heat, b, c) => {
      const value = tokenValue(heat, b, c)
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThan(1.000_001)
      expect(tokenValue(heat, b + 1, c)).toBeGreaterThan(value)
      expect(tokenValue(heat, b, c + 1)).toBeGreaterThan(value)
    }),
  )
})
