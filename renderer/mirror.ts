import type { PushEvent, Value } from '../shared/contract.ts'
import type { ArtifactId, EntryId, PlayerId } from '../shared/ids.ts'
import type { ArtifactView, ChildView, EntryView, IdentityView, PeerView } from '../shared/views.ts'
import { entriesArrived, entryHappened, type Page, withDelivery } from './pages.ts'
import { childHappened, childrenArrived, type Room, treeChanged } from './rooms.ts'
import { kept } from './same.ts'

/** What this surface has been told, as it was told: the core is the truth, this is its reflection. */
export type Mirror = {
  readonly identity: IdentityView | undefined
  readonly rootId: ArtifactId | undefined
  readonly artifacts: ReadonlyMap<ArtifactId, ArtifactView>
  readonly rooms: ReadonlyMap<ArtifactId, Room>
  readonly stories: ReadonlyMap<ArtifactId, Page>
  readonly peers: ReadonlyMap<PlayerId, PeerView>
  readonly members: ReadonlyMap<ArtifactId, Members>
  readonly requests: ReadonlyMap<ArtifactId, Requests>
  readonly sync: SyncStatus | undefined
  readonly online: boolean
}

export type Members = Value<'realm.members'>
export type Requests = Value<'realm.requests'>
export type SyncStatus = Value<'sync.status'>

/** Everything that changes the mirror: what the core pushes, and the answers to what was asked of it. */
export type Happening =
  | PushEvent
  | { readonly type: 'root'; readonly id: ArtifactId }
  | {
      readonly type: 'children'
      readonly id: ArtifactId
      readonly offset: number
      readonly items: readonly ChildView[]
      readonly total: number
    }
  | {
      readonly type: 'entries'
      readonly id: ArtifactId
      readonly before: EntryId | undefined
      readonly items: readonly EntryView[]
      readonly total: number
    }
  | { readonly type: 'peers'; readonly peers: readonly PeerView[] }
  | { readonly type: 'members'; readonly id: ArtifactId; readonly members: Members }
  | { readonly type: 'requests'; readonly id: ArtifactId; readonly requests: Requests }
  | { readonly type: 'sync'; readonly sync: SyncStatus }
  | { readonly type: 'childLeft'; readonly id: ArtifactId; readonly refId: string }

export function emptyMirror(): Mirror {
  return {
    identity: undefined,
    rootId: undefined,
    artifacts: new Map(),
    rooms: new Map(),
    stories: new Map(),
    peers: new Map(),
    members: new Map(),
    requests: new Map(),
    sync: undefined,
    online: false,
  }
}

/** A child as any of the rooms held here says it is. */
export function childOf(mirror: Mirror, id: ArtifactId): ChildView | undefined {
  for (const room of mirror.rooms.values()) for (const child of room.items.values()) if (child.id === id) return child
  return undefined
}

/** The one reducer: whole views replace, the latest wins, and what says the same stays the same object. */
export function reflect(mirror: Mirror, happening: Happening): Mirror {
  switch (happening.type) {
    case 'identity':
      return { ...mirror, identity: kept(mirror.identity, happening.identity) }
    case 'root':
      return { ...mirror, rootId: happening.id }
    case 'online':
      return { ...mirror, online: happening.online }
    case 'sync':
      return { ...mirror, online: happening.sync.online, sync: kept(mirror.sync, happening.sync) }
    case 'peer':
      return { ...mirror, peers: put(mirror.peers, happening.peer.playerId, happening.peer) }
    case 'peers':
      return {
        ...mirror,
        peers: new Map(happening.peers.map((peer) => [peer.playerId, kept(mirror.peers.get(peer.playerId), peer)])),
      }
    case 'members':
      return { ...mirror, members: put(mirror.members, happening.id, happening.members) }
    case 'requests':
      return { ...mirror, requests: put(mirror.requests, happening.id, happening.requests) }
    case 'inbox':
      return mirror
    case 'refreshed':
      return { ...mirror, stories: change(mirror.stories, happening.storyId, (page) => ({ ...page, isStale: true })) }
    default:
      return reflectTree(mirror, happening)
  }
}

type TreeHappening = Extract<
  Happening,
  { type: 'changed' | 'child' | 'children' | 'childLeft' | 'entry' | 'entries' | 'delivery' }
>

function reflectTree(mirror: Mirror, happening: TreeHappening): Mirror {
  switch (happening.type) {
    case 'changed': {
      const artifacts = put(mirror.artifacts, happening.id, happening.view)
      return {
        ...mirror,
        artifacts,
        rooms: change(mirror.rooms, happening.id, (room) => treeChanged(room, happening.view)),
      }
    }
    case 'child':
      return {
        ...mirror,
        rooms: change(mirror.rooms, happening.treeId, (room) => childHappened(room, happening.child)),
      }
    case 'childLeft':
      return {
        ...mirror,
        rooms: change(mirror.rooms, happening.id, (room) => childHappened(room, undefined, happening.refId)),
      }
    case 'children': {
      const room = childrenArrived(mirror.rooms.get(happening.id), happening.offset, happening.items, happening.total)
      return { ...mirror, rooms: new Map(mirror.rooms).set(happening.id, room) }
    }
    case 'entry':
      return {
        ...mirror,
        stories: change(mirror.stories, happening.storyId, (page) => entryHappened(page, happening.entry)),
      }
    case 'entries': {
      const page = entriesArrived(mirror.stories.get(happening.id), happening.before, happening.items, happening.total)
      return { ...mirror, stories: new Map(mirror.stories).set(happening.id, page) }
    }
    case 'delivery':
      return {
        ...mirror,
        stories: change(mirror.stories, happening.storyId, (page) => withDelivery(page, happening.entries)),
      }
  }
}

function put<K, V>(map: ReadonlyMap<K, V>, key: K, next: V): ReadonlyMap<K, V> {
  const before = map.get(key)
  const value = kept(before, next)
  return Object.is(before, value) ? map : new Map(map).set(key, value)
}

/** Changes what is held under `key`; what nobody has asked for is not begun by a push. */
function change<K, V>(map: ReadonlyMap<K, V>, key: K, next: (before: V) => V): ReadonlyMap<K, V> {
  const before = map.get(key)
  if (before === undefined) return map
  const value = next(before)
  return Object.is(before, value) ? map : new Map(map).set(key, value)
}
