import { bareTable } from '../bare-table.ts'
import { type Bench, pause } from '../bench.ts'
import { count, type Finding, plain, tail, times } from '../finding.ts'
import { openInside } from '../inside.ts'
import { growth, median, quantile, ratio, type Sample } from '../sample.ts'
import { inTurns, type Side } from '../turns.ts'
import { Wire } from '../wire.ts'
import type { Pair } from './sending.ts'
import type { Story } from './stories.ts'

const page = 50

/** The newest page of a Story through the door, beside a page of a bare table of as many rows. */
export async function opening(bench: Bench, pairs: readonly Pair[]): Promise<Finding[]> {
  const largest = pairs.at(-1)
  if (!largest) return []
  const table = bareTable(bench.folder('table'), largest.story.size)
  const sides: Record<string, Side> = { bare: async () => several(bench, async () => table.newest(page)) }
  for (const { story, reader } of pairs) {
    const ask = () => reader.ask('story.entries', { storyId: story.id, limit: page })
    sides[String(story.size)] = () => several(bench, ask)
  }
  const samples = await inTurns(sides, { rounds: bench.scale.sendRounds, warmUp: 2 })
  table.close()
  const bare = samples['bare'] ?? []
  const sized = pairs.map(({ story }) => ({ size: story.size, sample: samples[String(story.size)] ?? [] }))
  const exponent = growth(
    sized.filter(({ size }) => size >= page).map(({ size, sample }) => ({ size, cost: median(sample) })),
  )
  return [
    ...sized
      .filter(({ size }) => size > 0)
      .map(({ size, sample }) => ({
        what: `newest ${page} of ${count(size)} entries through the gateway`,
        measured: `${times(ratio(sample, bare))}: ${tail(sample, 'ms')}`,
        beside: tail(bare, 'ms'),
        goal: '≤ 50 ms',
        met: quantile(sample, 0.99) <= 50,
      })),
    { what: 'the same, growth with history', measured: `exponent ${plain(exponent)}` },
  ]
}

/** The same without doors, and the first time after the vault was opened. */
export async function openingInside(bench: Bench, story: Story): Promise<Finding[]> {
  const [cold, warm]: [number[], number[]] = [[], []]
  for (let round = 0; round < bench.scale.starts; round += 1) {
    const inside = await openInside(story.author, 'Ada', new Wire())
    for (let time = 0; time < bench.scale.opens; time += 1) {
      const begun = performance.now()
      await inside.ask('story.entries', { storyId: story.id, limit: page })
      const taken = performance.now() - begun
      if (time === 0) cold.push(taken)
      else warm.push(taken)
    }
    await inside.close()
  }
  return [
    { what: `newest ${page} of ${count(story.size)}, in the core's own process`, measured: tail(warm, 'ms') },
    { what: 'the same, first question to a vault just opened', measured: tail(cold, 'ms') },
  ]
}

async function several({ scale }: Bench, once: () => Promise<unknown>): Promise<Sample> {
  const taken: number[] = []
  for (let time = 0; time < scale.opens; time += 1) {
    const begun = performance.now()
    await once()
    taken.push(performance.now() - begun)
    await pause(1)
  }
  return taken
}
