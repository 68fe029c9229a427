import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { PlayerId } from '../../../shared/ids.ts'
import type { PeerView } from '../../../shared/people-views.ts'
import { hex, utf8 } from '../../crypto/bytes.ts'
import { parseIdentityCode } from '../../crypto/codes.ts'
import { unwrap, wrap } from '../../crypto/kem.ts'
import { sendAttentionCore } from '../attention/attention.ts'
import { type DeviceList, parseDeviceList } from '../identity/device-list.ts'
import { forget, remember } from '../logs/private-notes.ts'
import { summarise } from '../logs/sync.ts'
import type { PeerRow } from '../rows.ts'
import { boundedName, nameLimit } from '../showing/text.ts'
import { self, type Turn } from '../state.ts'
import { makeSendingKey, openDm } from './dm.ts'
import { bytesAt, type Frame, sendFrame, stringAt } from './frame.ts'
import { dropLetter, letterCount, mostLetters, putLetter } from './inbox.ts'
import { introducerOf } from './introducer.ts'
import { encodePeer } from './peer-record.ts'
import { isAway } from './presence.ts'
import { type Session, sessionsOf } from './session.ts'

/**
 * The only relationship: two players who accepted each other. Each gives the other 32 random bytes, sealed to the
 * other's device, in the request or its acceptance; together they are the pair's secret. Every message is sent again
 * at every meeting until the other's answer shows that it arrived.
 */
const giftContext = utf8('indra gift v1')

export function add(turn: Turn, args: Args<'peer.add'>): Result<Value<'peer.add'>> {
  const code = parseIdentityCode(args.code)
  if (!code) return refuse('InvalidCode', whyNoCode(args.code))
  const playerId = hex(code.publicKey) as PlayerId
  if (playerId === self(turn).player) return refuse('InvalidCode', 'That is your own code.')
  return request(turn, playerId, boundedName(code.name ?? ''), boundedName(args.message ?? ''))
}

/** In words what was pasted instead of an identity code. */
function whyNoCode(text: string): string {
  const start = text.replace(/[^a-z0-9:]/giu, '').toLowerCase()
  const kind = /^indra:(realm|device|open):/u.exec(start)?.[1]
  if (kind) return `That is a code of the kind “${kind}”, not of a person.`
  if (/^(indra:)?indra1/u.test(start)) return 'That identity code is damaged or not whole.'
  return 'That is not an identity code.'
}

/** Asks someone, or takes up what they asked. It goes on until it is answered, also after a restart. */
export function request(
  turn: Turn,
  playerId: PlayerId,
  name: string,
  message: string,
): Result<{ playerId: PlayerId; status: 'pending' | 'confirmed' }> {
  const known = turn.tables.peers.get(playerId)
  if (known?.status === 'pending' && known.direction === 'in' && known.taken) {
    confirmHere(turn, known)
    return ok({ playerId, status: 'confirmed' })
  }
  const isIntroduced = known?.status === 'pending' && known.direction === 'in'
  if (known && !isIntroduced) {
    return refuse('AlreadyPeered', known.status === 'blocked' ? 'You have blocked this person.' : undefined)
  }
  keep(turn, playerId, {
    name: name || (known?.name ?? ''),
    status: 'pending',
    direction: 'out',
    message,
    since: turn.now,
    given: turn.chance(32),
    taken: undefined,
    sentiment: 0,
  })
  dropLetter(turn, `connection-request:${playerId}`)
  for (const session of sessionsOf(turn, playerId)) if (session.proved) meetPeer(turn, session, session.proved)
  turn.due.seek = true
  return ok({ playerId, status: 'pending' })
}

export function accept(turn: Turn, { playerId }: Args<'peer.accept'>): Result<Record<string, never>> {
  const peer = turn.tables.peers.get(playerId)
  if (peer?.status !== 'pending' || peer.direction !== 'in') {
    return refuse(peer?.status === 'confirmed' ? 'AlreadyPeered' : 'NotPeered', 'No request of theirs waits here.')
  }
  if (peer.taken) confirmHere(turn, peer)
  else request(turn, playerId, peer.name, '')
  return ok({})
}

