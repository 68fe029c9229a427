import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Bench, createBench, say } from './bench.ts'
import { until } from './filling.ts'
import type { Finding } from './finding.ts'
import { openNetwork } from './host.ts'
import { machine } from './machine.ts'
import { forTerminal, type Section, writePage } from './page.ts'
import { backfill } from './rows/backfill.ts'
import { eight } from './rows/eight.ts'
import { files } from './rows/files.ts'
import { granting } from './rows/granting.ts'
import { idling } from './rows/idling.ts'
import { keeping } from './rows/keeping.ts'
import { opening, openingInside } from './rows/opening.ts'
import { primitives } from './rows/primitives.ts'
import { reconnecting } from './rows/reconnecting.ts'
import { type Pair, sending } from './rows/sending.ts'
import { starting } from './rows/starting.ts'
import { type Story, writeStories } from './rows/stories.ts'
import { typing } from './rows/typing.ts'
import { full, quick } from './scale.ts'

/** `npm run bench [-- --quick] [--only NAME]... [--profiles DIR] [--keep]` */
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    profiles: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})

process.exitCode = await main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return 1
})
process.exit()

async function main(): Promise<number> {
  const begun = performance.now()
  const facts = machine()
  const folder = mkdtempSync(join(tmpdir(), 'indra-bench-'))
  const network = await openNetwork()
  const { bootstrap } = network
  const bench = createBench({ scale: options.quick ? quick : full, folder, bootstrap, profiles: options.profiles })
  try {
    const sections = await measure(bench)
    const minutes = ((performance.now() - begun) / 60_000).toFixed(1)
    if (options.quick || options.only.length > 0) say(`nothing written: not all of it was measured (${minutes} min)`)
    else writePage([...facts, `took ${minutes} min`], 'npm run bench', sections)
    return 0
  } finally {
    await network.stop()
    if (options.keep) say(folder)
    else rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function measure(bench: Bench): Promise<Section[]> {
  const sections: Section[] = []
  const section = async (name: string, title: string, work: () => Promise<Finding[]>) => {
    if (!isWanted(name)) return
    const done = { title, findings: await work() }
    sections.push(done)
    process.stdout.write(forTerminal(done))
  }
  await section('primitives', 'Primitives beside their libraries', () => primitives(bench))
  await stories(bench, section)
  await section('files', 'Moving a file', () => files(bench))
  await section('starting', 'Starting with a full vault', () => starting(bench))
  await section('keeping', 'Through a keeper', () => keeping(bench))
  await section('granting', 'Letting in and taking back', () => granting(bench))
  await section('eight', 'Eight processes in one realm', () => eight(bench))
  await section('reconnecting', 'Meeting again with nothing new', () => reconnecting(bench))
  await section('typing', 'Typing together', () => typing(bench))
  return sections
}

type Measure = (name: string, title: string, work: () => Promise<Finding[]>) => Promise<void>

async function stories(bench: Bench, section: Measure): Promise<void> {
  if (!['backfill', 'sending', 'opening', 'idling'].some(isWanted)) return
  const written = await writeStories(bench)
  const largest = written.at(-1)
  if (largest) await section('opening', 'Opening a Story, inside', () => openingInside(bench, largest))
  const pairs = await openPairs(bench, written, section)
  const [first] = pairs
  await section('sending', 'Saying something', () => sending(bench, pairs))
  await section('opening', 'Opening a Story', () => opening(bench, pairs))
  if (first) await section('idling', 'Doing nothing, one peer connected', () => idling(bench, first))
  for (const { author, reader } of pairs) await Promise.all([author.stop(), reader.stop()])
}

/** A host for each Story's author and one for its first reader, who has it all by then. */
async function openPairs(bench: Bench, written: readonly Story[], section: Measure): Promise<Pair[]> {
  const pairs: Pair[] = []
  for (const story of written) {
    const author = await bench.host(story.author)
    const isLargest = story === written.at(-1)
    if (isLargest) await section('backfill', 'Catching up', () => backfill(bench, story))
    const [first = ''] = story.readers
    const reader = await bench.host(first)
    const isThere = async () =>
      (await reader.ask('story.entries', { storyId: story.id, limit: 1 })).total >= story.size &&
      (await reader.ask('realm.members', { id: story.id })).every((member) => member.online || member.role === 'member')
    await until('catching up', isThere, 600_000, 50)
    pairs.push({ story, author, reader })
  }
  return pairs
}

function isWanted(name: string): boolean {
  return options.only.length === 0 || options.only.includes(name)
}
