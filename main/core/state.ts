import type { ArtifactId, DeviceId, PlayerId } from '../../shared/ids.ts'
import type { Bytes } from '../crypto/bytes.ts'
import type { Integrity } from './attention/attention-chain.ts'
import type { Authority } from './authority/authority.ts'
import type { Engine } from './documents/live-document.ts'
import type { Surface } from './documents/surface-shown.ts'
import type { TextPast } from './documents/text-past.ts'
import type { Effect } from './effect.ts'
import type { DeviceList } from './identity/device-list.ts'
import type { ConnectionId, DocumentKey } from './input.ts'
import type { Terms } from './keeping/keeping.ts'
import type { Ask, Fetch } from './leaves/fetching.ts'
import type { Upload } from './leaves/importing.ts'
import type { Job } from './leaves/jobs.ts'
import type { Entry } from './logs/entry.ts'
import { newQuick, type Quick } from './meeting/quick-code.ts'
import type { Session } from './meeting/session.ts'
import type { ArtifactRow, LogRow } from './rows.ts'
import type { Tables } from './tables.ts'

/**
 * What the core knows. The tables are the durable part; the rest is remembered from them or lives as long as a
 * connection does. After a failed transaction the whole state is thrown away and made again by `started`.
 */
export type State = {
  readonly tables: Tables
  readonly sealed: boolean
  me: Me | undefined
  readonly sessions: Map<ConnectionId, Session>
  readonly authorities: Map<number, Authority>
  readonly documents: Map<DocumentKey, Engine>
  readonly opening: Set<DocumentKey>
  /** documents that have more to decide */
  readonly settling: Map<DocumentKey, 'opening' | 'open'>
  readonly pasts: Map<DocumentKey, TextPast>
  /** questions about documents that are being opened */
  readonly deferred: Map<DocumentKey, Deferred[]>
  /** texts that surfaces have open, by artifact */
  readonly surfaces: Map<number, Surface>
  /** the text that is just being changed by what surfaces did */
  typing: number | undefined
  readonly integrity: Map<DeviceId, Integrity>
  readonly bytes: { sent: number; received: number }
  /** commands that are answered later, by their number */
  readonly jobs: Map<number, Job>
  jobCount: number
  /** files that came through a door and wait to be put somewhere */
  readonly uploads: Map<string, Upload>
  /** bytes on their way here, by the hex of their address; and what was asked for them, by the number of the question */
  readonly fetches: Map<string, Fetch>
  readonly asks: Map<number, Ask>
  askCount: number
  /** when what is read by a link was last asked for */
  readonly readAt: Map<number, number>
  online: boolean
  /** when the person at this device last did something; unknown since the start when absent */
  activeAt: number | undefined
  /** Story → when others were last told that this person types there */
  readonly typed: Map<number, number>
  /** Story → when this player's read mark is told there */
  readonly marksDue: Map<number, number>
  readonly quick: Quick
  /** when this run began, and when somebody of a player's was last connected in it */
  startedAt: number
  readonly seenAt: Map<PlayerId, number>
  /** when it is time to look again for whom, though nothing happened */
  seekAt: number
  wakeAt: number
  /** what was changed and not yet shown */
  readonly changes: Changes
  /** when more is next taken into the index of words; undefined when there is nothing to take */
  indexAt: number | undefined
  /** when heat is next shown again */
  warmAt: number
  /** for whom this device keeps, and on which terms; read when first asked for */
  keeping: Terms | undefined
  /** when it next looks for what it has kept long enough */
  sweepAt: number
}

/** A question, or what surfaces did, that waits for a document to be open. */
export type Deferred =
  | { readonly client: number; readonly call: number; readonly command: string; readonly args: unknown }
  | { readonly document: string; readonly changes: readonly Uint8Array[] }

export type Me = {
  readonly player: PlayerId
  /** what signs device lists lies apart (`player-key`) */
  readonly playerKeys: { publicKey: Bytes }
  readonly device: DeviceId
  readonly deviceKeys: { publicKey: Bytes; secretKey: Bytes }
  readonly deviceKem: { publicKey: Bytes; secretKey: Bytes }
  /** `undefined` while it is sealed under a passphrase of its own */
  recoveryKem: { publicKey: Bytes; secretKey: Bytes } | undefined
  list: DeviceList
  name: string
  /** this vault file's writing session: starts anew when a rollback or fork of own logs is found */
  incarnation: number
  vault: number
  vaultId: ArtifactId
  inbox: number
  attentionCore: Bytes | undefined
}

type Projections = {
  /** takes one accepted entry into whatever shows it */
  take(turn: Turn, entry: Entry): void
  /** forgets what was made of an artifact's entries, before they are judged anew */
  clear(turn: Turn, row: ArtifactRow): void
}

