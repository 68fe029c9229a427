import type { DeviceId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, concat, equal, fromHex, hex, utf8 } from '../../crypto/bytes.ts'
import { digest, keyedDigest } from '../../crypto/digest.ts'
import { sign, verify } from '../../crypto/signature.ts'
import { sendAttentionCore } from '../attention/attention.ts'
import { noteHeld } from '../attention/attention-replica.ts'
import { askAdoption } from '../identity/device-joining.ts'
import { type DeviceList, hasDevice, parseDeviceList } from '../identity/device-list.ts'
import { keepList } from '../identity/known-lists.ts'
import { askMissing, tellNewest } from '../identity/recovery.ts'
import type { ConnectionId } from '../input.ts'
import { openKeeper } from '../keeping/keeper-link.ts'
import { isShared } from '../logs/sharing.ts'
import { summarise } from '../logs/sync.ts'
import { commitmentOf } from '../realms/invite.ts'
import { meetRealms } from '../realms/realm-joining.ts'
import { sendWelcome } from '../realms/welcoming.ts'
import { self, type Turn } from '../state.ts'
import { bytesAt, type Frame, listAt, sendFrame } from './frame.ts'
import { tellIntroductions } from './introduction.ts'
import { meetPeer } from './peering.ts'
import { leave, newPresence } from './presence.ts'
import { wrongTry } from './quick-code.ts'
import { attempt } from './quick-connect.ts'
import { type Basis, basesFor, basesHere } from './rendezvous.ts'
import type { Session } from './session.ts'

const helloContext = utf8('indra hello v1')
const mostKnocks = 8
const patience = 10_000

export function connected(
  turn: Turn,
  input: { connection: ConnectionId; device: DeviceId; handshake: Bytes; topics: readonly string[] },
): void {
  if (isBlocked(turn, turn.tables.devices.ownerOf(input.device))) {
    turn.effects.push({ type: 'hang-up', connection: input.connection, reason: 'blocked' })
    return
  }
  const sought = basesFor(turn, input.device, input.topics).slice(0, mostKnocks)
  const session: Session = {
    connection: input.connection,
    device: input.device,
    handshake: input.handshake,
    topics: input.topics,
    sought,
    shown: [],
    said: false,
    heard: undefined,
    player: undefined,
    proved: undefined,
    isTrusted: false,
    hasGiven: false,
    known: new Map(),
    held: new Map(),
    matched: new Set(),
    confirmed: new Set(),
    names: new Map(),
    reads: new Set(),
    presence: newPresence(turn.now),
    hasTried: false,
    exchange: undefined,
    witnessed: new Map(),
    common: new Set(),
    lastSummary: 0,
    since: turn.now,
    keeper: undefined,
    keeping: undefined,
  }
  turn.state.sessions.set(input.connection, session)
  knock(turn, session)
}

/** What this side seeks has changed: who is connected but has proved nothing may be who is sought now. */
export function knockAgain(turn: Turn): void {
  for (const session of turn.state.sessions.values()) {
    if (session.proved) continue
    const sought = basesFor(turn, session.device, session.topics).slice(0, mostKnocks)
    const isNew = sought.some((basis) => !session.sought.some((each) => equal(each.secret, basis.secret)))
    if (!isNew) continue
    session.sought = sought
    knock(turn, session)
    if (session.keeper) prove(turn, session, session.keeper.list)
  }
}

/** Besides what is sought: with what is only read. */
export function knockWith(turn: Turn, session: Session, bases: readonly Basis[]): void {
  const from = self(turn).deviceKeys.publicKey
  sendFrame(
    turn,
    session.connection,
    'knock',
    bases.map((basis) => mac(basis.secret, session, from)),
  )
}

function knock(turn: Turn, session: Session): void {
  const from = self(turn).deviceKeys.publicKey
  const macs = session.sought.map((basis) => mac(basis.secret, session, from))
  if (macs.length > 0) sendFrame(turn, session.connection, 'knock', macs)
}

/** A connection on which nobody proved anything in time is closed: it holds a place others could have. */
export function dismissSilent(turn: Turn): void {
  for (const session of turn.state.sessions.values()) {
    if (isKnown(session) || turn.now - session.since < patience) continue
    turn.effects.push({ type: 'hang-up', connection: session.connection, reason: 'nothing was proved' })
  }
}

/** Has anything come of this connection? */
function isKnown(session: Session): boolean {
  if (session.reads.size > 0) return true
  return session.player !== undefined || session.keeper?.mayDeposit !== undefined || session.keeping !== undefined
}

export function nextDismissal(turn: Turn): number | undefined {
  const silent = [...turn.state.sessions.values()].filter((session) => !isKnown(session))
  return silent.length > 0 ? Math.min(...silent.map((session) => session.since)) + patience : undefined
}

export function disconnected(turn: Turn, connection: ConnectionId): void {
  const session = turn.state.sessions.get(connection)
  turn.state.sessions.delete(connection)
  if (!session?.player) return
  turn.state.seenAt.set(session.player, turn.now)
  leave(turn, session)
  const peer = turn.tables.peers.get(session.player)
  if (peer) turn.tables.peers.put({ ...peer, lastSeen: turn.now })
  turn.changes.peers.add(session.player)
}

export function knocked(turn: Turn, session: Session, frame: Frame): void {
  const macs = listAt(frame, 0, mostKnocks)?.filter((each) => each instanceof Uint8Array) as Bytes[] | undefined
  if (!macs) return
  const from = fromHex(session.device)
  const shown = basesHere(turn, session.device).filter((basis) => {
    const expected = mac(basis.secret, session, from)
    return macs.some((each) => equal(each, expected))
  })
  if (shown.length === 0) return wrongTry(turn.state.quick)
  serveReaders(turn, session, shown)
  const others = shown.filter((basis) => basis.kind !== 'open')
  if (others.length === 0 || session.player) return
  session.shown = others
  sayHello(turn, session)
}

