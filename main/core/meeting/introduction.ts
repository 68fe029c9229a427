import type { Args } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { PlayerId } from '../../../shared/ids.ts'
import { type Bytes, utf8 } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { unwrap, wrap } from '../../crypto/kem.ts'
import { parseDeviceList } from '../identity/device-list.ts'
import { forget, recallAll, remember } from '../logs/private-notes.ts'
import { boundedName, nameLimit } from '../showing/text.ts'
import { self, type Turn } from '../state.ts'
import { bytesAt, type Frame, sendFrame, stringAt } from './frame.ts'
import { letterCount, mostLetters } from './inbox.ts'
import { introducerOf } from './introducer.ts'
import { introduce, nameOf } from './peering.ts'
import { type Session, sessionsOf } from './session.ts'

/**
 * A common peer makes two people known to each other: each is sent the other's signed device list, the name they go by
 * here and one fresh secret, sealed to the device it is sent to and said again until it arrived. Only a confirmed peer
 * introduces. What arrives is a request in the Inbox that names who introduces; when both accept, they are peers without
 * a code, and the secret leads them to each other through closed doors too.
 */
const context = utf8('indra introduction v1')
const mostWaiting = 200
/** Unanswered introductions by one peer. */
const mostBy = 20

export function introducePeers(turn: Turn, { playerId, to }: Args<'peer.introduce'>): Result<Record<string, never>> {
  if (playerId === to) return refuse('InvalidArguments', 'Nobody is introduced to themselves.')
  for (const player of [playerId, to]) {
    if (turn.tables.peers.get(player)?.status !== 'confirmed') return refuse('NotPeered')
  }
  if (recallAll(turn, undefined, 'introduce:').length >= mostWaiting) return refuse('RateLimited')
  const [id, secret] = [turn.chance(16), turn.chance(32)]
  for (const [one, other] of [
    [playerId, to],
    [to, playerId],
  ] as const) {
    remember(turn, undefined, `introduce:${one}:${other}`, encode([id, secret]))
    for (const session of sessionsOf(turn, one)) tellIntroductions(turn, session)
  }
  return ok({})
}

/** What is still to be said to this peer. */
export function tellIntroductions(turn: Turn, session: Session): void {
  const device = session.proved?.devices.find((each) => each.device === session.device)
  if (!session.player || !device || turn.tables.peers.get(session.player)?.status !== 'confirmed') return
  const prefix = `introduce:${session.player}:`
  for (const note of recallAll(turn, undefined, prefix)) {
    const player = note.name.slice(prefix.length) as PlayerId
    const list = turn.tables.devices.listOf(player)
    const [id, secret] = decode(note.value) as [Bytes, Bytes]
    if (!list) continue
    const wrapped = wrap(device.kem, secret, context, turn.chance(64))
    sendFrame(turn, session.connection, 'introduce', id, list, nameOf(turn, player), wrapped)
  }
}

export function introduceTold(turn: Turn, session: Session, frame: Frame): void {
  const by = session.player
  const [id, bytes, wrapped] = [bytesAt(frame, 0, 16), bytesAt(frame, 1), bytesAt(frame, 3)]
  const name = stringAt(frame, 2, nameLimit)
  if (!by || turn.tables.peers.get(by)?.status !== 'confirmed' || !id || !bytes || !wrapped) return
  const list = parseDeviceList(bytes)
  if (!list || list.player === self(turn).player || name === undefined) return
  const isKnown = turn.tables.peers.get(list.player) !== undefined
  const isDeclined = introducerOf(turn, list.player) === by
  if (!isKnown && !isDeclined) {
    const secret = unwrap(self(turn).deviceKem.secretKey, wrapped, context)
    if (secret?.length !== 32 || isFull(turn, by)) return
    remember(turn, undefined, `list:${list.player}`, list.bytes)
    remember(turn, undefined, `introduced:${list.player}`, encode([by, secret]))
    introduce(turn, list.player, boundedName(name))
  }
  sendFrame(turn, session.connection, 'introduced', id)
}

export function introducedTold(turn: Turn, session: Session, frame: Frame): void {
  const id = bytesAt(frame, 0, 16)
  if (!id || !session.player) return
  for (const note of recallAll(turn, undefined, `introduce:${session.player}:`)) {
    const [said] = decode(note.value) as [Bytes]
    if (said.every((byte, index) => byte === id[index])) forget(turn, undefined, note.name)
  }
}

/** Those that still wait for an answer, here or there. */
export function introductions(turn: Turn): { player: PlayerId; by: PlayerId; secret: Bytes }[] {
  return recallAll(turn, undefined, 'introduced:').flatMap((note) => {
    const player = note.name.slice('introduced:'.length) as PlayerId
    if (turn.tables.peers.get(player)?.status !== 'pending') return []
    const [by, secret] = decode(note.value) as [PlayerId, Bytes]
    return [{ player, by, secret }]
  })
}

function isFull(turn: Turn, by: PlayerId): boolean {
  const waiting = introductions(turn).filter((each) => each.by === by).length
  return waiting >= mostBy || letterCount(turn) >= mostLetters
}
