import type { Args } from '../../shared/contract.ts'
import { ok, type Result, refuse } from '../../shared/fault.ts'
import type { PlayerId } from '../../shared/ids.ts'
import type { AccessMode } from '../../shared/views.ts'
import { fromHex } from '../crypto/bytes.ts'
import { encode } from '../crypto/canonical.ts'
import { sign } from '../crypto/signature.ts'
import { type Grant, isGranted } from './access.ts'
import { type Authority, membersNow } from './authority.ts'
import { type DeviceList, parseDeviceList } from './device-list.ts'
import { sendFrame } from './frame.ts'
import { authorityOf } from './governance.ts'
import { judge } from './judgement.ts'
import { append } from './log.ts'
import { forget, remember } from './private-notes.ts'
import { removedBytes } from './removal.ts'
import type { ArtifactRow, MemberRow } from './rows.ts'
import { type Session, sessionsOf } from './session.ts'
import { self, type Turn } from './state.ts'

/** A vault set back from a copy may have signed another continuation of its own log: nobody follows either. */
export const forked = 'This device has signed two histories of it, so that nobody follows it further.'

/** Lets a player in: a grant in the authority log, with this epoch's key wrapped to each of their devices. */
export function admit(
  turn: Turn,
  row: ArtifactRow,
  list: DeviceList,
  name: string,
  mode: AccessMode,
  expiresAt: number | undefined,
): void {
  const authority = ownAuthority(turn, row)
  if (authority.isForked) return
  const key = turn.tables.keys.get(row.key, 'seat', authority.epoch)
  if (!key) throw new Error('a seat without its key')
  const op = { op: 'grant', mode, expiresAt: expiresAt ?? null, name, list: list.bytes, at: turn.now }
  append(turn, row, 'authority', [authority.length, 0, op], {
    epoch: authority.epoch,
    key,
    audience: { lists: [list], own: false },
  })
  judge(turn, row)
  forget(turn, row.id, `removed:${list.player}`)
  for (const session of sessionsOf(turn, list.player)) sendWelcome(turn, session, row)
  turn.changes.touched.add(row.key)
  turn.due.seek = true
}

/**
 * AUTH-3: the removed devices' logs count up to what is held here and not beyond; a new epoch begins, its key wrapped
 * to everyone who stays and the old key sealed under it for those who come later.
 */
export function revoke(turn: Turn, args: Args<'artifact.revoke'>): Result<Record<string, never>> {
  const me = self(turn)
  const row = turn.tables.artifacts.byId(args.id)
  if (!row) return refuse('ArtifactNotFound')
  if (row.type === 'dm') return refuse('NotPermitted', 'A DM belongs to its two people.')
  if (row.steward !== me.player) return refuse('NotSteward')
  if (row.status !== 'active') return refuse('NotActive')
  const authority = ownAuthority(turn, row)
  if (authority.isForked) return refuse('NotPermitted', forked)
  const staying = membersNow(authority).filter((member) => member.player !== args.grantee)
  const isMember = staying.length < membersNow(authority).length
  if (!isMember || args.grantee === me.player) return refuse('NotPermitted', 'This person has no access to take back.')
  const old = turn.tables.keys.get(row.key, 'seat', authority.epoch)
  if (!old) throw new Error('a seat without its key')
  const op = {
    op: 'revoke',
    player: fromHex(args.grantee),
    cut: cutOf(turn, row, authority, args.grantee),
    old,
    at: turn.now,
  }
  const lists = staying
    .filter((member) => member.player !== me.player)
    .flatMap((member) => [...new Set(member.devices.values())])
  const keys = { epoch: authority.epoch + 1, key: turn.chance(32), audience: { lists, own: true } }
  append(turn, row, 'authority', [authority.length, 0, op], keys)
  judge(turn, row)
  const position = authority.length - 1
  remember(turn, row.id, `removed:${args.grantee}`, encode([position]))
  forgetHoldings(turn, row, args.grantee)
  for (const session of sessionsOf(turn, args.grantee)) sendRemoved(turn, session, row, position)
  turn.changes.touched.add(row.key)
  turn.due.seek = true
  return ok({})
}

