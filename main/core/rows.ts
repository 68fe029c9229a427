import type { ArtifactId, DeviceId, EntryId, PlayerId } from '../../shared/ids.ts'
import type { AccessMode } from '../../shared/views.ts'

export type ArtifactRow = {
  /** small local number that names the artifact in other rows */
  readonly key: number
  readonly id: ArtifactId
  /** 16 bytes on every envelope: blind, from the interface secret */
  readonly tag: Uint8Array
  /** 16 bytes in attention logs (ATT-2) */
  readonly attentionTag: Uint8Array
  /** 32 bytes known to the audience only; sealed at rest */
  readonly secret: Uint8Array
  readonly type: string
  readonly steward: PlayerId
  readonly createdAt: number
  /** projection from here on: */
  readonly status: 'active' | 'recalled' | 'transferred' | 'revoked' | 'waiting'
  /** sealed at rest */
  readonly name: string
  /** members other than oneself; the artifact has an interface when > 0 */
  readonly others: number
  /** 32 bytes over the heads of all its logs */
  readonly digest: Uint8Array
  /** epoch the next local entry is sealed under */
  readonly epoch: number
}

export type MemberRow = {
  readonly artifact: number
  readonly player: PlayerId
  readonly name: string
  readonly role: 'steward' | 'member'
  readonly mode: AccessMode
  readonly expiresAt: number | undefined
  readonly grantedAt: number
  readonly grantedBy: PlayerId
}

export type LogRow = {
  readonly key: number
  readonly artifact: number
  readonly kind: 'authority' | 'writer'
  readonly device: DeviceId
  readonly incarnation: number
  /** envelopes held without a gap: seq 0 … length − 1 */
  readonly length: number
  /** hash of the last of them; zeros when empty */
  readonly head: Uint8Array
  /** first seq with a sibling: the author is frozen there */
  readonly forkAt: number | undefined
  /** projection from here on: envelopes judged, and the running marks of the fold */
  readonly judged: number
  readonly clock: number
  readonly position: number
  readonly epoch: number
}

export type AttentionRow = {
  readonly device: DeviceId
  readonly incarnation: number
  readonly seq: number
  readonly player: PlayerId
  readonly hash: Uint8Array
  readonly bytes: Uint8Array
}

export type EntryRow = {
  readonly artifact: number
  readonly id: EntryId
  readonly clock: number
  readonly log: number
  readonly seq: number
  /** orders two envelopes that claim one id: smaller wins */
  readonly rank: string
  readonly player: PlayerId
}

export type AmendmentRow = {
  readonly artifact: number
  readonly target: EntryId
  readonly kind: 'edit' | 'delete' | 'remove' | 'react' | 'read' | 'recall'
  readonly player: PlayerId
  readonly clock: number
  /** hex of the envelope's hash: breaks ties, makes the set a set */
  readonly hash: string
  readonly log: number
  readonly seq: number
  /** reactions: `+emoji` or `-emoji`; else empty */
  readonly value: string
}

/** A Leaf as it lies in one artifact. What is said of it stands in the sealed envelope that `log` and `seq` name. */
export type LeafRow = {
  readonly artifact: number
  readonly id: EntryId
  readonly leaf: ArtifactId
  /** names its sealed bytes */
  readonly address: Uint8Array
  readonly size: number
  readonly player: PlayerId
  readonly log: number
  readonly seq: number
  readonly clock: number
  /** orders two envelopes that claim one id: smaller wins */
  readonly rank: string
  readonly state: 'here' | 'recalled' | 'removed'
}

/** Bytes kept whole beside the vault: what they are of, and what opens them. */
export type BlobRow = {
  readonly address: Uint8Array
  readonly leaf: ArtifactId
  readonly size: number
  /** sealed at rest */
  readonly key: Uint8Array
}

export type ReferenceRow = {
  readonly tree: number
  readonly refId: string
  readonly child: ArtifactId
  readonly position: number
  readonly label: string | undefined
}

export type PeerRow = {
  readonly player: PlayerId
  readonly name: string
  readonly status: 'pending' | 'confirmed' | 'blocked'
  readonly direction: 'in' | 'out'
  readonly message: string
  readonly since: number
  readonly lastSeen: number | undefined
  /** 32 random bytes this side gave, and those the other gave: together the pair's secret. Sealed at rest. */
  readonly given: Uint8Array
  readonly taken: Uint8Array | undefined
  readonly sentiment: -1 | 0 | 1
}

export type HoldingRow = {
  readonly artifact: number
  readonly holder: DeviceId
  readonly player: PlayerId
  readonly log: number
  readonly length: number
  readonly at: number
}

export type VisitRow = {
  readonly device: DeviceId
  readonly incarnation: number
  /** seq of the event that began it */
  readonly seq: number
  readonly player: PlayerId
  readonly tag: Uint8Array
  readonly start: number
  readonly end: number | undefined
}

/** One item of an artifact that words stand in. */
export type FoundRow = { readonly artifact: number; readonly item: string }
/** Someone a keeper keeps for. `id` is a key of their own for this keeper alone: it says nothing of who they are. */
export type AccountRow = {
  readonly id: Uint8Array
  readonly since: number
  readonly isRefused: boolean
  readonly bytes: number
  readonly mailboxes: number
}
