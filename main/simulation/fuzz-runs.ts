import { expect, test } from 'vitest'
import { fuzz, type Outcome } from './fuzz.ts'

/** Seeds that once failed stay here for ever. */
const regressions: number[] = []
const runs = Number(process.env['INDRA_RUNS'] ?? (process.env['INDRA_LONG'] ? 10_000 : 200))
const first = Number(process.env['INDRA_SEED'] ?? 1)
const steps = process.env['INDRA_LONG'] ? 40 : 15
const together = 50
/** test files that share the runs, so that they use several processes */
const files = 4

/** The tests of one file: every fourth fifty of the seeds, and in the first also those that once failed. */
export function runQuarter(quarter: 1 | 2 | 3 | 4): void {
  const seeds = Array.from({ length: runs }, (_, index) => first + index)
  const batches = Array.from({ length: Math.ceil(runs / together) }, (_, index) =>
    seeds.slice(index * together, (index + 1) * together),
  )
  const mine = batches.filter((_, index) => index % files === quarter - 1)
  if (quarter === 1 && regressions.length > 0) mine.unshift(regressions)
  // a file has to have a test
  if (mine.length === 0) test.skip('SIM-2 no seeds for this file', () => {})
  for (const batch of mine) {
    test(`AUTH-2 all vaults agree, nothing acknowledged is lost, nothing is unauthorised, rebuilding changes nothing: seeds ${batch[0]} to ${batch.at(-1)}`, () => {
      for (const seed of batch) {
        const how = `seed ${seed}; to read it: INDRA_TRACE=1 INDRA_RUNS=1 INDRA_SEED=${seed} npx vitest run main/simulation/fuzz.test.ts`
        expect(problemsOf(fuzz(seed, steps, teller())), how).toEqual([])
      }
    })
  }
}

export function replays(seed: number): boolean {
  const { trace } = fuzz(seed, steps)
  return fuzz(seed, steps).trace === trace
}

function problemsOf({ views, lost, torn, unauthorised, rebuilt }: Outcome): string[] {
  const apart = [...views].flatMap(([id, members]) =>
    members
      .filter(({ view }) => view !== members[0]?.view)
      .map(({ name, view }) => differing(id, name, members[0], view)),
  )
  return [
    ...apart,
    ...lost.map((what) => `lost: ${what}`),
    ...torn.map((what) => `half an exchange: ${what}`),
    ...unauthorised.map((what) => `unauthorised: ${what}`),
    ...rebuilt.map((what) => `other after rebuilding: ${what}`),
  ]
}

function differing(id: string, name: string, other: { name: string; view: string } | undefined, view: string): string {
  return `${id.slice(0, 12)} differs\n  ${other?.name}: ${other?.view}\n  ${name}: ${view}`
}

function teller(): ((line: string) => void) | undefined {
  return process.env['INDRA_TRACE'] ? (line) => void process.stdout.write(`${line}\n`) : undefined
}