export function grant(turn: Turn, args: Args<'artifact.grant'>): Result<Record<string, never>> {
  const me = self(turn)
  const row = turn.tables.artifacts.byId(args.id)
  if (!row) return refuse('ArtifactNotFound')
  if (row.type === 'dm' || row.key === me.vault || row.key === me.inbox) {
    return refuse('NotPermitted', 'This cannot be shared further.')
  }
  if (row.steward !== me.player) return refuse('NotSteward')
  if (row.status !== 'active') return refuse('NotActive')
  if (args.mode !== 'revocable' && args.mode !== 'permanent') {
    return refuse('NotPermitted', `Access of the kind “${args.mode}” is not given this way.`)
  }
  if (isGranted(args.grantee, grantsOf(turn.tables.members.of(row.key)), turn.now)) return refuse('AlreadyGranted')
  const bytes = turn.tables.peers.get(args.grantee)?.status === 'confirmed' && turn.tables.devices.listOf(args.grantee)
  const list = bytes && parseDeviceList(bytes)
  if (!list) return refuse('NotPeered')
  if (ownAuthority(turn, row).isForked) return refuse('NotPermitted', forked)
  admit(turn, row, list, turn.tables.peers.get(args.grantee)?.name ?? '', args.mode, args.expiresAt)
  return ok({})
}

/** Members as the grants that made them so; the steward is one by right. */
export function grantsOf(members: readonly MemberRow[]): Grant[] {
  return members
    .filter((member) => member.role === 'member')
    .map(({ player, mode, expiresAt, grantedAt, grantedBy }) => ({
      grantee: player,
      mode,
      expiresAt,
      grantedAt,
      grantedBy,
    }))
}

/** The whole authority log: in it the newcomer finds the key wrapped to its device. */
export function sendWelcome(turn: Turn, session: Session, row: ArtifactRow): void {
  const log = turn.tables.logs.of(row.key).find((each) => each.kind === 'authority')
  if (!log) return
  const envelopes = turn.tables.envelopes.from(log.key, 0, log.length).map((each) => each.bytes)
  sendFrame(turn, session.connection, 'welcome', fromHex(row.id.slice(4)), envelopes)
}

export function sendRemoved(turn: Turn, session: Session, row: ArtifactRow, position: number): void {
  if (!session.player) return
  const id = fromHex(row.id.slice(4))
  const signature = sign(removedBytes(id, session.player, position), self(turn).deviceKeys.secretKey)
  sendFrame(turn, session.connection, 'removed', id, position, signature)
}

/** Who was removed deletes what they held: whoever is let in again is a newcomer. */
function forgetHoldings(turn: Turn, row: ArtifactRow, player: PlayerId): void {
  const others = turn.tables.holdings.of(row.key).filter((holding) => holding.player !== player)
  turn.tables.holdings.clear(row.key)
  for (const holding of others) turn.tables.holdings.put(holding)
  for (const session of sessionsOf(turn, player)) {
    session.known.delete(row.key)
    session.matched.delete(row.key)
    for (const log of turn.tables.logs.of(row.key)) session.held.delete(log.key)
  }
}

function cutOf(turn: Turn, row: ArtifactRow, authority: Authority, player: PlayerId): [Uint8Array, number, number][] {
  const devices = authority.members.get(player)?.devices
  return turn.tables.logs
    .of(row.key)
    .filter((log) => log.kind === 'writer' && devices?.has(log.device))
    .map((log) => [fromHex(log.device), log.incarnation, Math.min(log.length, log.forkAt ?? log.length)])
}

function ownAuthority(turn: Turn, row: ArtifactRow): Authority {
  const authority = authorityOf(turn, row)
  if (!authority) throw new Error('own Tree without authority')
  return authority
}
