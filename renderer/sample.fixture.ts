import type { ArtifactId, EntryId, PlayerId } from '../shared/ids.ts'
import type { PeerView } from '../shared/people-views.ts'
import type { ArtifactView, ChildView, EntryView } from '../shared/views.ts'

/** Plausible views for tests: whole, and different only where a test says so. */

export function player(n: number): PlayerId {
  return hex(n) as PlayerId
}

export function artifact(n: number): ArtifactId {
  return `doc:${hex(n)}` as ArtifactId
}

export function entryId(n: number): EntryId {
  return hex(n) as EntryId
}

export function aChild(n: number, over: Partial<ChildView> = {}): ChildView {
  return {
    refId: `ref ${n}`,
    id: artifact(n),
    type: 'story',
    name: `Thing ${n}`,
    position: n,
    status: 'active',
    heat: 0,
    here: [],
    audience: 2,
    count: 0,
    unread: 0,
    preview: [],
    createdAt: n,
    ...over,
  }
}

export function aTree(children: readonly ChildView[], over: Partial<ArtifactView> = {}): ArtifactView {
  return {
    id: artifact(0),
    kind: 'tree',
    type: 'vault',
    name: 'Ana',
    steward: player(1),
    status: 'active',
    audience: [player(1)],
    people: [],
    grants: [],
    references: children.map(({ refId, id, position }) => ({ refId, artifactId: id, position })),
    total: children.length,
    metadata: {},
    heat: 0,
    delivery: { state: 'local', have: 0, of: 0, asOf: 0 },
    createdAt: 0,
    ...over,
  }
}

export function anEntry(n: number, over: Partial<EntryView> = {}): EntryView {
  return {
    entryId: entryId(n),
    author: player(2),
    text: `words ${n}`,
    at: n * 1_000,
    reactions: {},
    delivery: { state: 'everyone', have: 1, of: 1, asOf: n * 1_000 },
    ...over,
  }
}

export function aPeer(n: number, over: Partial<PeerView> = {}): PeerView {
  return {
    playerId: player(n),
    name: `Peer ${n}`,
    status: 'confirmed',
    direction: 'in',
    since: 0,
    online: false,
    ...over,
  }
}

function hex(n: number): string {
  return n.toString(16).padStart(64, '0')
}
