import type { ArtifactId } from '../../shared/ids.ts'
import type { Inside } from './inside.ts'

/** Asks that wait in the loop's queue at once while a vault is filled. */
const together = 2_048
const words = 'the kiln opens at four and whoever is near may bring their bowls to the long table under the roof'.split(
  ' ',
)

/** What people say: 20 to 100 characters, never twice the same. */
export function sentence(number: number): string {
  const length = 4 + (number % 16)
  const said = Array.from({ length }, (_, index) => words[(number * 7 + index * 3) % words.length])
  return `${said.join(' ')} ${number}`
}

/** Says sentences `from` … `to` − 1 in a Story, and reads on the way. */
export async function fillStory(inside: Inside, storyId: ArtifactId, from: number, to: number): Promise<void> {
  for (let start = from; start < to; start += together) {
    const end = Math.min(to, start + together)
    await many(start, end, (number) => inside.ask('story.send', { storyId, text: sentence(number) }))
    const { items } = await inside.ask('story.entries', { storyId, limit: 1 })
    if (items[0]) await inside.ask('story.markRead', { storyId, entryId: items[0].entryId })
  }
}

/** Makes artifacts directly under `parentId`. */
export async function fillTree(inside: Inside, parentId: ArtifactId, count: number): Promise<ArtifactId[]> {
  const made: ArtifactId[] = []
  await many(0, count, async (number) => {
    const type = number % 2 === 0 ? 'collection' : 'story'
    made.push((await inside.ask('artifact.create', { type, name: `Artifact ${number}`, parentId })).id)
  })
  return made
}

export async function rootOf(inside: Inside): Promise<ArtifactId> {
  return (await inside.ask('vault.root', {})).id
}

/** Two people who accepted each other. */
export async function peer(a: Inside, b: Inside): Promise<void> {
  await a.ask('peer.add', { code: b.code })
  await until('the request', async () => (await b.ask('peer.list', {})).length > 0)
  await b.ask('peer.accept', { playerId: a.playerId as never })
  await until('the acceptance', async () => (await a.ask('peer.list', {}))[0]?.status === 'confirmed')
}

/** A realm of `host`'s that the others have joined. */
export async function realm(host: Inside, others: readonly Inside[], name: string): Promise<ArtifactId> {
  const { id } = await host.ask('realm.create', { name })
  const { code } = await host.ask('realm.invite', { id, approve: false, uses: Math.max(1, others.length) })
  for (const other of others) {
    await other.ask('realm.join', { code })
    await until('joining', async () => (await other.ask('realm.members', { id }).catch(() => [])).length > 1)
  }
  return id
}

/** Asks again and again, but not for ever. */
export async function until(what: string, met: () => Promise<boolean>, patience = 60_000, pause = 5): Promise<void> {
  const deadline = performance.now() + patience
  while (!(await met())) {
    if (performance.now() > deadline) throw new Error(`${what} did not come about in ${patience / 1_000} s`)
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

async function many(from: number, to: number, each: (number: number) => Promise<unknown>): Promise<void> {
  for (let start = from; start < to; start += together) {
    const end = Math.min(to, start + together)
    await Promise.all(Array.from({ length: end - start }, (_, index) => each(start + index)))
  }
}
