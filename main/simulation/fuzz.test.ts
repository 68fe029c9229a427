import { describe, expect, test } from 'vitest'
import { replays, runQuarter } from './fuzz-runs.ts'

describe('any order, any loss, any crash', () => {
  runQuarter(1)

  test('SIM-1 the same seed replays the same run', () => {
    expect(replays(7)).toBe(true)
  })
})
