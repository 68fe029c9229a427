import { join } from 'node:path'
import { type Bench, pause, say } from '../bench.ts'
import { fillTree, rootOf } from '../filling.ts'
import { count, type Finding, middle, plain, times } from '../finding.ts'
import { openInside } from '../inside.ts'
import { growth, median, ratio, type Sample } from '../sample.ts'
import { inTurns, type Side } from '../turns.ts'
import { memoryOf } from '../usage.ts'
import { Wire } from '../wire.ts'

/** Artifacts of one collection, and of the root. */
const perCollection = 100
/** Children that a canvas asks for at first. */
const page = 200
/** Milliseconds after which a host has done what it does by itself after its start. */
const settling = 1_500

type Started = { readonly ready: number[]; readonly usable: number[]; readonly memory: number[] }

/** From spawning a host to its ready line, and to the root's first children, over vaults of several sizes. */
export async function starting(bench: Bench): Promise<Finding[]> {
  const measured = new Map<number, Started>()
  const sides: Record<string, Side> = {}
  for (const size of bench.scale.vaults) {
    const directory = await writeVault(bench, size)
    const started: Started = { ready: [], usable: [], memory: [] }
    measured.set(size, started)
    sides[String(size)] = () => startOnce(bench, directory, started)
  }
  await inTurns(sides, { rounds: bench.scale.starts, warmUp: 1 })
  return report(measured)
}

async function startOnce(bench: Bench, directory: string, into: Started): Promise<number> {
  const begun = performance.now()
  const host = await bench.host(directory)
  const { id } = await host.ask('vault.root', {})
  await host.ask('artifact.children', { id, limit: page })
  const usable = performance.now() - begun
  await pause(settling)
  into.ready.push(host.readyAfter)
  into.usable.push(usable)
  into.memory.push(memoryOf(host.core))
  await host.stop()
  return usable
}

/** Artifacts in collections in the root: what someone has after years, not ten thousand things on one table. */
async function writeVault(bench: Bench, size: number): Promise<string> {
  const begun = performance.now()
  const directory = join(bench.folder('vaults'), String(size))
  const inside = await openInside(directory, 'Ada', new Wire())
  const root = await rootOf(inside)
  const collections = await fillTree(inside, root, Math.ceil(size / (perCollection + 1)))
  let left = size - collections.length
  for (const collection of collections) {
    await fillTree(inside, collection, Math.min(left, perCollection))
    left -= Math.min(left, perCollection)
  }
  await inside.close()
  say(`a vault of ${size} artifacts took ${((performance.now() - begun) / 1_000).toFixed(1)} s to write`)
  return directory
}

function report(measured: ReadonlyMap<number, Started>): Finding[] {
  const sizes = [...measured.keys()].filter((size) => size > 0)
  const largest = Math.max(...sizes)
  const [empty, full] = [measured.get(0), measured.get(largest)]
  if (!empty || !full) return []
  const exponent = growth(sizes.map((size) => ({ size, cost: median(measured.get(size)?.usable ?? []) })))
  const slower = ratio(full.usable, empty.usable)
  const perArtifact = (median(full.memory) - median(empty.memory)) / largest
  const megabytes = (sample: Sample) => sample.map((each) => each / 1e6)
  return [
    {
      what: `start to usable Vault, ${count(largest)} artifacts`,
      measured: `${times(slower)}: ${middle(full.usable, 'ms')}`,
      beside: `${middle(empty.usable, 'ms')} with an empty vault`,
      goal: '≤ 1.3×',
      met: slower <= 1.3,
    },
    { what: 'the same until the ready line', measured: middle(full.ready, 'ms'), beside: middle(empty.ready, 'ms') },
    {
      what: `the same, growth over ${sizes.map(count).join(', ')} artifacts`,
      measured: `exponent ${plain(exponent)}`,
      goal: '≤ 0.1',
      met: exponent <= 0.1,
    },
    {
      what: 'memory per unopened artifact (PSS of the core)',
      measured: `${plain(perArtifact / 1_000)} kB`,
      beside: `${middle(megabytes(full.memory), 'MB')}, empty ${middle(megabytes(empty.memory), 'MB')}`,
      goal: '≤ 1 kB',
      met: perArtifact <= 1_000,
    },
  ]
}
