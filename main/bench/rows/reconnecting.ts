import { join } from 'node:path'
import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import { parseFrame } from '../../core/meeting/frame.ts'
import { type Bench, pause, say } from '../bench.ts'
import { fillTree, peer, rootOf, until } from '../filling.ts'
import { count, type Finding, middle, plain, tail } from '../finding.ts'
import { type Inside, openInside } from '../inside.ts'
import { median, quantile, type Sample } from '../sample.ts'
import { inTurns, type Side } from '../turns.ts'
import { memoryOf } from '../usage.ts'
import { Wire } from '../wire.ts'

/** artifacts in one collection */
const perCollection = 100
/** milliseconds after which a host has done what it does by itself after its start */
const settling = 1_500

type Met = {
  readonly millis: number[]
  readonly there: number[]
  readonly back: number[]
  readonly byName: Map<string, number>
}

/**
 * Two peers who share artifacts and have nothing new for each other meet again and again: what they say, and how long
 * until nothing more is said. Both cores run in this process, on a network without delay.
 */
export async function reconnecting(bench: Bench): Promise<Finding[]> {
  const measured = new Map<number, Met>()
  const sides: Record<string, Side> = {}
  const open: Inside[] = []
  for (const size of bench.scale.shares) {
    const { wire, people } = await share(bench, size)
    const met: Met = { millis: [], there: [], back: [], byName: new Map() }
    measured.set(size, met)
    open.push(...people)
    sides[String(size)] = () => meetAgain(wire, met)
  }
  await inTurns(sides, { rounds: bench.scale.meetings, warmUp: 2 })
  for (const inside of open) await inside.close()
  return [...report(measured), ...(await starts(bench))]
}

/** The same vaults, started as anyone starts them: nothing of an interface is opened before it is asked for. */
async function starts(bench: Bench): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const size of bench.scale.shares.filter((each) => each === 0 || each >= 1_000)) {
    const host = await bench.host(join(bench.folder(`share-${size}`), 'a'))
    const { id } = await host.ask('vault.root', {})
    const begun = performance.now()
    await host.ask('artifact.children', { id, limit: 200 })
    const usable = host.readyAfter + performance.now() - begun
    await pause(settling)
    const memory = memoryOf(host.core) / 1e6
    await host.stop()
    const what = `start with ${count(size)} interfaces, nobody else there`
    findings.push({ what, measured: `${plain(usable)} ms; memory (PSS of the core) ${plain(memory)} MB` })
  }
  return findings
}

async function meetAgain(wire: Wire, met: Met): Promise<number> {
  wire.cut()
  await wire.quiet()
  const bytes = new Map<string, number>()
  met.byName.clear()
  wire.onCrossing = ({ from, frame }) => {
    bytes.set(from, (bytes.get(from) ?? 0) + frame.length)
    const name = parseFrame(frame)?.name ?? 'nothing known'
    met.byName.set(name, (met.byName.get(name) ?? 0) + frame.length)
  }
  const begun = performance.now()
  wire.mend()
  await wire.quiet()
  const taken = performance.now() - begun
  wire.onCrossing = () => {}
  const [there = 0, back = 0] = bytes.values()
  met.millis.push(taken)
  met.there.push(there)
  met.back.push(back)
  return taken
}

async function share(bench: Bench, size: number): Promise<{ wire: Wire; people: Inside[] }> {
  const begun = performance.now()
  const folder = bench.folder(`share-${size}`)
  const wire = new Wire()
  const a = await openInside(join(folder, 'a'), 'Ada', wire)
  const b = await openInside(join(folder, 'b'), 'Bo', wire)
  await peer(a, b)
  await fillShared(a, size, (id) => a.ask('artifact.grant', { id, grantee: b.playerId as PlayerId, mode: 'revocable' }))
  const shared = async () => (await b.ask('sync.status', {})).interfaces.length > size
  await until('sharing', shared, 300_000, 100)
  await wire.quiet()
  say(`sharing ${size} artifacts took ${((performance.now() - begun) / 1_000).toFixed(1)} s`)
  return { wire, people: [a, b] }
}

/** In collections of so many, as people keep what is many. */
async function fillShared(a: Inside, size: number, grant: (id: ArtifactId) => Promise<unknown>): Promise<void> {
  const root = await rootOf(a)
  const parents = size > perCollection ? await fillTree(a, root, Math.ceil(size / perCollection)) : [root]
  for (let left = size; left > 0; left -= perCollection) {
    const parent = parents.pop() ?? root
    for (const id of await fillTree(a, parent, Math.min(left, perCollection))) await grant(id)
  }
}

function report(measured: ReadonlyMap<number, Met>): Finding[] {
  const none = measured.get(0)
  const largest = Math.max(...measured.keys())
  const emptyBytes = none ? total(none) : 0
  return [...measured].map(([size, met]) => {
    const perArtifact = size === 0 ? 0 : (total(met) - emptyBytes) / size
    const isGoal = size === largest
    return {
      what: `idle reconnect, ${count(size)} artifacts and a DM shared`,
      measured: `${plain(median(met.there))} B there, ${plain(median(met.back))} B back${size > 0 ? `, ${plain(perArtifact)} B per artifact` : ''}; ${tail(met.millis, 'ms')}`,
      beside: size === 0 || isGoal ? spoken(met) : `${middle(none?.millis ?? [], 'ms')} with the DM only`,
      ...(isGoal
        ? { goal: '≤ 8 B per artifact, ≤ 50 ms', met: perArtifact <= 8 && quantile(met.millis, 0.5) <= 50 }
        : {}),
    }
  })
}

function total({ there, back }: { there: Sample; back: Sample }): number {
  return median(there) + median(back)
}

/** Bytes by kind of frame, the largest first. */
function spoken({ byName }: Met): string {
  return [...byName]
    .sort((a, b) => b[1] - a[1])
    .map(([name, bytes]) => `${name} ${bytes}`)
    .join(', ')
}
