import { WebSocket } from 'ws'
import { type Bench, pause, start } from '../bench.ts'
import { count, type Finding, plain, tail, times } from '../finding.ts'
import type { Host } from '../host.ts'
import { growth, median, quantile, ratio, type Sample } from '../sample.ts'
import { inTurns, type Side } from '../turns.ts'
import type { Story } from './stories.ts'

/** Two hosts that share a Story and hold the same of it. */
export type Pair = { readonly story: Story; readonly author: Host; readonly reader: Host }

/** Between two messages: what the first one set off has come to rest. */
const breath = 4

/** One says something, the other sees it: from the request's first byte to the event's last, by one clock. */
export async function sending(bench: Bench, pairs: readonly Pair[]): Promise<Finding[]> {
  const { sends, sendRounds } = bench.scale
  const relay = await openRelay(bench)
  const acknowledged: number[] = []
  const sides: Record<string, Side> = { bare: () => several(sends, relay.send) }
  for (const pair of pairs) {
    const send = await sender(pair, pair === pairs[0] ? acknowledged : [])
    sides[String(pair.story.size)] = () => several(sends, send)
  }
  const samples = await inTurns(sides, { rounds: sendRounds, warmUp: Math.ceil(sendRounds / 4) })
  relay.close()
  return report(pairs, samples, acknowledged)
}

async function several(count: number, once: (text: string) => Promise<number>): Promise<Sample> {
  const taken: number[] = []
  for (let number = 0; number < count; number += 1) {
    taken.push(await once(`what is said ${number} ${Math.random()}`))
    await pause(breath)
  }
  return taken
}

async function sender(
  { story, author, reader }: Pair,
  acknowledged: number[],
): Promise<(text: string) => Promise<number>> {
  let seen: (text: string) => void = () => {}
  await reader.listen((event) => {
    if (event.type === 'entry' && event.storyId === story.id) seen(event.entry.text)
  })
  return async (text) => {
    const begun = performance.now()
    const visible = new Promise<number>((resolve) => {
      seen = (said) => said === text && resolve(performance.now() - begun)
    })
    await author.ask('story.send', { storyId: story.id, text })
    acknowledged.push(performance.now() - begun)
    return visible
  }
}

/** The least that does the same: a WebSocket, a signature, and a fsynced row at each side. */
async function openRelay(bench: Bench): Promise<{ send(text: string): Promise<number>; close(): void }> {
  const far = start('bare-relay.ts', [bench.folder('relay-far')])
  const farUrl = `ws://127.0.0.1:${await far.next()}`
  const near = start('bare-relay.ts', [bench.folder('relay-near'), farUrl])
  const [sayer, hearer] = await Promise.all([open(`ws://127.0.0.1:${await near.next()}`), open(farUrl)])
  return {
    send(text) {
      const begun = performance.now()
      sayer.send(text)
      return new Promise((resolve) => hearer.once('message', () => resolve(performance.now() - begun)))
    },
    close() {
      for (const socket of [sayer, hearer]) socket.terminate()
      for (const helper of [near, far]) helper.stop()
    },
  }
}

function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket))
    socket.once('error', reject)
  })
}

function report(pairs: readonly Pair[], samples: Record<string, Sample>, acknowledged: Sample): Finding[] {
  const bare = samples['bare'] ?? []
  const sized = pairs.map(({ story }) => ({ size: story.size, sample: samples[String(story.size)] ?? [] }))
  const exponent = growth(
    sized.filter(({ size }) => size > 0).map(({ size, sample }) => ({ size, cost: median(sample) })),
  )
  return [
    ...sized.map(({ size, sample }) => ({
      what: `sent → durable at both and visible at the peer, ${count(size)} entries before`,
      measured: `${times(ratio(sample, bare))}: ${tail(sample, 'ms')}`,
      beside: tail(bare, 'ms'),
      goal: 'p50 ≤ 3 ms, p99 ≤ 15 ms',
      met: quantile(sample, 0.5) <= 3 && quantile(sample, 0.99) <= 15,
    })),
    {
      what: 'the same, growth with history',
      measured: `exponent ${plain(exponent)}`,
      goal: '≤ 0.05',
      met: exponent <= 0.05,
    },
    { what: 'sent → acknowledged to the author, empty Story', measured: tail(acknowledged, 'ms') },
  ]
}