/** Who shows a link's key is served what it opens, and neither side says who it is. */
function serveReaders(turn: Turn, session: Session, shown: readonly Basis[]): void {
  for (const { kind, artifact } of shown) {
    const row = kind === 'open' && artifact !== undefined && turn.tables.artifacts.byKey(artifact)
    if (!row || isShared(turn, session, row)) continue
    session.reads.add(row.key)
    sendWelcome(turn, session, row)
  }
}

export function greeted(turn: Turn, session: Session, frame: Frame): void {
  const player = bytesAt(frame, 0, 32)
  const listHash = bytesAt(frame, 1, 32)
  const signature = bytesAt(frame, 2, 64)
  if (!player || !listHash || !signature || session.proved) return
  session.heard = { player, listHash, signature }
  const known = turn.tables.devices.listOf(hex(player) as PlayerId)
  const list = known && parseDeviceList(known)
  if (list && equal(list.hash, listHash)) prove(turn, session, list)
  else sendFrame(turn, session.connection, 'list?')
}

export function listAsked(turn: Turn, session: Session): void {
  if (session.said) sendFrame(turn, session.connection, 'list', self(turn).list.bytes)
}

export function listTold(turn: Turn, session: Session, frame: Frame): void {
  const bytes = bytesAt(frame, 0)
  const isAwaited = bytes && session.heard && equal(digest(bytes), session.heard.listHash)
  const list = isAwaited ? parseDeviceList(bytes) : undefined
  if (list) prove(turn, session, list)
}

function prove(turn: Turn, session: Session, list: DeviceList): void {
  const { heard } = session
  if (!heard || session.proved) return
  const isProved = isOwnWord(session, list) && isListed(turn, list, session.device)
  if (!isProved || isBlocked(turn, list.player)) {
    if (isOwnWord(session, list) && session.shown.length > 0 && tellNewest(turn, session, list)) return
    turn.effects.push({ type: 'hang-up', connection: session.connection, reason: 'not proved' })
    return
  }
  const led = session.sought.filter((basis) => leadsTo(turn, basis, list))
  if (led.some((basis) => basis.kind === 'keeper')) openKeeper(turn, session, list)
  if (led.some((basis) => basis.kind !== 'keeper')) sayHello(turn, session)
  if (!session.said) return
  session.proved = list
  sendFrame(turn, session.connection, 'trust')
  meet(turn, session)
}

/** Is the list that player's, and this connection that device's? */
function isOwnWord(session: Session, list: DeviceList): boolean {
  const { heard } = session
  if (!heard || list.player !== hex(heard.player) || !hasDevice(list, session.device)) return false
  return verify(heard.signature, helloBytes(session, heard.player, fromHex(session.device)), fromHex(session.device))
}

/** On the list shown, and not removed from a newer one known here. */
function isListed(turn: Turn, list: DeviceList, device: DeviceId): boolean {
  const bytes = turn.tables.devices.listOf(list.player)
  const newest = bytes && parseDeviceList(bytes)
  return hasDevice(list, device) && (!newest || newest.version <= list.version || hasDevice(newest, device))
}

/** Under an invite's topic anyone can be found: only its maker is told who asks. */
function leadsTo(turn: Turn, basis: Basis, list: DeviceList): boolean {
  if (basis.artifact !== undefined) {
    return turn.tables.members.of(basis.artifact).some((member) => member.player === list.player)
  }
  if (basis.kind === 'quick') return true
  if (basis.commitment) return equal(basis.commitment, commitmentOf(list))
  return basis.player === list.player
}

function isBlocked(turn: Turn, player: PlayerId | undefined): boolean {
  return player !== undefined && turn.tables.peers.get(player)?.status === 'blocked'
}

/** The other side has the proof it wanted: from here on both listen to everything. */
export function trusted(turn: Turn, session: Session): void {
  session.isTrusted = true
  meet(turn, session)
}

function meet(turn: Turn, session: Session): void {
  const list = session.proved
  if (!list || !session.isTrusted || session.player) return
  session.player = list.player
  keepList(turn, list)
  const peer = turn.tables.peers.get(list.player)
  if (peer) turn.tables.peers.put({ ...peer, lastSeen: turn.now })
  turn.changes.peers.add(list.player)
  meetPeer(turn, session, list)
  meetRealms(turn, session)
  noteHeld(turn, session)
  sendAttentionCore(turn, session)
  attempt(turn, session)
  tellIntroductions(turn, session)
  askAdoption(turn, session)
  askMissing(turn, session)
  summarise(turn, session)
  turn.due.presence = true
}

function sayHello(turn: Turn, session: Session): void {
  if (session.said) return
  session.said = true
  const me = self(turn)
  const { publicKey, secretKey } = me.deviceKeys
  const signature = sign(helloBytes(session, me.playerKeys.publicKey, publicKey), secretKey)
  sendFrame(turn, session.connection, 'hello', me.playerKeys.publicKey, me.list.hash, signature)
  if (session.heard && !session.proved) {
    const known = turn.tables.devices.listOf(hex(session.heard.player) as PlayerId)
    const list = known && parseDeviceList(known)
    if (list && equal(list.hash, session.heard.listHash)) prove(turn, session, list)
  }
}

function helloBytes(session: Session, player: Bytes, device: Bytes): Bytes {
  return concat(helloContext, session.handshake, player, device)
}

function mac(secret: Bytes, session: Session, from: Bytes): Bytes {
  return keyedDigest(secret, concat(session.handshake, from)).subarray(0, 16)
}
