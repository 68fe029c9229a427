import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  createWriteStream,
  fsyncSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ArtifactId } from '../../../shared/ids.ts'
import { chunkBytes, hashing, sealChunk } from '../../crypto/chunks.ts'
import { digest } from '../../crypto/digest.ts'
import { type Bench, say, start } from '../bench.ts'
import { until } from '../filling.ts'
import { type Finding, plain, times } from '../finding.ts'
import type { Host } from '../host.ts'
import { median } from '../sample.ts'
import { memoryOf } from '../usage.ts'

/** One file from disk to disk through two hosts, beside each thing that has to be done with its bytes, done alone. */
export async function files(bench: Bench): Promise<Finding[]> {
  const size = bench.scale.fileMebibytes * chunkBytes
  const at = bench.folder('files')
  const [ana, bo] = [await bench.host(join(at, 'ana')), await bench.host(join(at, 'bo'))]
  const storyId = await befriend(ana, bo)
  const findings: Finding[] = []
  const sides = { whole: [] as number[], sealing: [] as number[], disk: [] as number[], line: [] as number[] }
  for (let round = 0; round < bench.scale.fileRounds; round += 1) {
    say(`files: round ${round + 1} of ${bench.scale.fileRounds}`)
    const path = join(at, `file-${round}`)
    await noise(path, size)
    const { id } = await ana.ask('artifact.import', { path, parentId: storyId })
    await until('the picture', async () => isThere(bo, id))
    sides.whole.push(await timed(() => bo.ask('artifact.fetch', { id })))
    sides.sealing.push(await timed(() => sealing(path)))
    sides.disk.push(await timed(async () => writing(join(at, 'plain'), size)))
    sides.line.push(await line(bench, size))
    rmSync(path)
  }
  const rate = (millis: readonly number[]) => size / 1e3 / median(millis)
  const slowest = Math.max(median(sides.sealing), median(sides.disk), median(sides.line))
  const speed = slowest / median(sides.whole)
  findings.push({
    what: `a file of ${bench.scale.fileMebibytes} MiB, fetched, checked, sealed on disk`,
    measured: `${times(speed)} of its slowest stage: ${plain(rate(sides.whole))} MB/s`,
    beside: `hash + open + hash ${plain(rate(sides.sealing))}, write + sync ${plain(rate(sides.disk))}, the line alone ${plain(rate(sides.line))} MB/s`,
    goal: '≥ 0.8×',
    met: speed >= 0.8,
  })
  findings.push({
    what: 'memory after it (PSS of the core)',
    measured: `sender ${plain(memoryOf(ana.core) / 1e6)}, receiver ${plain(memoryOf(bo.core) / 1e6)} MB`,
  })
  findings.push(rsync(at, size))
  await Promise.all([ana.stop(), bo.stop()])
  return findings
}

async function befriend(ana: Host, bo: Host): Promise<ArtifactId> {
  await ana.ask('peer.add', { code: bo.code })
  await until('the letter', async () => (await bo.ask('peer.list', {})).length > 0)
  const [letter] = await bo.ask('peer.list', {})
  if (!letter) throw new Error('no letter')
  await bo.ask('peer.accept', { playerId: letter.playerId })
  const isPeer = async () => (await ana.ask('peer.list', {})).some((each) => each.status === 'confirmed')
  await until('the answer', isPeer)
  const [peer] = await ana.ask('peer.list', {})
  if (!peer) throw new Error('no peer')
  return (await ana.ask('story.dm', { playerId: peer.playerId })).id
}

async function noise(path: string, size: number): Promise<void> {
  async function* pieces() {
    for (let left = size; left > 0; left -= chunkBytes) yield randomBytes(Math.min(left, chunkBytes))
  }
  await pipeline(pieces(), createWriteStream(path))
}

async function isThere(host: Host, id: ArtifactId): Promise<boolean> {
  const { items } = await host.ask('story.entries', { storyId: await onlyStory(host), limit: 10 })
  return items.some((entry) => entry.artifactId === id)
}

async function onlyStory(host: Host): Promise<ArtifactId> {
  const [peer] = await host.ask('peer.list', {})
  if (!peer) throw new Error('no peer')
  return (await host.ask('story.dm', { playerId: peer.playerId })).id
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** What has to be computed of every byte that comes: the hash of its chunk, opening it, the hash of the whole. */
async function sealing(path: string): Promise<void> {
  const whole = hashing()
  const key = randomBytes(32)
  let index = 0
  for await (const piece of createReadStream(path, { highWaterMark: chunkBytes })) {
    digest(sealChunk(key, index, false, piece as Uint8Array))
    whole.update(piece as Uint8Array)
    index += 1
  }
  whole.finish()
}

function writing(path: string, size: number): void {
  const file = openSync(path, 'w')
  const chunk = randomBytes(chunkBytes)
  for (let written = 0; written < size; written += chunkBytes) writeSync(file, chunk)
  fsyncSync(file)
  closeSync(file)
  rmSync(path)
}

/** The same channel with nothing behind it, between two processes. */
async function line(bench: Bench, size: number): Promise<number> {
  const sender = start('bare-bytes.ts', [bench.port])
  const device = String(await sender.next())
  const receiver = start('bare-bytes.ts', [bench.port, device, String(size / chunkBytes)])
  const millis = Number(await receiver.next())
  sender.stop()
  receiver.stop()
  return millis
}

function rsync(at: string, size: number): Finding {
  const what = 'rsync of such a file, on one disk'
  const [from, to] = [join(at, 'from'), join(at, 'to')]
  writeFileSync(from, randomBytes(Math.min(size, 64 * chunkBytes)))
  const begun = performance.now()
  const ran = spawnSync('rsync', ['--whole-file', from, to])
  const millis = performance.now() - begun
  if (ran.status !== 0) return { what, measured: 'rsync is not installed here' }
  return { what, measured: `${plain(Math.min(size, 64 * chunkBytes) / 1e3 / millis)} MB/s` }
}
