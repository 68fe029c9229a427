import type { ArtifactId, DeviceId, PlayerId } from '../../../shared/ids.ts'
import type { Bytes } from '../../crypto/bytes.ts'
import type { DeviceList } from '../identity/device-list.ts'
import type { ConnectionId } from '../input.ts'
import type { KeeperLink } from '../keeping/keeper-link.ts'
import type { Keeping } from '../keeping/keeping.ts'
import type { Turn } from '../state.ts'
import type { Exchange } from './quick-code.ts'
import type { Basis } from './rendezvous.ts'

/**
 * One connection to one device. Nobody says who they are to someone who merely found a topic: a side says hello once
 * the other has shown that it knows a secret of theirs (a door, a pair, a realm, an invite), or has proved to be the
 * player it came for. The proof is the device's signature over the handshake, and a device list that names the device.
 */
export type Session = {
  readonly connection: ConnectionId
  readonly device: DeviceId
  readonly handshake: Bytes
  /** what this side came for */
  readonly topics: readonly string[]
  sought: readonly Basis[]
  /** what the other showed to know */
  shown: Basis[]
  said: boolean
  heard: { player: Bytes; listHash: Bytes; signature: Bytes } | undefined
  /** whose device it is: set once that is proved and the other side has said that ours is to them */
  player: PlayerId | undefined
  proved: DeviceList | undefined
  isTrusted: boolean
  /** the other's part of the pair's secret came: it may change once for a connection */
  hasGiven: boolean
  /** artifact → log name → length the other is known to hold */
  readonly known: Map<number, Map<string, number>>
  /** log key → length the other was last heard to hold of what is here */
  readonly held: Map<number, number>
  /** artifacts found equal on both sides at the last summary */
  readonly matched: Set<number>
  /** … of which everything counted as held by them since, and nothing grew */
  readonly confirmed: Set<number>
  /** hex of an artifact's name on this connection → its key */
  readonly names: Map<string, number>
  readonly presence: Presence
  /** the word that let us in where the steward was not there, shown with a welcome */
  admission?: { readonly id: ArtifactId; readonly bytes: Bytes } | undefined
  /** pages of a welcome that is not whole yet */
  welcome?: { readonly id: ArtifactId; readonly envelopes: readonly Bytes[] } | undefined
  /** attention chain → events of this device's own that were held when this connection began (ATT-1) */
  readonly witnessed: Map<number, number>
  /** devices whose attention both sides follow, as far as the other said so */
  readonly common: Set<DeviceId>
  /** whether digits typed here were tried on them, and what came of digits */
  hasTried: boolean
  exchange: Exchange | undefined
  /** artifacts the other reads here, or this side there, by a link alone */
  readonly reads: Set<number>
  lastSummary: number
  readonly since: number
  /** the other is a keeper, of one's own or of somebody's one shares something with */
  keeper: KeeperLink | undefined
  /** the other came to have something kept here, or to fetch it */
  keeping: Keeping | undefined
}

/** What was told over this connection of the person at the other end, and of the one at this. Lives as long as it does. */
export type Presence = {
  /** whether they said anything of where they are */
  isTold: boolean
  /** key of the artifact they are at; `undefined` where that is not shared with us, or not said */
  place: number | undefined
  /** their last sign of life by our clock */
  signAt: number | undefined
  isAway: boolean
  /** Story → until when they are taken to be typing there */
  readonly typing: Map<number, number>
  /** how many more ephemeral frames are listened to, as of `countedAt` */
  left: number
  countedAt: number
  /** what they were told of this side: where, and up to when someone was seen doing something */
  told: { place: number | undefined; activeAt: number; isOn: boolean } | undefined
}

/** Sessions with this player's devices that are proved. */
export function sessionsOf(turn: Turn, player: PlayerId): Session[] {
  return [...turn.state.sessions.values()].filter((session) => session.player === player)
}
