import type { PlayerId } from '../../../shared/ids.ts'
import { utf8 } from '../../crypto/bytes.ts'
import { bytesAt, type Frame, sendFrame } from '../meeting/frame.ts'
import type { Session } from '../meeting/session.ts'
import { self, type Turn } from '../state.ts'
import { type DeviceList, hasDevice, parseDeviceList, supersedes } from './device-list.ts'

export function listOf(turn: Turn, player: PlayerId): DeviceList | undefined {
  const bytes = turn.tables.devices.listOf(player)
  return bytes && parseDeviceList(bytes)
}

/** Keeps a player's list where it is newer than what is known. What follows from it is done at the end of the step. */
export function keepList(turn: Turn, list: DeviceList): void {
  const me = self(turn)
  const known = list.player === me.player ? me.list : listOf(turn, list.player)
  if (known && !supersedes(list, known)) return
  if (list.player === me.player) return keepOwnList(turn, list)
  putList(turn, list)
  if (known) turn.due.lists.add(list.player)
  turn.due.seek = true
}

/** What the devices of this player agree on from now on; a list without this one means that it was removed. */
export function keepOwnList(turn: Turn, list: DeviceList): void {
  const me = self(turn)
  if (!hasDevice(list, me.device)) return leaveList(turn)
  turn.tables.facts.put('device-list', list.bytes)
  me.list = list
  putList(turn, list)
  for (const session of turn.state.sessions.values()) if (session.player) tellList(turn, session)
  turn.due.lists.add(me.player)
  turn.due.seek = true
  turn.due.follow = true
  turn.changes.identity = true
}

export function putList(turn: Turn, list: DeviceList): void {
  const devices = list.devices.map((each) => each.device)
  turn.tables.devices.put(list.player, list.version, list.bytes, devices)
}

function tellList(turn: Turn, session: Session): void {
  sendFrame(turn, session.connection, 'devices', self(turn).list.bytes)
}

/** Whoever says it: it is the player's own signature that counts. Of strangers nothing is kept. */
export function devicesTold(turn: Turn, _session: Session, frame: Frame): void {
  const bytes = bytesAt(frame, 0)
  const list = bytes && parseDeviceList(bytes)
  if (list && turn.tables.devices.listOf(list.player)) keepList(turn, list)
}

/** Honest software that hears it was removed stops: nothing it says would count. */
function leaveList(turn: Turn): void {
  turn.tables.facts.put('removed', utf8('removed'))
  for (const session of turn.state.sessions.values()) {
    turn.effects.push({ type: 'hang-up', connection: session.connection, reason: 'this device was removed' })
  }
  turn.due.seek = true
  turn.changes.identity = true
}
