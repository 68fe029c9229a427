import type { ArtifactId, DeviceId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, equal, hex } from '../../crypto/bytes.ts'
import { verify } from '../../crypto/signature.ts'
import { isUnlock, type LockedBy, lockIn } from '../exchanges/exchange-fold.ts'
import { type DeviceList, hasDevice, parseDeviceList, supersedes } from '../identity/device-list.ts'
import { type Authority, type Cut, logIn, type Member } from './authority.ts'
import type { AuthorityOp, CutItem } from './authority-op.ts'
import { delegate, endDelegations } from './delegation.ts'
import type { Genesis } from './genesis.ts'
import type { Placed } from './seat-taking.ts'
import { firstSeat, giveSeat, takeSeat } from './seats.ts'
import { acceptanceBytes } from './transfer-proof.ts'

/** One entry of the seat's log, opened. */
export type AuthorityEntry = {
  readonly epoch: number
  readonly hash: Bytes
  /** the handover its author has the seat by, as it says */
  readonly cites: unknown
  readonly op: AuthorityOp | undefined
}

type Op<Name extends AuthorityOp['op']> = Extract<AuthorityOp, { op: Name }>

/** `hash` is that of the entry the genesis stands in. */
export function found(genesis: Genesis, hash: Bytes): Authority {
  const { player } = genesis.list
  const steward: Member = {
    player,
    name: genesis.name,
    role: 'steward',
    mode: 'permanent',
    expiresAt: undefined,
    grantedAt: genesis.createdAt,
    grantedBy: player,
    list: genesis.list,
    devices: new Map(genesis.list.devices.map((each) => [each.device, genesis.list])),
    retired: new Map(),
    spans: [{ from: 0, expiresAt: undefined, until: undefined, cut: undefined }],
  }
  return {
    length: 1,
    steward: player,
    seat: genesis.seat,
    type: genesis.type,
    createdAt: genesis.createdAt,
    mint: genesis.mint,
    leaf: genesis.leaf && hex(genesis.leaf),
    epoch: 1,
    term: 1,
    head: hash,
    trail: [trailOf(hash)],
    isForked: false,
    basis: '',
    members: new Map([[player, steward]]),
    seats: [firstSeat(genesis.seat)],
    stewards: [{ player, from: 0, at: genesis.createdAt, via: 'genesis', until: undefined, cut: undefined }],
    offer: undefined,
    delegations: [],
    dismissals: new Map(),
    isStale: false,
    recall: undefined,
    lock: undefined,
    takes: [],
    epochs: [],
    published: undefined,
  }
}

/** Applies the entry at position `authority.length`. What has no effect still takes its position. */
export function advance(authority: Authority, id: ArtifactId, entry: AuthorityEntry): void {
  const { length: position, head } = authority
  step(authority, entry.hash)
  if (!isOfSeat(authority, entry) || authority.recall || !entry.op) return
  const { op, epoch } = entry
  if (authority.lock) {
    if (isUnlock(authority, op)) authority.lock = undefined
    return
  }
  const isTurn = epoch === authority.epoch + 1
  if (op.op === 'grant') grant(authority, op, position)
  else if (op.op === 'revoke' && isTurn) leave(authority, op, position)
  else if (op.op === 'expired' && isTurn) leave(authority, op, position)
  else if (op.op === 'recall' && isTurn) recall(authority, op, position)
  else if (op.op === 'transfer') offer(authority, op, position, entry.hash)
  else if (op.op === 'delegate') delegate(authority, op, position)
  else if (op.op === 'withdraw') authority.offer = undefined
  else if (op.op === 'publish') authority.published = { link: op.link, at: op.at }
  else if (op.op === 'unpublish' && isTurn) unpublish(authority)
  else if (op.op === 'devices') renewList(authority, op, position, isTurn)
  else if (op.op === 'handover') handOver(authority, id, op, position, entry.hash)
  else if (op.op === 'lock') lock(authority, lockIn(authority, id, op, position, head))
  if (authority.epoch === epoch && isTurn) authority.epochs.push({ from: position, epoch })
}

/** A promise to one takes the place of an offer to another. */
function lock(authority: Authority, locked: LockedBy | undefined): void {
  authority.lock = locked
  if (locked) authority.offer = undefined
}

/** AUTH-1: from this entry on it is this device of the steward's that writes. */
export function sitDown(authority: Authority, taker: Placed): void {
  if (taker.op?.op !== 'sit') return
  takeSeat(authority, taker.device, taker.seq, taker.hash)
  authority.term = taker.op.term
  const list = parseDeviceList(taker.op.list)
  // what else that list says, and what it leaves out, the new seat's next word says with a cut and an epoch
  if (list) authority.members.get(authority.steward)?.devices.set(taker.device, list)
  step(authority, taker.hash)
}

/** One position further. */
export function step(authority: Authority, hash: Bytes): void {
  authority.length += 1
  authority.head = hash
  authority.trail.push(trailOf(hash))
}

function trailOf(hash: Bytes): string {
  return hex(hash.subarray(0, 16))
}

/** What a device wrote before it was given the seat it could not have known the handover of. */
function isOfSeat(authority: Authority, { cites }: AuthorityEntry): boolean {
  const seat = authority.seats.at(-1)
  if (!seat?.handover) return true
  const isOf = cites instanceof Uint8Array && equal(cites, seat.handover)
  seat.isTaken ||= isOf
  return isOf
}

