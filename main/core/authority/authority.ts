import type { DeviceId, PlayerId } from '../../../shared/ids.ts'
import type { AccessMode } from '../../../shared/views.ts'
import type { Bytes } from '../../crypto/bytes.ts'
import type { LockedBy } from '../exchanges/exchange-fold.ts'
import type { Lock, SideIndex, Terms } from '../exchanges/exchange-terms.ts'
import type { DeviceList } from '../identity/device-list.ts'
import type { Mint } from '../tokens/mint.ts'
import type { Delegation } from './delegation.ts'
import type { Seat } from './seats.ts'

/**
 * The answer to "who may do what, up to where" after the first `length` entries of an artifact's authority. Everyone who
 * holds the same prefix folds it to the same answer (AUTH-2). `authority-fold` makes it, here it is asked.
 */
export type Authority = {
  /** entries folded, over all seats: the next one stands at this position */
  length: number
  steward: PlayerId
  /** the one device that writes now (AUTH-1) */
  seat: DeviceId
  readonly type: string
  readonly createdAt: number
  /** of a Token: the attention it was made of */
  readonly mint: Mint | undefined
  /** of a record: hex of the content it is about */
  readonly leaf: string | undefined
  epoch: number
  /** goes up by one with each device of the steward's that takes the seat */
  term: number
  /** hash of the last entry folded */
  head: Bytes
  /** of each entry folded, the beginning of its hash */
  readonly trail: string[]
  /** its seat signed two continuations: nothing after what they have in common counts */
  isForked: boolean
  readonly members: Map<PlayerId, Member>
  /** whose logs make up the authority, one after the other */
  readonly seats: Seat[]
  /** all who had it, the present one last */
  readonly stewards: Stewardship[]
  /** offered to somebody who has not accepted yet (AUTH-4) */
  offer: Offer | undefined
  /** how much was held of which of its logs when it was folded */
  basis: string
  /** who may let others in, and who might (AUTH-5) */
  readonly delegations: Delegation[]
  /** people the seat removed without ever having let them in: they had been admitted */
  readonly dismissals: Map<PlayerId, { readonly position: number; readonly cut: Cut }>
  /** somebody who counted as admitted no longer does: everything is to be judged anew */
  isStale: boolean
  /** promised in an exchange: frozen until the other's answer (EX-1) */
  lock: LockedBy | undefined
  /** the exchanges it went through, each with the lock that its taker gave for it */
  readonly takes: { readonly terms: Terms; readonly side: SideIndex; readonly lock: Lock }[]
  /** from which position on which epoch holds; the first is 1 */
  readonly epochs: { readonly from: number; readonly epoch: number }[]
  /** readable by whoever has this link's key, since when (AUTH-9) */
  published: { readonly link: Bytes; readonly at: number } | undefined
  /** taken back for good: nothing after it counts, by anyone */
  recall: Recall | undefined
}

export type Member = {
  readonly player: PlayerId
  name: string
  role: 'steward' | 'member'
  mode: AccessMode
  expiresAt: number | undefined
  grantedAt: number
  grantedBy: PlayerId
  /** the newest list the seat has taken up; `devices` are all that ever were on one */
  list: DeviceList
  /** authority position of the admission that made them a member until the seat has spoken (AUTH-5) */
  readonly admitted?: number
  readonly devices: Map<DeviceId, DeviceList>
  readonly spans: Span[]
  /** devices that were taken off the list: from that position on, and beyond the cut, they say nothing */
  readonly retired: Map<DeviceId, Retirement>
}

type Retirement = { readonly until: number; readonly cut: Cut }

/** `device:incarnation` → envelopes of that log that count; a log not named counts for nothing. */
export type Cut = ReadonlyMap<string, number>

/** A stretch of membership: from one authority position until another. */
type Span = {
  readonly from: number
  /** of a `timed` grant: what claims to be written then or later does not count (AUTH-7) */
  readonly expiresAt: number | undefined
  until: number | undefined
  cut: Cut | undefined
}

/** From one authority position until another, this player's word on the spine is the steward's. */
type Stewardship = {
  readonly player: PlayerId
  readonly from: number
  readonly at: number
  readonly via: 'genesis' | 'transfer' | 'exchange'
  until: number | undefined
  cut: Cut | undefined
}

type Offer = {
  readonly to: PlayerId
  readonly name: string
  readonly list: DeviceList
  readonly position: number
  /** of the envelope that made it: what an acceptance has to cite */
  readonly hash: Bytes
  readonly at: number
}

type Recall = { readonly position: number; readonly at: number; readonly cut: Cut }

type Log = { readonly device: DeviceId; readonly incarnation: number }

/** Where an entry stands: its place in its log, and the authority position and time it names. */
export type Spot = { readonly seq: number; readonly position: number; readonly at: number }

export function logIn({ device, incarnation }: Log): string {
  return `${device}:${incarnation}`
}

/** May this entry count at all? */
export function isMember(authority: Authority, player: PlayerId, log: Log, spot: Spot): boolean {
  const member = authority.members.get(player)
  if (!member?.devices.has(log.device) || isBeyond(authority.recall, log, spot)) return false
  if (isBeyond(member.retired.get(log.device), log, spot)) return false
  return member.spans.some((span) => {
    if (spot.position < span.from) return false
    if (span.expiresAt !== undefined && !(spot.at < span.expiresAt)) return false
    return !isBeyond(span, log, spot)
  })
}

/** Was this player the steward where this entry stands? */
export function isSteward(authority: Authority, player: PlayerId, log: Log, spot: Spot): boolean {
  if (isBeyond(authority.members.get(player)?.retired.get(log.device), log, spot)) return false
  return authority.stewards.some(
    (each) => each.player === player && spot.position >= each.from && !isBeyond(each, log, spot),
  )
}

type End = { readonly until?: number | undefined; readonly position?: number; readonly cut?: Cut | undefined }

function isBeyond(end: End | undefined, log: Log, { seq, position }: Spot): boolean {
  const until = end?.until ?? end?.position
  if (until === undefined) return false
  return position >= until || seq >= (end?.cut?.get(logIn(log)) ?? 0)
}

/** How many envelopes of this log can count at most; `undefined` while its author may still write. */
export function acceptedLength(authority: Authority, log: Log): number | undefined {
  const owner = ownerIn(authority, log.device)
  const member = owner && authority.members.get(owner)
  const spans = member?.spans ?? []
  const retired = member?.retired.get(log.device)
  if (retired) return retired.cut.get(logIn(log)) ?? 0
  const isOpen = spans.some((span) => span.until === undefined)
  const ended = Math.max(0, ...spans.map((span) => span.cut?.get(logIn(log)) ?? 0))
  const recalled = authority.recall && (authority.recall.cut.get(logIn(log)) ?? 0)
  if (isOpen) return recalled
  return Math.min(ended, recalled ?? ended)
}

/** Members now, steward first. */
export function membersNow(authority: Authority): Member[] {
  return [...authority.members.values()]
    .filter((member) => member.spans.at(-1)?.until === undefined)
    .sort((a, b) => Number(b.role === 'steward') - Number(a.role === 'steward'))
}

/** Whose device is this, of all that are or were members? */
export function ownerIn(authority: Authority, device: DeviceId): PlayerId | undefined {
  for (const member of authority.members.values()) if (member.devices.has(device)) return member.player
  return undefined
}

/** The epoch at a position: nobody who stood there knew the key of a later one. */
export function epochAt({ epochs }: Authority, position: number): number {
  return epochs.findLast((each) => each.from <= position)?.epoch ?? 1
}