/** What those who watch are to be told, gathered over one or more steps. */
type Changes = {
  /** artifacts whose views changed */
  readonly touched: Set<number>
  /** entries that changed, by artifact */
  readonly entries: Map<number, Set<string>>
  /** logs someone was heard to hold more of */
  readonly held: Map<number, { log: LogRow; from: number; to: number }>
  /** peers whose view changed */
  readonly peers: Set<PlayerId>
  /** Stories in which others began or ended typing */
  readonly typing: Set<number>
  /** Documents whose text changed */
  readonly texts: Set<number>
  /** artifacts whose entries are to be counted again: who is in them changed, or how far someone read */
  readonly recounted: Set<number>
  /** Leaves whose views changed */
  readonly leaves: Set<ArtifactId>
  /** the Inbox changed */
  letters: boolean
  settings: boolean
  /** who one is, or one's devices */
  identity: boolean
}

/** One call of `step`: the state, the time, the chance, and what to do in the end. */
export type Turn = {
  /** who asked, where this step is a command's */
  readonly asked: { readonly client: number; readonly call: number } | undefined
  readonly state: State
  readonly tables: Tables
  readonly now: number
  readonly chance: (length: number) => Bytes
  readonly effects: Effect[]
  readonly changes: Changes
  /** artifact → log → its length before this step: to be pushed to those who share it */
  readonly grown: Map<number, Map<number, number>>
  /** what else has to be done once at the end */
  readonly due: Due
  /** what judged entries become; given by `step`, for judging must not know what is made of it */
  readonly projections: Projections
}

type Due = {
  seek: boolean
  follow: boolean
  presence: boolean
  keep: boolean
  /** something that named bytes kept here is gone */
  sweep: boolean
  /** peers came to be confirmed, or their lists to be known: do their DMs exist here? */
  dms: boolean
  /** artifacts in which somebody was admitted whom this seat has to confirm */
  readonly confirm: Set<number>
  /** players of whom a newer device list came */
  readonly lists: Set<PlayerId>
  /** what another device of the steward's wants this one, the seat, to do */
  readonly proposals: { artifact: number; hash: Bytes; what: string; args: unknown; at: number }[]
  /** artifacts that own devices are to be told of, or of new keys of them */
  readonly holds: Set<number>
  /** artifacts in which this device has come to be a writer */
  readonly seated: Set<number>
  /** artifacts that another own device told of */
  readonly heirlooms: Set<number>
  /** Tokens given to this device, as their signed beginnings */
  readonly mints: Set<Bytes>
  /** exchanges in which somebody gave their word */
  readonly exchanges: Set<number>
}

export function nothingDue(): Due {
  return {
    seek: false,
    follow: false,
    presence: false,
    keep: false,
    sweep: false,
    dms: false,
    confirm: new Set(),
    lists: new Set(),
    proposals: [],
    holds: new Set(),
    seated: new Set(),
    heirlooms: new Set(),
    exchanges: new Set(),
    mints: new Set(),
  }
}

/** `sealed`: is the vault's key protected by more than the file system? */
export function newState(tables: Tables, sealed: boolean): State {
  return {
    tables,
    sealed,
    me: undefined,
    sessions: new Map(),
    authorities: new Map(),
    documents: new Map(),
    opening: new Set(),
    settling: new Map(),
    pasts: new Map(),
    deferred: new Map(),
    surfaces: new Map(),
    typing: undefined,
    integrity: new Map(),
    bytes: { sent: 0, received: 0 },
    changes: {
      touched: new Set(),
      entries: new Map(),
      held: new Map(),
      peers: new Set(),
      typing: new Set(),
      texts: new Set(),
      recounted: new Set(),
      leaves: new Set(),
      letters: false,
      settings: false,
      identity: false,
    },
    jobs: new Map(),
    jobCount: 0,
    uploads: new Map(),
    fetches: new Map(),
    asks: new Map(),
    askCount: 0,
    readAt: new Map(),
    online: false,
    activeAt: undefined,
    typed: new Map(),
    quick: newQuick(),
    startedAt: 0,
    seenAt: new Map(),
    seekAt: 0,
    marksDue: new Map(),
    wakeAt: 0,
    indexAt: 0,
    warmAt: 0,
    keeping: undefined,
    sweepAt: 0,
  }
}

export function noteGrowth(turn: Turn, log: { artifact: number; key: number; length: number }): void {
  const logs = turn.grown.get(log.artifact) ?? new Map<number, number>()
  turn.grown.set(log.artifact, logs)
  if (!logs.has(log.key)) logs.set(log.key, log.length)
}

/** The identity, which exists from `started` on. */
export function self(turn: Turn): Me {
  const me = turn.state.me
  if (!me) throw new Error('no identity before started')
  return me
}
