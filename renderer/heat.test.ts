import { expect, it } from 'vitest'
import { heatStep, heatValue, heatWord } from './heat.ts'

it('GLOW-1 is written with two decimals between 0 and 1, whatever was said', () => {
  expect([0, 0.125, 1, 7, -1, Number.NaN].map(heatValue)).toEqual(['0.00', '0.13', '1.00', '1.00', '0.00', '0.00'])
})

it('GLOW-2 steps at .05, .2, .4, .6 and .8, each with its word', () => {
  const values = [0, 0.05, 0.2, 0.4, 0.6, 0.8]
  expect(values.map(heatStep)).toEqual([0, 1, 2, 3, 4, 5])
  expect(new Set(values.map(heatWord)).size).toBe(6)
  expect(heatStep(0.049)).toBe(0)
  expect(heatStep(Number.NaN)).toBe(0)
})
