import { describe, expect, test } from 'vitest'
import { fuzz } from './fuzz.ts'

/** Seeds that once failed stay here for ever. */
const regressions: number[] = []
const runs = Number(process.env['INDRA_RUNS'] ?? (process.env['INDRA_LONG'] ? 500 : 40))
const first = Number(process.env['INDRA_SEED'] ?? 1)
const steps = 40

describe('any order, any loss, any crash', () => {
  const seeds = [...regressions, ...Array.from({ length: runs }, (_, index) => first + index)]
  test.each(seeds)(
    'AUTH-2 all vaults agree, nothing acknowledged is lost, nothing is unauthorised, rebuilding changes nothing: seed %i',
    (seed) => {
      const { views, lost, unauthorised, rebuilt } = fuzz(seed, steps)
      for (const members of views.values()) {
        for (const member of members) expect(member.view, member.name).toBe(members[0]?.view)
      }
      expect(lost).toEqual([])
      expect(unauthorised).toEqual([])
      expect(rebuilt).toEqual([])
    },
  )

  test('SIM-1 the same seed replays the same run', () => {
    expect(fuzz(7, steps).trace).toBe(fuzz(7, steps).trace)
  })
})
