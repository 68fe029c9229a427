import type { Args } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { AccessMode } from '../../../shared/views.ts'
import { type DeviceList, parseDeviceList } from '../identity/device-list.ts'
import { forget } from '../logs/private-notes.ts'
import { sessionsOf } from '../meeting/session.ts'
import { publish } from '../realms/publishing.ts'
import { sendWelcome } from '../realms/welcoming.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { isGranted } from './access.ts'
import { writeAdmission } from './admission.ts'
import { grantsOf } from './grants.ts'
import { hasSeat, writeAuthority } from './seat-entry.ts'
import { seated } from './stewardship.ts'

/** Lets a player in, with this epoch's key wrapped to each of their devices: as the seat, or by the steward's leave. */
export function admit(
  turn: Turn,
  row: ArtifactRow,
  list: DeviceList,
  name: string,
  mode: AccessMode,
  expiresAt: number | undefined,
): void {
  if (!hasSeat(turn, row)) writeAdmission(turn, row, list, name, mode, expiresAt)
  else writeGrant(turn, row, list, name, mode, expiresAt)
  forget(turn, row.id, `removed:${list.player}`)
  for (const session of sessionsOf(turn, list.player)) sendWelcome(turn, session, row)
  turn.changes.touched.add(row.key)
  turn.due.seek = true
}

function writeGrant(
  turn: Turn,
  row: ArtifactRow,
  list: DeviceList,
  name: string,
  mode: AccessMode,
  expiresAt: number | undefined,
): void {
  const op = { op: 'grant', mode, expiresAt: expiresAt ?? null, name, list: list.bytes, at: turn.now }
  writeAuthority(turn, row, op, { lists: [list], own: true })
}

export function grant(turn: Turn, args: Args<'artifact.grant'>): Result<Record<string, never>> {
  const found = seated(turn, args.id)
  if (!found.ok) return found
  const row = found.value
  const { grantee, mode, expiresAt } = args
  if (grantee === '*' || mode === 'public') {
    return grantee === '*' && mode === 'public'
      ? publish(turn, row)
      : refuse('InvalidArguments', 'Public is for everyone.')
  }
  if (mode !== 'revocable' && mode !== 'permanent' && mode !== 'timed') {
    return refuse('NotPermitted', `Access of the kind “${mode}” is not given this way.`)
  }
  if ((mode === 'timed') !== (expiresAt !== undefined)) {
    return refuse('InvalidArguments', 'Timed access, and only that, needs the time at which it ends.')
  }
  if (expiresAt !== undefined && expiresAt <= turn.now) return refuse('InvalidArguments', 'That time has passed.')
  if (isGranted(grantee, grantsOf(turn.tables.members.of(row.key)), turn.now)) return refuse('AlreadyGranted')
  const peer = turn.tables.peers.get(grantee)
  const bytes = peer?.status === 'confirmed' && turn.tables.devices.listOf(grantee)
  const list = bytes && parseDeviceList(bytes)
  if (!peer || !list) return refuse('NotPeered')
  admit(turn, row, list, peer.name, mode, expiresAt)
  return ok({})
}
