import type { PushEvent, Value } from '../shared/contract.ts'
import type { ArtifactId, EntryId, PlayerId } from '../shared/ids.ts'
import type { IdentityView, PeerView } from '../shared/people-views.ts'
import type { ArtifactView, ChildView, EntryView } from '../shared/views.ts'
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
  /** what anyone was ever called here: someone who has gone is still the one who said what they said */
  readonly names: ReadonlyMap<PlayerId, string>
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
    names: new Map(),
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
  const next = reflectOne(mirror, happening)
  const names = namesIn(happening).filter(([id, name]) => name !== '' && next.names.get(id) !== name)
  return names.length === 0 ? next : { ...next, names: new Map([...next.names, ...names]) }
}

/** Everyone a happening names. */
function namesIn(happening: Happening): (readonly [PlayerId, string])[] {
  switch (happening.type) {
    case 'peer':
      return [[happening.peer.playerId, happening.peer.name]]
    case 'peers':
      return happening.peers.map((peer) => [peer.playerId, peer.name])
    case 'members':
      return happening.members.map((member) => [member.playerId, member.name])
    case 'requests':
      return happening.requests.map((one) => [one.playerId, one.name])
    case 'changed':
      return happening.view.people.map((person) => [person.playerId, person.name])
    case 'child':
      return happening.child.preview.map((line) => [line.author, line.name])
    default:
      return []
  }
}

function reflectOne(mirror: Mirror, happening: Happening): Mirror {
  switch (happening.type) {
    case 'identity':
      return patched(mirror, { identity: kept(mirror.identity, happening.identity) })
    case 'root':
      return patched(mirror, { rootId: happening.id })
    case 'online':
      return patched(mirror, { online: happening.online })
    case 'sync':
      return patched(mirror, { online: happening.sync.online, sync: kept(mirror.sync, happening.sync) })
    case 'peer':
      return patched(mirror, { peers: put(mirror.peers, happening.peer.playerId, happening.peer) })
    case 'peers':
      return patched(mirror, {
        peers: new Map(happening.peers.map((peer) => [peer.playerId, kept(mirror.peers.get(peer.playerId), peer)])),
      })
    case 'members':
      return patched(mirror, { members: put(mirror.members, happening.id, happening.members) })
    case 'requests':
      return patched(mirror, { requests: put(mirror.requests, happening.id, happening.requests) })
    case 'inbox':
    case 'typing':
    case 'settings':
    case 'quick':
    case 'joining':
    case 'text':
    case 'transfer':
      return mirror
    case 'entry':
    case 'entries':
    case 'delivery':
    case 'refreshed':
      return patched(mirror, { stories: reflectStory(mirror.stories, happening) })
    default:
      return reflectTree(mirror, happening)
  }
}

type TreeHappening = Extract<Happening, { type: 'changed' | 'child' | 'children' | 'childLeft' }>

function reflectTree(mirror: Mirror, happening: TreeHappening): Mirror {
  const { rooms } = mirror
  switch (happening.type) {
    case 'changed': {
      const artifacts = put(mirror.artifacts, happening.id, happening.view)
      return patched(mirror, {
        artifacts,
        rooms: change(rooms, happening.id, (room) => treeChanged(room, happening.view)),
      })
    }
    case 'child':
      return patched(mirror, { rooms: change(rooms, happening.treeId, (room) => childHappened(room, happening.child)) })
    case 'childLeft':
      return patched(mirror, {
        rooms: change(rooms, happening.id, (room) => childHappened(room, undefined, happening.refId)),
      })
    case 'children': {
      const room = childrenArrived(rooms.get(happening.id), happening.offset, happening.items, happening.total)
      return patched(mirror, { rooms: put(rooms, happening.id, room) })
    }
  }
}

type StoryHappening = Extract<Happening, { type: 'entry' | 'entries' | 'delivery' | 'refreshed' }>

function reflectStory(stories: Mirror['stories'], happening: StoryHappening): Mirror['stories'] {
  switch (happening.type) {
    case 'entry':
      return change(stories, happening.storyId, (page) => entryHappened(page, happening.entry))
    case 'delivery':
      return change(stories, happening.storyId, (page) => withDelivery(page, happening.entries))
    case 'refreshed':
      return change(stories, happening.storyId, (page) => ({ ...page, isStale: true }))
    case 'entries': {
      const page = entriesArrived(stories.get(happening.id), happening.before, happening.items, happening.total)
      return put(stories, happening.id, page)
    }
  }
}

/** The mirror with these parts, or the very same one where they are what it has. */
function patched(mirror: Mirror, parts: Partial<Mirror>): Mirror {
  const keys = Object.keys(parts) as (keyof Mirror)[]
  return keys.every((key) => Object.is(mirror[key], parts[key])) ? mirror : { ...mirror, ...parts }
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
