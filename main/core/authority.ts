import type { DeviceId, PlayerId } from '../../shared/ids.ts'
import type { AccessMode } from '../../shared/views.ts'
import { type Bytes, concat, hex, utf8 } from '../crypto/bytes.ts'
import { decode, encode } from '../crypto/canonical.ts'
import { sign, verify } from '../crypto/signature.ts'
import { type DeviceList, hasDevice, isBytes, parseDeviceList } from './device-list.ts'

/**
 * The answer to "who may do what, up to where" after the first `length` entries of an authority log. Everyone who
 * holds the same prefix folds it to the same answer (AUTH-2).
 */
export type Authority = {
  length: number
  readonly steward: PlayerId
  /** the one device that writes this log (AUTH-1) */
  readonly seat: DeviceId
  readonly type: string
  readonly createdAt: number
  epoch: number
  /** its seat signed two continuations: nothing after what they have in common counts */
  isForked: boolean
  readonly members: Map<PlayerId, Member>
}

type Member = {
  readonly player: PlayerId
  name: string
  role: 'steward' | 'member'
  mode: AccessMode
  expiresAt: number | undefined
  grantedAt: number
  readonly devices: Map<DeviceId, DeviceList>
  readonly spans: Span[]
}

/** A stretch of membership: from one authority position until another. */
type Span = {
  readonly from: number
  until: number | undefined
  /** `device:incarnation` → envelopes of that log that count; a log not named counts for nothing */
  cut: Map<string, number> | undefined
}

export type Genesis = {
  readonly type: string
  readonly list: DeviceList
  readonly seat: DeviceId
  readonly createdAt: number
  readonly name: string
  readonly bytes: Bytes
}

const genesisContext = utf8('indra genesis v1')
const mostTypeLetters = 64

/** Canonical genesis signed by the seat: the Tree's id is the BLAKE3 of exactly these bytes (NAME-1). */
export function signGenesis(
  type: string,
  list: DeviceList,
  seat: { publicKey: Bytes; secretKey: Bytes },
  createdAt: number,
  name: string,
  random: Bytes,
): Bytes {
  const body = encode([1, type, list.bytes, seat.publicKey, createdAt, name, random])
  return encode([body, sign(concat(genesisContext, body), seat.secretKey)])
}

export function parseGenesis(bytes: Bytes): Genesis | undefined {
  const outer = decode(bytes)
  if (!Array.isArray(outer) || outer.length !== 2 || !isBytes(outer[0]) || !isBytes(outer[1])) return undefined
  const inner = decode(outer[0])
  if (!Array.isArray(inner) || inner.length !== 7) return undefined
  const [version, type, listBytes, seat, createdAt, name, random] = inner as unknown[]
  if (version !== 1 || typeof type !== 'string' || typeof name !== 'string' || typeof createdAt !== 'number')
    return undefined
  if (type.length > mostTypeLetters || !isBytes(listBytes) || !isBytes(seat, 32) || !isBytes(random, 32))
    return undefined
  if (!verify(outer[1], concat(genesisContext, outer[0]), seat)) return undefined
  const list = parseDeviceList(listBytes)
  const device = hex(seat) as DeviceId
  if (!list || !hasDevice(list, device)) return undefined
  return { type, list, seat: device, createdAt, name, bytes }
}

/** What follows the genesis. `at` is display; order is position. */
export type AuthorityOp =
  | {
      readonly op: 'grant'
      readonly mode: AccessMode
      readonly expiresAt: number | null
      readonly name: string
      readonly list: Bytes
      readonly at: number
    }
  | {
      readonly op: 'revoke'
      readonly player: Bytes
      /** [device, incarnation, envelopes that count] as known to the seat (AUTH-3) */
      readonly cut: readonly (readonly [Bytes, number, number])[]
      /** the key of the epoch before, for those who come later */
      readonly old: Bytes
      readonly at: number
    }

export function found(genesis: Genesis): Authority {
  const steward: Member = {
    player: genesis.list.player,
    name: genesis.name,
    role: 'steward',
    mode: 'permanent',
    expiresAt: undefined,
    grantedAt: genesis.createdAt,
    devices: new Map(genesis.list.devices.map((each) => [each.device, genesis.list])),
    spans: [{ from: 0, until: undefined, cut: undefined }],
  }
  return {
    length: 1,
    steward: genesis.list.player,
    seat: genesis.seat,
    type: genesis.type,
    createdAt: genesis.createdAt,
    epoch: 1,
    isForked: false,
    members: new Map([[steward.player, steward]]),
  }
}

