import type { DeviceId } from '../../../shared/ids.ts'
import { type Authority, membersNow } from '../authority/authority.ts'
import { cutOf } from '../authority/cut.ts'
import { authorityOf } from '../authority/governance.ts'
import { hasSeat, sit, turnEpoch, writeAuthority } from '../authority/seat-entry.ts'
import { seatedLength } from '../authority/seats.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { type DeviceList, hasDevice, supersedes } from './device-list.ts'

/**
 * KEY-1: what a seat does when it hears of a newer list of somebody's devices: those that came are writers too and can
 * read, of those that went counts what is held here, and a new epoch begins without them. The Vault is first, for under
 * its key the keys of all else are wrapped to one's own devices.
 */
export function renewSeats(turn: Turn, list: DeviceList): void {
  const me = self(turn)
  const rows =
    list.player === me.player ? [...turn.tables.artifacts.all()] : turn.tables.artifacts.sharedWith(list.player)
  rows.sort((a, b) => Number(b.key === me.vault) - Number(a.key === me.vault))
  for (const row of rows) renewSeat(turn, row, list)
}

/** Seats that devices no longer on the list had are this one's from now on, and those of the one it was copied from. */
export function takeSeats(turn: Turn, original?: DeviceId): void {
  const me = self(turn)
  for (const row of turn.tables.artifacts.all()) {
    const authority = row.type === 'dm' ? undefined : authorityOf(turn, row)
    if (authority?.steward !== me.player || authority.recall) continue
    if (authority.seat !== original && hasDevice(me.list, authority.seat)) continue
    if (!hasSaidMore(turn, row, authority)) sit(turn, row)
  }
}

/** Has this device written what has not come to count? Then saying it again would not help. */
function hasSaidMore(turn: Turn, row: ArtifactRow, authority: Authority): boolean {
  const { device } = self(turn)
  const log = turn.tables.logs.of(row.key).find((each) => each.kind === 'authority' && each.device === device)
  return (log?.length ?? 0) > (seatedLength(authority, device) ?? 0)
}

function renewSeat(turn: Turn, row: ArtifactRow, list: DeviceList): void {
  if (row.type === 'dm' || !hasSeat(turn, row)) return
  const authority = authorityOf(turn, row)
  const member = authority?.members.get(list.player)
  if (!authority || authority.recall || !member || !supersedes(list, member.list)) return
  const me = self(turn)
  const isOwn = list.player === me.player
  const gone = [...member.devices.keys()].filter((device) => !member.retired.has(device) && !hasDevice(list, device))
  const op = { op: 'devices', list: list.bytes, at: turn.now }
  if (gone.length === 0) {
    const lists = isOwn && row.key !== me.vault ? [] : [list]
    writeAuthority(turn, row, { ...op, cut: [], old: null }, { lists, own: row.key !== me.vault })
    return
  }
  const others = membersNow(authority).filter((each) => each.player !== me.player && each.player !== list.player)
  const isInside = isOwn || membersNow(authority).some((each) => each.player === list.player)
  const lists = others.map((each) => each.list)
  if (isInside && (!isOwn || row.key === me.vault)) lists.push(list)
  turnEpoch(turn, row, { ...op, cut: cutOf(turn, row, gone) }, { lists, own: row.key !== me.vault })
}
