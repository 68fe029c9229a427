import { type Bench, pause } from '../bench.ts'
import { type Finding, plain } from '../finding.ts'
import { cpuOf, memoryOf } from '../usage.ts'
import type { Pair } from './sending.ts'

/** A host with one peer connected to whom nothing happens: what it uses of a core, and what it holds. */
export async function idling(bench: Bench, { author, reader }: Pair): Promise<Finding[]> {
  const seconds = bench.scale.idleSeconds
  const processes = [author, reader].flatMap((host) => [host.pid, host.core])
  const before = processes.map(cpuOf)
  await pause(seconds * 1_000)
  const used = processes.map((pid, index) => ((cpuOf(pid) - (before[index] ?? 0)) / seconds) * 100)
  const [page = 0, core = 0, otherPage = 0, otherCore = 0] = used
  const worst = Math.max(page + core, otherPage + otherCore)
  return [
    {
      what: `CPU of one core in ${seconds} s, both processes of a host`,
      measured: `${plain(page + core)} % and ${plain(otherPage + otherCore)} %`,
      goal: '≤ 0.5 %',
      met: worst <= 0.5,
    },
    {
      what: 'memory (PSS), core and page process',
      measured: `${plain(memoryOf(author.core) / 1e6)} MB and ${plain(memoryOf(author.pid) / 1e6)} MB`,
    },
  ]
}