/** Applies the entry at position `authority.length`. What has no effect still takes its position. */
export function advance(authority: Authority, op: AuthorityOp | undefined, epoch: number): void {
  const position = authority.length
  authority.length += 1
  if (!op) return
  if (op.op === 'grant') grant(authority, op, position)
  else if (epoch === authority.epoch + 1) revoke(authority, op, position)
}

function grant(authority: Authority, op: Extract<AuthorityOp, { op: 'grant' }>, position: number): void {
  const list = parseDeviceList(op.list)
  if (!list || list.player === authority.steward) return
  const known = authority.members.get(list.player)
  if (known?.spans.some((span) => span.until === undefined)) return
  const member: Member = known ?? {
    player: list.player,
    name: op.name,
    role: 'member',
    mode: op.mode,
    expiresAt: undefined,
    grantedAt: op.at,
    devices: new Map(),
    spans: [],
  }
  member.name = op.name
  member.mode = op.mode
  member.expiresAt = op.expiresAt ?? undefined
  member.grantedAt = op.at
  for (const each of list.devices) member.devices.set(each.device, list)
  member.spans.push({ from: position, until: undefined, cut: undefined })
  authority.members.set(list.player, member)
}

function revoke(authority: Authority, op: Extract<AuthorityOp, { op: 'revoke' }>, position: number): void {
  authority.epoch += 1
  const span = authority.members.get(hex(op.player) as PlayerId)?.spans.at(-1)
  if (!span || span.until !== undefined) return
  span.until = position
  span.cut = new Map(op.cut.map(([device, incarnation, length]) => [`${hex(device)}:${incarnation}`, length]))
}

/** May an entry at `seq` of this log, written under authority `position`, count at all? */
export function isMember(
  authority: Authority,
  player: PlayerId,
  log: { device: DeviceId; incarnation: number },
  seq: number,
  position: number,
): boolean {
  const member = authority.members.get(player)
  if (!member?.devices.has(log.device)) return false
  return member.spans.some((span) => {
    if (position < span.from) return false
    if (span.until === undefined) return true
    const length = span.cut?.get(`${log.device}:${log.incarnation}`) ?? 0
    return position < span.until && seq < length
  })
}

/** How many envelopes of this log can count at most; `undefined` while its author is a member. */
export function acceptedLength(
  authority: Authority,
  log: { device: DeviceId; incarnation: number },
): number | undefined {
  const owner = ownerIn(authority, log.device)
  const spans = (owner && authority.members.get(owner)?.spans) ?? []
  if (spans.some((span) => span.until === undefined)) return undefined
  return Math.max(0, ...spans.map((span) => span.cut?.get(`${log.device}:${log.incarnation}`) ?? 0))
}

/** Members now, steward first. */
export function membersNow(authority: Authority): Member[] {
  return [...authority.members.values()].filter((member) => member.spans.at(-1)?.until === undefined)
}

/** Whose device is this, of all that are or were members? */
export function ownerIn(authority: Authority, device: DeviceId): PlayerId | undefined {
  for (const member of authority.members.values()) if (member.devices.has(device)) return member.player
  return undefined
}

/** Reads the body of an authority entry; `undefined` takes its position without effect. */
export function parseAuthorityOp(value: unknown): AuthorityOp | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { op, mode, expiresAt, name, list, at, player, cut, old } = value as Record<string, unknown>
  if (typeof at !== 'number') return undefined
  if (op === 'grant') {
    if (mode !== 'revocable' && mode !== 'permanent' && mode !== 'timed') return undefined
    if (typeof name !== 'string' || !isBytes(list)) return undefined
    if (expiresAt !== null && typeof expiresAt !== 'number') return undefined
    return { op, mode, expiresAt, name, list, at }
  }
  if (op === 'revoke' && isBytes(player, 32) && isBytes(old, 32) && Array.isArray(cut)) {
    const parsed = cut.map(parseCut)
    if (parsed.some((each) => !each)) return undefined
    return { op, player, cut: parsed as [Bytes, number, number][], old, at }
  }
  return undefined
}

function parseCut(value: unknown): readonly [Bytes, number, number] | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined
  const [device, incarnation, length] = value as unknown[]
  if (!isBytes(device, 32) || typeof incarnation !== 'number' || typeof length !== 'number') return undefined
  return [device, incarnation, length]
}
