import type { Args } from '../../shared/contract.ts'
import { ok, type Result, refuse } from '../../shared/fault.ts'
import type { DeviceId } from '../../shared/ids.ts'
import type { AccessMode } from '../../shared/views.ts'
import { fromHex } from '../crypto/bytes.ts'
import { encode } from '../crypto/canonical.ts'
import { sign } from '../crypto/signature.ts'
import { type Grant, isGranted } from './access.ts'
import { type Authority, type Member, membersNow } from './authority.ts'
import { type DeviceList, parseDeviceList } from './device-list.ts'
import { sendFrame } from './frame.ts'
import { forget, remember } from './private-notes.ts'
import { removedBytes } from './removal.ts'
import type { ArtifactRow, MemberRow } from './rows.ts'
import { forked, hasSeat, ownAuthority, turnEpoch, writeAuthority } from './seat-entry.ts'
import { type Session, sessionsOf } from './session.ts'
import { self, type Turn } from './state.ts'
import { sendWelcome } from './welcoming.ts'

/** Lets a player in: a grant in the authority log, with this epoch's key wrapped to each of their devices. */
export function admit(
  turn: Turn,
  row: ArtifactRow,
  list: DeviceList,
  name: string,
  mode: AccessMode,
  expiresAt: number | undefined,
): void {
  if (!hasSeat(turn, row)) return
  const op = { op: 'grant', mode, expiresAt: expiresAt ?? null, name, list: list.bytes, at: turn.now }
  writeAuthority(turn, row, op, { lists: [list], own: true })
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
  if (!hasSeat(turn, row)) return refuse('NotPermitted', forked)
  const authority = ownAuthority(turn, row)
  const isIn = membersNow(authority).some((member) => member.player === args.grantee)
  if (!isIn || args.grantee === me.player) return refuse('NotPermitted', 'This person has no access to take back.')
  const cut = cutOf(turn, row, authority.members.get(args.grantee)?.devices.keys())
  const staying = listsOf(turn, authority, (member) => member.player !== args.grantee)
  turnEpoch(turn, row, { op: 'revoke', player: fromHex(args.grantee), cut }, { lists: staying, own: true })
  const position = authority.length - 1
  remember(turn, row.id, `removed:${args.grantee}`, encode([position]))
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
  if (!hasSeat(turn, row)) return refuse('NotPermitted', forked)
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

export function sendRemoved(turn: Turn, session: Session, row: ArtifactRow, position: number): void {
  if (!session.player) return
  const id = fromHex(row.id.slice(4))
  const signature = sign(removedBytes(id, session.player, position), self(turn).deviceKeys.secretKey)
  sendFrame(turn, session.connection, 'removed', id, position, signature)
}

/** What is held of these devices' writer logs; of everyone's where none are named. */
export function cutOf(turn: Turn, row: ArtifactRow, devices?: Iterable<DeviceId>): [Uint8Array, number, number][] {
  const named = devices && new Set(devices)
  return turn.tables.logs
    .of(row.key)
    .filter((log) => log.kind === 'writer' && (!named || named.has(log.device)))
    .map((log) => [fromHex(log.device), log.incarnation, Math.min(log.length, log.forkAt ?? log.length)])
}

/** The devices of members now, other than one's own, as far as they are to read on. */
function listsOf(turn: Turn, authority: Authority, isStaying: (member: Member) => boolean): DeviceList[] {
  return membersNow(authority)
    .filter((member) => member.player !== self(turn).player && isStaying(member))
    .map((member) => member.list)
}
