import { expect, test } from 'vitest'
import { typing } from './typing-fuzz.ts'

/** Seeds that once failed stay here for ever. */
const regressions: number[] = []
const runs = Number(process.env['INDRA_RUNS'] ?? (process.env['INDRA_LONG'] ? 200 : 8))
const first = Number(process.env['INDRA_SEED'] ?? 1)

test.each([...regressions, ...Array.from({ length: runs }, (_, index) => first + index)])(
  'DOC-1 one text everywhere whatever the network does and whoever forges, nothing typed is lost: seed %i',
  (seed) => {
    const { texts, again, lost } = typing(seed, 60)
    expect(new Set(texts).size).toBe(1)
    expect(again).toEqual(texts)
    expect(lost).toEqual([])
  },
)
