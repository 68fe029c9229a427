import { createServer } from 'node:net'
import type { ArtifactId } from '../../../shared/ids.ts'
import { type Bench, pause } from '../bench.ts'
import { until } from '../filling.ts'
import { type Finding, tail, times } from '../finding.ts'
import type { Host } from '../host.ts'
import { ratio, type Sample } from '../sample.ts'
import { inTurns } from '../turns.ts'

type Pair = { readonly author: Host; readonly reader: Host; readonly id: ArtifactId; readonly keeper?: Host }

/** Between two messages: what the first one set off has come to rest. */
const breath = 4

/** Two who are connected with each other, beside two who are connected with one keeper only. */
export async function keeping(bench: Bench): Promise<Finding[]> {
  const { sends, sendRounds } = bench.scale
  const pairs = { direct: await directPair(bench), kept: await keptPair(bench) }
  const [direct, kept] = [await sender(pairs.direct), await sender(pairs.kept)]
  const sides = { direct: () => several(sends, direct), kept: () => several(sends, kept) }
  const samples = await inTurns(sides, { rounds: sendRounds, warmUp: Math.ceil(sendRounds / 4) })
  for (const { author, reader, keeper } of Object.values(pairs)) {
    await Promise.all([author, reader, keeper].map((host) => host?.stop()))
  }
  const slower = ratio(samples.kept, samples.direct)
  return [
    {
      what: 'sent → visible at the peer, through a keeper both call by WebSocket',
      measured: `${times(slower)}: ${tail(samples.kept, 'ms')}`,
      beside: `directly: ${tail(samples.direct, 'ms')}`,
      goal: '≤ 2×',
      met: slower <= 2,
    },
  ]
}

async function several(count: number, once: (text: string) => Promise<number>): Promise<Sample> {
  const taken: number[] = []
  for (let number = 0; number < count; number += 1) {
    taken.push(await once(`what is said ${number} ${Math.random()}`))
    await pause(breath)
  }
  return taken
}

async function sender({ author, reader, id }: Pair): Promise<(text: string) => Promise<number>> {
  let seen: (text: string) => void = () => {}
  await reader.listen((event) => {
    if (event.type === 'entry' && event.storyId === id) seen(event.entry.text)
  })
  return async (text) => {
    const begun = performance.now()
    const visible = new Promise<number>((resolve) => {
      seen = (said) => said === text && resolve(performance.now() - begun)
    })
    await author.ask('story.send', { storyId: id, text })
    return visible
  }
}

async function directPair(bench: Bench): Promise<Pair> {
  const author = await bench.host(bench.folder('keeping/direct-author'))
  const reader = await bench.host(bench.folder('keeping/direct-reader'))
  return { author, reader, id: await meet(author, reader) }
}

/** Their network leads nowhere by UDP, so that they never find each other. */
async function keptPair(bench: Bench): Promise<Pair> {
  const [nowhere, port] = [await emptyPort(), await emptyPort()]
  const alone = (name: string, ...more: string[]) =>
    bench.host(bench.folder(`keeping/${name}`), { bootstrap: `127.0.0.1:${nowhere}`, more })
  const keeper = await alone('keeper', '--keeper', '--keeper-port', String(port))
  const author = await alone('author')
  const reader = await alone('reader')
  const code = `${keeper.code}?ws=${encodeURIComponent(`ws://127.0.0.1:${port}`)}`
  for (const host of [author, reader]) {
    await host.ask('keeper.add', { code })
    await until('the keeper', async () => (await host.ask('keeper.list', {}))[0]?.state === 'keeping')
  }
  return { keeper, author, reader, id: await meet(author, reader) }
}

async function meet(author: Host, reader: Host): Promise<ArtifactId> {
  const { id } = await author.ask('realm.create', { name: 'Realm' })
  const { code } = await author.ask('realm.invite', { id, approve: false })
  await reader.ask('realm.join', { code })
  await until('joining', async () => (await reader.ask('realm.join', { code })).status === 'joined')
  return id
}

async function emptyPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
