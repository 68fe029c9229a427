import type { Sample } from './sample.ts'

/** Measures once: gives one number, or several of one kind. */
export type Side = () => Promise<number | Sample>

/**
 * Measures all sides in turn, `rounds` times after `warmUp` times that do not count. Every other round goes the other
 * way round (ABBA), so that neither a drift of the machine nor what the one leaves behind for the next favours a side.
 */
export async function inTurns<Name extends string>(
  sides: Readonly<Record<Name, Side>>,
  { rounds, warmUp }: { readonly rounds: number; readonly warmUp: number },
): Promise<Record<Name, Sample>> {
  const names = Object.keys(sides) as Name[]
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const measured = await sides[name]()
      if (round >= 0) samples[name].push(...(typeof measured === 'number' ? [measured] : measured))
    }
  }
  return samples
}
