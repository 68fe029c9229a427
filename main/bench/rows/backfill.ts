import { randomBytes } from 'node:crypto'
import { crypto_sign_verify_detached } from 'sodium-native'
import { sign, signingKeys } from '../../crypto/signature.ts'
import { type Bench, say, start } from '../bench.ts'
import { until } from '../filling.ts'
import { count, type Finding, middle, plain, times } from '../finding.ts'
import { median, ratio, type Sample } from '../sample.ts'
import { cpuOf } from '../usage.ts'
import type { Story } from './stories.ts'

/** Each reader in turn fetches all of a Story whose author's host is up, beside bare verification and a Hypercore. */
export async function backfill(bench: Bench, story: Story): Promise<Finding[]> {
  const [ours, cpu, raw, rawCpu, core]: [number[], number[], number[], number[], number[]] = [[], [], [], [], []]
  for (const [round, reader] of story.readers.entries()) {
    const before = process.cpuUsage()
    raw.push(verifyAll(story.size))
    const { user, system } = process.cpuUsage(before)
    rawCpu.push((user + system) / 1_000)
    const fetched = await fetchStory(bench, story, reader)
    ours.push(fetched.millis)
    cpu.push(fetched.cpu)
    core.push(await fetchCore(bench, story.size, round))
    say(
      `backfill ${round + 1}: ${plain(fetched.millis)} ms; ${plain(raw[round] ?? 0)} raw; ${plain(core[round] ?? 0)} Hypercore`,
    )
  }
  return report(story.size, { ours, cpu, raw, rawCpu, core })
}

type Fetched = { readonly millis: number; readonly cpu: number }

/** From the moment the other side is there until the last entry can be read. */
async function fetchStory(bench: Bench, story: Story, reader: string): Promise<Fetched> {
  const host = await bench.host(reader)
  let begun: number | undefined
  await host.listen((event) => {
    if (event.type === 'peer' && event.peer.online) begun ??= performance.now()
    if (
      event.type === 'changed' &&
      event.id === story.id &&
      event.view.people.filter((each) => each.online).length > 1
    ) {
      begun ??= performance.now()
    }
  })
  const opened = performance.now()
  const used = cpuOf(host.core)
  const isThere = async () => (await host.ask('story.entries', { storyId: story.id, limit: 1 })).total >= story.size
  await until('the backfill', isThere, 600_000, 20)
  const millis = performance.now() - (begun ?? opened)
  const cpu = (cpuOf(host.core) - used) * 1_000
  await host.stop()
  return { millis, cpu }
}

/** libsodium alone, without anything around it: milliseconds for `count` signatures over an envelope's bytes. */
function verifyAll(count: number): number {
  const { publicKey, secretKey } = signingKeys(randomBytes(32))
  const signed = Array.from({ length: 512 }, () => {
    const bytes = new Uint8Array(randomBytes(220))
    return { bytes, signature: sign(bytes, secretKey) }
  })
  const begun = performance.now()
  for (let number = 0; number < count; number += 1) {
    const each = signed[number % signed.length]
    if (!each || !crypto_sign_verify_detached(each.signature, each.bytes, publicKey)) throw new Error('not signed')
  }
  return performance.now() - begun
}

async function fetchCore(bench: Bench, count: number, round: number): Promise<number> {
  const writer = start('bare-core.ts', [bench.folder(`core-writer-${round}`), String(count)])
  const { port, key } = (await writer.next()) as { port: number; key: string }
  const fetcher = start('bare-core.ts', [bench.folder(`core-reader-${round}`), String(count), String(port), key])
  const millis = (await fetcher.next()) as number
  fetcher.stop()
  writer.stop()
  return millis
}

function report(size: number, side: Record<'ours' | 'cpu' | 'raw' | 'rawCpu' | 'core', Sample>): Finding[] {
  const speed = ratio(side.raw, side.ours)
  const each = (sample: Sample) => sample.map((millis) => (millis / size) * 1_000)
  const perSecond = (sample: Sample) => sample.map((millis) => (size / millis) * 1_000)
  return [
    {
      what: `${count(size)} entries fetched, verified, decrypted, stored and indexed`,
      measured: `${middle(side.ours, 'ms')} (${middle(perSecond(side.ours), 'per second')})`,
      goal: '≤ 5 s for 100,000',
      met: (median(side.ours) / size) * 100_000 <= 5_000,
    },
    {
      what: 'beside libsodium verifying as many signatures',
      measured: times(speed),
      beside: middle(perSecond(side.raw), 'per second'),
      goal: '≥ 0.7×',
      met: speed >= 0.7,
    },
    {
      what: 'beside a bare Hypercore of entries of the same size, two processes',
      measured: times(ratio(side.core, side.ours)),
      beside: middle(perSecond(side.core), 'per second'),
    },
    {
      what: 'the same in CPU time',
      measured: `${times(ratio(side.rawCpu, side.cpu))}: ${middle(each(side.cpu), 'µs')} per entry`,
      beside: `${middle(each(side.rawCpu), 'µs')} per signature`,
    },
  ]
}
