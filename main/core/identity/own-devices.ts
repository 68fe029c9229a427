import type { Args } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { PlayerId } from '../../../shared/ids.ts'
import { sendAttentionCore } from '../attention/attention.ts'
import { recall, remember } from '../logs/private-notes.ts'
import { summarise } from '../logs/sync.ts'
import { isReadyDm, makeSendingKey, openDm } from '../meeting/dm.ts'
import { sendFrame } from '../meeting/frame.ts'
import { sessionsOf } from '../meeting/session.ts'
import { self, type Turn } from '../state.ts'
import { sendQueued } from '../trees/story.ts'
import { rowOf } from '../trees/tree.ts'
import { hasDevice, signDeviceList } from './device-list.ts'
import { seekEstate, tellEstate, tellWholeEstate } from './estate.ts'
import { keepOwnList, listOf } from './known-lists.ts'
import { openPhrase, playerKeysOf } from './player-key.ts'
import { renewSeats, takeSeats } from './renewing.ts'

/** KEY-1: a new list without it; everyone who hears of it stops serving it and turns their keys. */
export function removeDevice(turn: Turn, args: Args<'device.remove'>): Result<Record<string, never>> {
  const me = self(turn)
  if (!hasDevice(me.list, args.deviceId)) return refuse('InvalidArguments', 'There is no such device of yours.')
  if (args.deviceId === me.device) return refuse('NotPermitted', 'Remove this device from another of yours.')
  const phrase = openPhrase(turn, args.passphrase)
  if (!phrase.ok) return phrase
  const staying = me.list.devices.filter((each) => each.device !== args.deviceId)
  const { signing } = playerKeysOf(phrase.value)
  keepOwnList(turn, signDeviceList(signing, me.list.version + 1, staying, me.list.recovery))
  takeSeats(turn)
  return ok({})
}

/** At the end of a step: what follows from lists and peers that are new, and what own devices are to be told. */
export function settleDevices(turn: Turn): void {
  if (!turn.state.me) return
  for (const player of turn.due.lists) settleList(turn, player)
  turn.due.lists.clear()
  for (const key of turn.due.seated) sendQueued(turn, rowOf(turn, key))
  turn.due.seated.clear()
  if (turn.due.dms) openDms(turn)
  turn.due.dms = false
  tellEstate(turn)
  seekEstate(turn)
}

function settleList(turn: Turn, player: PlayerId): void {
  const list = listOf(turn, player)
  if (!list) return
  for (const session of turn.state.sessions.values()) {
    if (session.proved?.player !== player || hasDevice(list, session.device)) continue
    turn.effects.push({ type: 'hang-up', connection: session.connection, reason: 'this device was removed' })
  }
  renewSeats(turn, list)
  if (player === self(turn).player) {
    for (const peer of turn.tables.peers.all()) turnSendingKey(turn, peer.player)
    tellWholeEstate(turn)
    return
  }
  // whose list was worth a note keeps the newest one: it says whose devices' words count when all is made again
  const noted = `list:${player}`
  if (recall(turn, undefined, noted)) remember(turn, undefined, noted, list.bytes)
  turnSendingKey(turn, player)
  for (const session of turn.state.sessions.values()) {
    if (session.player && session.player !== player && areFellows(turn, session.player, player)) {
      sendFrame(turn, session.connection, 'devices', list.bytes)
    }
  }
}

/** Are they members of one thing, where a new device of one's has to be known to the other? */
function areFellows(turn: Turn, one: PlayerId, other: PlayerId): boolean {
  return turn.tables.artifacts
    .sharedWith(one)
    .some((row) => row.type !== 'dm' && turn.tables.members.of(row.key).some((member) => member.player === other))
}

/** DM-1: a device that came is given the key, one that went does not get the next. */
function turnSendingKey(turn: Turn, player: PlayerId): void {
  const peer = turn.tables.peers.get(player)
  if (peer?.status === 'confirmed' && peer.taken) makeSendingKey(turn, openDm(turn, player, false), player, true)
}

/** Peers confirmed on another device have their DM here too, with a sending key of this device's. */
function openDms(turn: Turn): void {
  for (const peer of turn.tables.peers.all()) {
    if (peer.status !== 'confirmed' || !peer.taken || !listOf(turn, peer.player)) continue
    if (isReadyDm(turn, peer.player)) continue
    openDm(turn, peer.player, false)
    for (const session of sessionsOf(turn, peer.player)) {
      sendAttentionCore(turn, session)
      summarise(turn, session)
    }
    turn.due.seek = true
    turn.due.follow = true
  }
}
