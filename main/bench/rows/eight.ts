import type { ArtifactId } from '../../../shared/ids.ts'
import { type Bench, pause } from '../bench.ts'
import { until } from '../filling.ts'
import { type Finding, tail } from '../finding.ts'
import type { Host } from '../host.ts'
import { quantile } from '../sample.ts'

const people = 8
const goal = 200

/**
 * Eight hosts on loopback in one realm: from the moment one is asked to say something until each of the other seven has
 * pushed it to who watches. They speak in turn, each when the one before was heard by all.
 */
export async function eight(bench: Bench): Promise<Finding[]> {
  const hosts = await Promise.all(
    Array.from({ length: people }, (_, index) => bench.host(bench.folder(`eight-${index}`))),
  )
  const id = await gathered(hosts)
  const heard = new Map<string, (() => void)[]>()
  for (const host of hosts) {
    await host.listen((event) => {
      if (event.type === 'entry') heard.get(event.entry.text)?.pop()?.()
    })
  }
  const all: number[] = []
  for (let number = 0; number < bench.scale.sends * people; number += 1) {
    const speaker = hosts[number % people]
    if (speaker) all.push(await said(speaker, id, `word ${number}`, heard))
    await pause(1)
  }
  await Promise.all(hosts.map((host) => host.stop()))
  const p99 = quantile(all, 0.99)
  return [
    {
      what: `a message of one of ${people} processes visible at all others, ${all.length} times`,
      measured: tail(all, 'ms'),
      goal: `p99 ≤ ${goal} ms`,
      met: p99 <= goal,
    },
  ]
}

async function said(
  speaker: Host,
  storyId: ArtifactId,
  text: string,
  heard: Map<string, (() => void)[]>,
): Promise<number> {
  const everyone = Array.from(
    { length: people },
    () =>
      new Promise<void>((resolve) => {
        heard.set(text, [...(heard.get(text) ?? []), resolve])
      }),
  )
  const begun = performance.now()
  await speaker.ask('story.send', { storyId, text })
  await Promise.all(everyone)
  heard.delete(text)
  return performance.now() - begun
}

async function gathered(hosts: readonly Host[]): Promise<ArtifactId> {
  const [steward, ...others] = hosts
  if (!steward) throw new Error('nobody')
  for (const [index, host] of hosts.entries()) await host.ask('identity.rename', { name: `P${index}` })
  const { id } = await steward.ask('realm.create', { name: 'Eight' })
  const { code } = await steward.ask('realm.invite', { id, approve: false, uses: people })
  for (const other of others) await other.ask('realm.join', { code })
  for (const host of hosts) await until('everyone there', () => isWhole(host, id), 120_000, 100)
  return id
}

async function isWhole(host: Host, id: ArtifactId): Promise<boolean> {
  const members = await host.ask('realm.members', { id }).catch(() => [])
  return members.length === people && members.every((member) => member.online)
}
