import type { ArtifactId, EntryId } from '../../shared/ids.ts'
import type { Client } from '../../shared/rpc.ts'
import type { Happening, Mirror } from '../mirror.ts'
import { type Store, take } from '../store.ts'

/** Asks the core for what is shown and takes the answers into the mirror. The same question is not asked twice at once. */
export type Reader = {
  everything(): Promise<void>
  basics(): Promise<void>
  room(id: ArtifactId): Promise<void>
  children(id: ArtifactId): Promise<void>
  story(id: ArtifactId): Promise<void>
  older(id: ArtifactId, before: EntryId): Promise<void>
  members(id: ArtifactId): Promise<void>
  letters(): Promise<void>
  sync(): Promise<void>
}

export function newReader(ask: Client['call'], store: Store): Reader {
  const self: Asking = { ask, store, got: (...happenings) => take(store, happenings) }
  const underWay = new Map<string, Promise<void>>()

  function once(key: string, work: () => Promise<void>): Promise<void> {
    const running = underWay.get(key)
    if (running) return running
    const started = work().finally(() => underWay.delete(key))
    underWay.set(key, started)
    return started
  }

  const reader: Reader = {
    everything: () => once('everything', () => readEverything(self, reader)),
    basics: () => once('basics', () => readBasics(self)),
    async room(id) {
      await Promise.all([once(`artifact ${id}`, () => readArtifact(self, id)), reader.children(id)])
    },
    children: (id) => once(`children ${id}`, () => readChildren(self, id)),
    story: (id) => once(`story ${id}`, () => readEntries(self, id, undefined)),
    older: (id, before) => once(`older ${id}`, () => readEntries(self, id, before)),
    members: (id) => once(`members ${id}`, () => readMembers(self, id)),
    letters: () => once('letters', () => readLetters(self)),
    sync: () => once('sync', () => readSync(self)),
  }
  return reader
}

type Asking = {
  readonly ask: Client['call']
  readonly store: Store
  readonly got: (...happenings: Happening[]) => void
}

const firstPage = 200
const laterPage = 1_000
const entriesPage = 50

async function readBasics({ ask, got }: Asking): Promise<void> {
  const [identity, root, peers, sync] = await Promise.all([
    ask('identity.get', {}),
    ask('vault.root', {}),
    ask('peer.list', {}),
    ask('sync.status', {}),
  ])
  got(
    ...(identity.ok ? [{ type: 'identity', identity: identity.value } as const] : []),
    ...(root.ok ? [{ type: 'root', id: root.value.id } as const] : []),
    ...(peers.ok ? [{ type: 'peers', peers: peers.value } as const] : []),
    ...(sync.ok ? [{ type: 'sync', sync: sync.value } as const] : []),
  )
}

async function readEverything({ store }: Asking, reader: Reader): Promise<void> {
  await reader.basics()
  const { mirror } = store.getState()
  const rooms = new Set([...(mirror.rootId ? [mirror.rootId] : []), ...mirror.rooms.keys()])
  await Promise.all([...rooms].map((id) => reader.room(id)))
  await Promise.all([...mirror.stories.keys()].map((id) => reader.story(id)))
  await reader.letters()
}

async function readArtifact({ ask, got }: Asking, id: ArtifactId): Promise<void> {
  const view = await ask('artifact.get', { id })
  if (view.ok) got({ type: 'changed', id, view: view.value })
}

async function readChildren({ ask, got }: Asking, id: ArtifactId): Promise<void> {
  for (let offset = 0, total = 1; offset < total; ) {
    const page = await ask('artifact.children', { id, offset, limit: offset === 0 ? firstPage : laterPage })
    if (!page.ok || (page.value.items.length === 0 && offset > 0)) return
    got({ type: 'children', id, offset, items: page.value.items, total: page.value.total })
    offset += Math.max(page.value.items.length, 1)
    total = page.value.total
  }
}

async function readEntries({ ask, got }: Asking, id: ArtifactId, before: EntryId | undefined): Promise<void> {
  const page = await ask('story.entries', { storyId: id, limit: entriesPage, ...(before ? { before } : {}) })
  if (page.ok) got({ type: 'entries', id, before, items: page.value.items, total: page.value.total })
}

async function readMembers({ ask, got }: Asking, id: ArtifactId): Promise<void> {
  const members = await ask('realm.members', { id })
  if (members.ok) got({ type: 'members', id, members: members.value })
}

async function readSync({ ask, got }: Asking): Promise<void> {
  const sync = await ask('sync.status', {})
  if (sync.ok) got({ type: 'sync', sync: sync.value })
}

/** Who waits at the door: the Inbox says by its labels what lies in it, `connection-request:…` or `join-request:<realm>:…`. */
async function readLetters(self: Asking): Promise<void> {
  const { ask, store, got } = self
  const peers = await ask('peer.list', {})
  if (peers.ok) got({ type: 'peers', peers: peers.value })
  const inbox = inboxOf(store.getState().mirror)
  if (!inbox) return
  await readChildren(self, inbox)
  const { mirror } = store.getState()
  const labels = [...(mirror.rooms.get(inbox)?.items.values() ?? [])].map((letter) => letter.label ?? '')
  const knockedAt = labels.flatMap((label) => /^join-request:(doc:[0-9a-f]{64}):/.exec(label)?.[1] ?? [])
  for (const id of new Set([...knockedAt, ...mirror.requests.keys()] as ArtifactId[])) {
    const waiting = await ask('realm.requests', { id })
    if (waiting.ok) got({ type: 'requests', id, requests: waiting.value })
  }
}

function inboxOf(mirror: Mirror): ArtifactId | undefined {
  const root = mirror.rootId ? mirror.rooms.get(mirror.rootId) : undefined
  return [...(root?.items.values() ?? [])].find((child) => child.type === 'inbox')?.id
}