/** Made known by a common peer: lies in the Inbox like a request, and is answered like one. */
export function introduce(turn: Turn, player: PlayerId, name: string): void {
  keep(turn, player, {
    name,
    status: 'pending',
    direction: 'in',
    message: '',
    since: turn.now,
    given: turn.chance(32),
    taken: undefined,
    sentiment: 0,
  })
  putLetter(turn, `connection-request:${player}`, utf8(`${name}\n`))
}

export function remove(turn: Turn, { playerId }: Args<'peer.remove'>): Result<Record<string, never>> {
  const peer = turn.tables.peers.get(playerId)
  if (!peer) return refuse('NotPeered')
  forget(turn, undefined, `peer:${playerId}`)
  leave(turn, playerId)
  return ok({})
}

export function block(turn: Turn, { playerId }: Args<'peer.block'>): Result<Record<string, never>> {
  const peer = turn.tables.peers.get(playerId)
  if (!peer) return refuse('NotPeered')
  keep(turn, playerId, { ...peer, status: 'blocked' })
  leave(turn, playerId)
  return ok({})
}

/** Back to where it was: confirmed when both had accepted, else forgotten, so that either may ask again. */
export function unblock(turn: Turn, { playerId }: Args<'peer.unblock'>): Result<Record<string, never>> {
  const peer = turn.tables.peers.get(playerId)
  if (peer?.status !== 'blocked') return refuse('NotPeered', 'This person is not blocked.')
  if (peer.taken) {
    keep(turn, playerId, { ...peer, status: 'confirmed' })
    makeSendingKey(turn, openDm(turn, playerId), playerId, true)
  } else forget(turn, undefined, `peer:${playerId}`)
  turn.due.seek = true
  turn.due.follow = true
  return ok({})
}

export function list(turn: Turn): PeerView[] {
  return turn.tables.peers.all().map((peer) => peerView(turn, peer))
}

export function peerView(turn: Turn, peer: PeerRow): PeerView {
  const introducer = introducerOf(turn, peer.player)
  return {
    playerId: peer.player,
    name: peer.name,
    status: peer.status,
    direction: peer.direction,
    ...(peer.message === '' ? {} : { message: peer.message }),
    ...(introducer && peer.status === 'pending' ? { introducedBy: introducer } : {}),
    since: peer.since,
    online: sessionsOf(turn, peer.player).length > 0,
    ...(isAway(turn, peer.player) ? { away: true } : {}),
    ...(peer.lastSeen === undefined ? {} : { lastSeen: peer.lastSeen }),
  }
}

/** What is still to be said to this player, at every meeting. */
export function meetPeer(turn: Turn, session: Session, theirs: DeviceList): void {
  const peer = turn.tables.peers.get(theirs.player)
  if (!peer || peer.status === 'blocked') return
  if (peer.status === 'confirmed') {
    sendFrame(turn, session.connection, 'profile', self(turn).name)
    if (!session.shown.some((basis) => basis.kind === 'pair')) sendGift(turn, session, theirs, 'accept', peer)
  } else if (peer.direction === 'out') sendGift(turn, session, theirs, 'request', peer)
}

export function requested(turn: Turn, session: Session, frame: Frame): void {
  const player = session.player
  const name = stringAt(frame, 0, nameLimit)
  const message = stringAt(frame, 1, nameLimit)
  const taken = giftAt(turn, frame, 2)
  if (!player || name === undefined || message === undefined || !taken) return
  const known = turn.tables.peers.get(player)
  const isRepeated = session.hasGiven && known?.status === 'pending' && known.direction === 'in'
  if (known?.status === 'blocked' || isRepeated || !isFirstGift(session, known, taken)) return
  if (known && (known.status === 'confirmed' || known.direction === 'out')) {
    confirmHere(turn, { ...known, name: boundedName(name), taken })
    return
  }
  if (!known && letterCount(turn) >= mostLetters) return
  keep(turn, player, {
    name: boundedName(name),
    status: 'pending',
    direction: 'in',
    message: boundedName(message),
    since: known?.since ?? turn.now,
    given: known?.given ?? turn.chance(32),
    taken,
    sentiment: 0,
  })
  putLetter(turn, `connection-request:${player}`, utf8(`${name}\n${message}`))
}