function grant(authority: Authority, op: Op<'grant'>, position: number): void {
  const list = parseDeviceList(op.list)
  if (!list || list.player === authority.steward) return
  if (authority.members.get(list.player)?.spans.some((span) => span.until === undefined)) return
  const member = memberFor(authority, list, op.name, op.at)
  member.name = op.name
  member.mode = op.mode
  member.expiresAt = op.mode === 'timed' ? (op.expiresAt ?? 0) : undefined
  member.grantedAt = op.at
  member.grantedBy = authority.steward
  const from = member.spans.length === 0 ? Math.min(op.since ?? position, position) : position
  member.spans.push({ from, expiresAt: member.expiresAt, until: undefined, cut: undefined })
}

function memberFor(authority: Authority, list: DeviceList, name: string, at: number): Member {
  const member: Member = authority.members.get(list.player) ?? {
    player: list.player,
    name,
    role: 'member',
    mode: 'revocable',
    expiresAt: undefined,
    grantedAt: at,
    grantedBy: authority.steward,
    list,
    devices: new Map(),
    retired: new Map(),
    spans: [],
  }
  if (supersedes(list, member.list)) member.list = list
  for (const each of list.devices) if (!member.devices.has(each.device)) member.devices.set(each.device, list)
  authority.members.set(list.player, member)
  return member
}

function leave(authority: Authority, op: Op<'revoke' | 'expired'>, position: number): void {
  authority.epoch += 1
  const player = hex(op.player) as PlayerId
  if (authority.offer?.to === player) authority.offer = undefined
  endDelegations(authority, player, op.cut, position)
  const member = authority.members.get(player)
  if (!member) authority.dismissals.set(player, { position, cut: cutIn(op.cut) })
  const span = member?.spans.at(-1)
  if (!member || !span || span.until !== undefined || player === authority.steward) return
  if (authority.type === 'leaf' && member.mode === 'permanent') return
  span.until = position
  span.cut = cutIn(op.cut)
}

/** ACC-14: permanent grants stay, to read with; everyone else is out, and nothing more is said in it by anyone. */
function recall(authority: Authority, op: Op<'recall'>, position: number): void {
  authority.epoch += 1
  authority.offer = undefined
  authority.published = undefined
  authority.recall = { position, at: op.at, cut: cutIn(op.cut) }
  for (const member of authority.members.values()) {
    const span = member.spans.at(-1)
    if (member.role === 'steward' || member.mode === 'permanent' || !span || span.until !== undefined) continue
    span.until = position
    span.cut = authority.recall.cut
  }
}

function unpublish(authority: Authority): void {
  authority.epoch += 1
  authority.published = undefined
}

function offer(authority: Authority, op: Op<'transfer'>, position: number, hash: Bytes): void {
  const list = parseDeviceList(op.list)
  if (!list || list.player === authority.steward || authority.offer) return
  authority.offer = { to: list.player, name: op.name, list, position, hash, at: op.at }
}

/** AUTH-4, ACC-9: only with the acceptance of a device of the one it was offered to, citing that very offer. */
function handOver(authority: Authority, id: ArtifactId, op: Op<'handover'>, position: number, hash: Bytes): void {
  const { offer: accepted } = authority
  const device = hex(op.device) as DeviceId
  if (!accepted?.list.devices.some((each) => each.device === device)) return
  if (!verify(op.acceptance, acceptanceBytes(id, accepted.hash), op.device)) return
  const member = memberFor(authority, accepted.list, accepted.name, op.at)
  succeed(authority, member, { position, at: op.at, cut: op.cut, via: 'transfer' })
  giveSeat(authority, device, hash)
}

/** KEY-1: a player's newer list. Who is no longer on it says nothing more; who went once does not come back. */
function renewList(authority: Authority, op: Op<'devices'>, position: number, isTurn: boolean): void {
  if (isTurn) authority.epoch += 1
  const list = parseDeviceList(op.list)
  const member = list && authority.members.get(list.player)
  if (!list || !member || !supersedes(list, member.list)) return
  for (const device of member.devices.keys()) {
    if (!hasDevice(list, device) && !member.retired.has(device)) {
      member.retired.set(device, { until: position, cut: cutIn(op.cut) })
    }
  }
  member.list = list
  for (const each of list.devices) if (!member.devices.has(each.device)) member.devices.set(each.device, list)
}

type Succession = {
  readonly position: number
  readonly at: number
  /** what counts of the old steward's word on the spine */
  readonly cut: readonly CutItem[]
  readonly via: 'transfer' | 'exchange'
}

/** ACC-9: the new steward can do all a steward can, the old one keeps a grant that can be taken back. */
export function succeed(authority: Authority, member: Member, { position, at, cut, via }: Succession): void {
  const before = authority.members.get(authority.steward)
  const stewardship = authority.stewards.at(-1)
  if (!before || !stewardship) return
  Object.assign(before, { role: 'member', mode: 'revocable', grantedAt: at, grantedBy: member.player })
  Object.assign(stewardship, { until: position, cut: cutIn(cut) })
  Object.assign(member, { role: 'steward', mode: 'permanent', expiresAt: undefined, grantedAt: at })
  if (member.spans.at(-1)?.until !== undefined || member.spans.length === 0 || member.spans.at(-1)?.expiresAt) {
    member.spans.push({ from: position, expiresAt: undefined, until: undefined, cut: undefined })
  }
  authority.stewards.push({ player: member.player, from: position, at, via, until: undefined, cut: undefined })
  authority.steward = member.player
  authority.offer = undefined
}

function cutIn(items: readonly CutItem[]): Cut {
  return new Map(
    items.map(([device, incarnation, length]) => [logIn({ device: hex(device) as DeviceId, incarnation }), length]),
  )
}
