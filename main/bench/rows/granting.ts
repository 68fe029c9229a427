import type { PushEvent } from '../../../shared/contract.ts'
import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import { type Bench, pause } from '../bench.ts'
import { until } from '../filling.ts'
import { type Finding, tail } from '../finding.ts'
import type { Host } from '../host.ts'

/** What each Story holds before it is shared. */
const entries = 20
/** Between two rounds: what the one before set off has come to rest. */
const breath = 50

/**
 * Two connected peers. From asking for a grant to the first of the content at the new member; from asking for its end to
 * the moment the app of the removed says that it is over and holds nothing of it any more.
 */
export async function granting(bench: Bench): Promise<Finding[]> {
  const steward = await bench.host(bench.folder('granting/steward'))
  const member = await bench.host(bench.folder('granting/member'))
  await befriend(steward, member)
  const watch = await watching(member)
  const granted: number[] = []
  const silent: number[] = []
  for (let round = 0; round < bench.scale.grants; round += 1) {
    const id = await story(steward, round)
    const grantee = member.playerId as PlayerId
    const came = watch((event) => event.type === 'entry' && event.storyId === id)
    granted.push(await since(() => steward.ask('artifact.grant', { id, grantee, mode: 'revocable' }), came))
    await pause(breath)
    const over = watch((event) => event.type === 'changed' && event.id === id && event.view.status === 'revoked')
    silent.push(await since(() => steward.ask('artifact.revoke', { id, grantee }), over))
    const { total } = await member.ask('story.entries', { storyId: id })
    if (total > 0) throw new Error('the removed member still shows what it held')
  }
  await Promise.all([steward.stop(), member.stop()])
  return [
    { what: 'grant → first entry visible at the new member', measured: tail(granted, 'ms') },
    { what: 'revoke → nothing left at the removed member', measured: tail(silent, 'ms') },
  ]
}

async function since(ask: () => Promise<unknown>, seen: Promise<void>): Promise<number> {
  const begun = performance.now()
  await ask()
  await seen
  return performance.now() - begun
}

type Watch = (wanted: (event: PushEvent) => boolean) => Promise<void>

async function watching(host: Host): Promise<Watch> {
  let check: (event: PushEvent) => void = () => {}
  await host.listen((event) => check(event))
  return (wanted) =>
    new Promise((resolve) => {
      check = (event) => wanted(event) && resolve()
    })
}

async function story(host: Host, round: number): Promise<ArtifactId> {
  const { id } = await host.ask('artifact.create', { type: 'story', name: `Story ${round}` })
  for (let number = 0; number < entries; number += 1) {
    await host.ask('story.send', { storyId: id, text: `what was said before, ${number}` })
  }
  return id
}

async function befriend(a: Host, b: Host): Promise<void> {
  await a.ask('peer.add', { code: b.code })
  await until('the request', async () => (await b.ask('peer.list', {})).length > 0)
  await b.ask('peer.accept', { playerId: a.playerId as PlayerId })
  await until('the acceptance', async () => (await a.ask('peer.list', {}))[0]?.status === 'confirmed')
}