export function accepted(turn: Turn, session: Session, frame: Frame): void {
  const name = stringAt(frame, 0, nameLimit)
  const taken = giftAt(turn, frame, 1)
  const known = session.player && turn.tables.peers.get(session.player)
  if (!known || !taken || name === undefined) return
  const isExpected = known.status === 'confirmed' || (known.status === 'pending' && known.direction === 'out')
  if (!isExpected || !isFirstGift(session, known, taken)) return
  sendFrame(turn, session.connection, 'confirmed')
  const isSame = known.status === 'confirmed' && known.taken && hex(known.taken) === hex(taken)
  if (!isSame) confirmHere(turn, { ...known, name: boundedName(name), taken }, false)
}

/** Each gift that differs is written down and makes a new secret: a connection brings one, however often it says it. */
function isFirstGift(session: Session, known: PeerRow | undefined, taken: Uint8Array): boolean {
  const isKnown = known?.taken !== undefined && hex(known.taken) === hex(taken)
  if (session.hasGiven && !isKnown) return false
  session.hasGiven = true
  return true
}

export function profileTold(turn: Turn, session: Session, frame: Frame): void {
  const name = stringAt(frame, 0, nameLimit)
  const peer = session.player && turn.tables.peers.get(session.player)
  if (!peer || name === undefined || peer.status !== 'confirmed' || peer.name === boundedName(name)) return
  keep(turn, peer.player, { ...peer, name: boundedName(name) })
}

/** Both have accepted, as far as this side knows: the DM exists, and the other side is told. */
function confirmHere(turn: Turn, peer: PeerRow, tell = true): void {
  keep(turn, peer.player, { ...peer, status: 'confirmed' })
  dropLetter(turn, `connection-request:${peer.player}`)
  const bytes = turn.tables.devices.listOf(peer.player)
  if (bytes) remember(turn, undefined, `list:${peer.player}`, bytes)
  openDm(turn, peer.player)
  for (const session of sessionsOf(turn, peer.player)) {
    const theirs = bytes && parseDeviceList(bytes)
    const present = turn.tables.peers.get(peer.player)
    if (tell && theirs && present) sendGift(turn, session, theirs, 'accept', present)
    sendAttentionCore(turn, session)
    summarise(turn, session)
  }
  turn.due.seek = true
  turn.due.follow = true
}

function sendGift(turn: Turn, session: Session, theirs: DeviceList, name: 'request' | 'accept', peer: PeerRow): void {
  const device = theirs.devices.find((each) => each.device === session.device)
  if (!device) return
  const gift = wrap(device.kem, peer.given, giftContext, turn.chance(64))
  const words = name === 'request' ? [self(turn).name, peer.message] : [self(turn).name]
  sendFrame(turn, session.connection, name, ...words, gift)
}

function giftAt(turn: Turn, frame: Frame, index: number): Uint8Array | undefined {
  const wrapped = bytesAt(frame, index)
  const gift = wrapped && unwrap(self(turn).deviceKem.secretKey, wrapped, giftContext)
  return gift?.length === 32 ? gift.slice() : undefined
}

function keep(turn: Turn, player: PlayerId, row: Omit<PeerRow, 'player' | 'lastSeen'>): void {
  remember(turn, undefined, `peer:${player}`, encodePeer(row))
}

function leave(turn: Turn, player: PlayerId): void {
  dropLetter(turn, `connection-request:${player}`)
  for (const session of sessionsOf(turn, player)) {
    turn.effects.push({ type: 'hang-up', connection: session.connection, reason: 'no longer peers' })
  }
  turn.changes.peers.add(player)
  turn.due.seek = true
  turn.due.follow = true
}

export function nameOf(turn: Turn, player: PlayerId): string {
  if (player === self(turn).player) return self(turn).name
  return turn.tables.peers.get(player)?.name ?? ''
}
