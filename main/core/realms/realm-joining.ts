import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import { concat, equal, fromHex, hex, utf8 } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { sign, signingKeys, verify } from '../../crypto/signature.ts'
import { admissionOf, keepOwnAdmission, mayAdmit } from '../authority/admission.ts'
import { authorityOf } from '../authority/governance.ts'
import { writeMembers } from '../authority/member-list.ts'
import { admitOrPropose } from '../authority/proposals.ts'
import { removalIn, removedAt, sendRemoved } from '../authority/removal.ts'
import { isOfferedHere, meetTransfers } from '../authority/transfer.ts'
import { editDocument } from '../documents/documents.ts'
import { type DeviceList, parseDeviceList } from '../identity/device-list.ts'
import { judge } from '../logs/judgement.ts'
import { forget, recall, recallAll, recallEverywhere, remember } from '../logs/private-notes.ts'
import { logName, receive } from '../logs/reception.ts'
import { isShared } from '../logs/sharing.ts'
import { isCount } from '../logs/state-vector.ts'
import { sendVector } from '../logs/sync.ts'
import { bytesAt, type Frame, listAt, sendFrame, stringAt } from '../meeting/frame.ts'
import { putLetter } from '../meeting/inbox.ts'
import type { Session } from '../meeting/session.ts'
import type { ArtifactRow, LogRow } from '../rows.ts'
import { boundedName, nameLimit } from '../showing/text.ts'
import { self, type Turn } from '../state.ts'
import { sendQueued } from '../trees/story.ts'
import { isReferredBetween } from '../trees/story-branch.ts'
import { addArtifact, composeIntoVault, rowOf } from '../trees/tree.ts'
import { commitmentOf, findInvite, type Invite, keepInvite } from './invite.ts'
import { joinEnded, tellJoin } from './join-state.ts'
import { readWelcome } from './welcome.ts'
import { gatherWelcome, mostAuthority, sendWelcome } from './welcoming.ts'

const joinContext = utf8('indra join v1')
/** in one welcome: each has to be given its place before what it wrote is taken */
const mostSeats = 256
const mostAdmission = 262_144

/** At every meeting and summary: ask where an answer is still owed, welcome who was let in, tell who was removed. */
export function meetRealms(turn: Turn, session: Session): void {
  askToJoin(turn, session)
  const { player } = session
  if (!player || player === self(turn).player) return
  for (const row of turn.tables.artifacts.sharedWith(player)) {
    const isNew = !turn.tables.holdings.of(row.key).some((holding) => holding.holder === session.device)
    const isHost = row.steward === self(turn).player || admissionOf(turn, row, player) !== undefined
    if (row.type !== 'dm' && isNew && isHost) sendWelcome(turn, session, row)
  }
  meetTransfers(turn, session)
  for (const note of recallEverywhere(turn, `removed:${player}`)) {
    const row = turn.tables.artifacts.byKey(note.artifact)
    if (row) sendRemoved(turn, session, row, removalIn(note.value))
  }
}

export function askToJoin(turn: Turn, session: Session): void {
  const bytes = session.player && turn.tables.devices.listOf(session.player)
  const list = bytes && parseDeviceList(bytes)
  if (!list) return
  for (const note of recallAll(turn, undefined, 'join:')) {
    const [, seed, , commitment] = decode(note.value) as [string, Uint8Array, Uint8Array, Uint8Array]
    if (!equal(commitment, commitmentOf(list))) continue
    const keys = signingKeys(seed)
    const signature = sign(joinBytes(session, self(turn).player), keys.secretKey)
    sendFrame(turn, session.connection, 'join', keys.publicKey, signature, self(turn).name)
  }
}

/** At the inviter: a request signed by the invite's key over this very connection. */
export function joinAsked(turn: Turn, session: Session, frame: Frame): void {
  const publicKey = bytesAt(frame, 0, 32)
  const signature = bytesAt(frame, 1, 64)
  const name = stringAt(frame, 2, nameLimit)
  const { player } = session
  if (!player || !publicKey || !signature || name === undefined) return
  if (!verify(signature, joinBytes(session, player), publicKey)) return
  const invite = findInvite(turn, hex(publicKey))
  const row = invite && turn.tables.artifacts.byKey(invite.artifact)
  const bytes = turn.tables.devices.listOf(player)
  const list = bytes && parseDeviceList(bytes)
  if (!invite || !row || !list) return
  const outcome = consider(turn, invite, row, list, name)
  if (outcome === 'member') sendWelcome(turn, session, row)
  else if (outcome === 'waiting') sendFrame(turn, session.connection, 'joining', invite.publicKey, outcome)
  else if (outcome !== 'admitted') sendFrame(turn, session.connection, 'joining', invite.publicKey, 'refused', outcome)
}

type JoinRefusal = 'refused' | 'expired' | 'used'

/** What becomes of a request that the invite's key signed, however it came. */
export function consider(
  turn: Turn,
  invite: Invite,
  row: ArtifactRow,
  list: DeviceList,
  name: string,
): 'member' | 'admitted' | 'waiting' | JoinRefusal {
  const { player } = list
  if (turn.tables.members.of(row.key).some((member) => member.player === player)) return 'member'
  if (recall(turn, row.id, `refused:${player}`) || !mayAdmit(turn, row, invite.mode)) return 'refused'
  if (invite.expiresAt <= turn.now) return 'expired'
  if (invite.used.length >= invite.uses) return 'used'
  if (invite.approve) {
    keepRequest(turn, row, player, boundedName(name), invite.publicKey)
    return 'waiting'
  }
  keepInvite(turn, row.id, { ...invite, used: [...invite.used, player] })
  admitOrPropose(turn, row, list, boundedName(name), invite.mode, invite.until)
  return 'admitted'
}

function keepRequest(turn: Turn, row: ArtifactRow, player: PlayerId, name: string, publicKey: string): void {
  if (recall(turn, row.id, `request:${player}`)) return
  const bytes = turn.tables.devices.listOf(player)
  if (bytes) remember(turn, undefined, `list:${player}`, bytes)
  remember(turn, row.id, `request:${player}`, encode([name, turn.now, publicKey]))
  putLetter(turn, `join-request:${row.id}:${player}`, utf8(`${name}\n${row.name}`))
}

/** At the one who asked: how it stands. */
export function joiningTold(turn: Turn, _session: Session, frame: Frame): void {
  const publicKey = stringAt(frame, 0, 64)
  const state = stringAt(frame, 1, 16)
  const why = stringAt(frame, 2, 16)
  if (publicKey !== undefined && state !== undefined) joiningHeard(turn, publicKey, state, why)
}

export function joiningHeard(turn: Turn, publicKey: string, state: string, why?: string): void {
  for (const note of recallAll(turn, undefined, 'join:')) {
    const [id, seed, ...rest] = decode(note.value) as [ArtifactId, Uint8Array, Uint8Array, Uint8Array, number, string]
    if (hex(signingKeys(seed).publicKey) !== publicKey) continue
    if (state === 'refused') giveUp(turn, id, why === 'used' || why === 'expired' ? why : 'refused')
    else if (state === 'waiting' && rest[3] !== 'waiting') {
      remember(turn, undefined, note.name, encode([id, seed, rest[0], rest[1], rest[2], 'waiting']))
      tellJoin(turn, id, 'waiting')
    }
    turn.changes.touched.add(self(turn).vault)
  }
}

/** Nobody has taken the request by the time its code ended: it can be taken by nobody any more. */
export function expireJoins(turn: Turn): void {
  for (const note of recallAll(turn, undefined, 'join:')) {
    const [id, , , , expiresAt, state] = decode(note.value) as [ArtifactId, unknown, unknown, unknown, number, string]
    if (state !== 'waiting' && expiresAt <= turn.now) giveUp(turn, id, 'expired')
  }
}

function giveUp(turn: Turn, id: ArtifactId, why: JoinRefusal): void {
  joinEnded(turn, id, why)
  forget(turn, undefined, `join:${id}`)
  forget(turn, undefined, `join-keepers:${id}`)
  const vault = rowOf(turn, self(turn).vault)
  for (const reference of turn.tables.references.of(vault.key, id)) {
    editDocument(turn, vault, 'spine', [['drop', reference.refId]])
  }
  turn.due.seek = true
}

/**
 * Let in. Only for a realm asked for, or one that a confirmed peer stewards and shares unasked. Who is in already takes
 * from it what is new.
 */
export function welcomed(turn: Turn, session: Session, frame: Frame): void {
  const realm = bytesAt(frame, 0, 32)
  const page = listAt(frame, 1, mostAuthority)
  const [, , from = 0, isMore = false] = frame.fields
  if (!realm || !page || !session.player || !isCount(from) || typeof isMore !== 'boolean') return
  const id = `doc:${hex(realm)}` as ArtifactId
  if (!isExpected(turn, session, id)) return
  const shown = bytesAt(frame, 4)
  if (shown && shown.length <= mostAdmission) session.admission = { id, bytes: shown.slice() }
  const envelopes = gatherWelcome(turn, session, id, page, from, isMore)
  const admission = session.admission?.id === id ? session.admission.bytes : undefined
  if (envelopes) takeWelcome(turn, session, id, envelopes, session.player, admission)
}

/** From where it was asked for, from a peer, who may share unasked, or where a Tree that both are in refers to it. */
function isExpected(turn: Turn, session: Session, id: ArtifactId): boolean {
  const known = turn.tables.artifacts.byId(id)
  if (known?.status === 'active') return isShared(turn, session, known)
  const player = session.player ?? self(turn).player
  const isPeer = turn.tables.peers.get(player)?.status === 'confirmed'
  return isAsked(turn, id) || isOfferedHere(turn, id) || isPeer || isReferredBetween(turn, id, player)
}

function isAsked(turn: Turn, id: ArtifactId): boolean {
  return recall(turn, undefined, `join:${id}`) !== undefined
}

/** What came over a connection, or in a keeper's mailbox: `from` whom it is known to come from. */
export function takeWelcome(
  turn: Turn,
  session: Session | undefined,
  id: ArtifactId,
  envelopes: readonly unknown[],
  from: PlayerId | undefined,
  admission?: Uint8Array,
): void {
  const known = turn.tables.artifacts.byId(id)
  if (known && isOpenHere(turn, known)) return takeEnvelopes(turn, known, envelopes)
  if (envelopes.length <= removedAt(turn, id)) return
  const welcome = readWelcome(turn, id, envelopes, admission)
  if (!welcome) return
  const { steward, type } = welcome.authority
  const isOwn = steward === self(turn).player && isOfferedHere(turn, id)
  const isBack = turn.tables.facts.get('recovered') !== undefined
  if (!isAsked(turn, id) && !isOwn && steward !== from && !isBack) return
  const row = known ?? addArtifact(turn, id, welcome.secret, type, turn.now, steward)
  turn.tables.artifacts.update({ ...row, status: 'waiting' })
  for (const [epoch, key] of welcome.keys) turn.tables.keys.put(row.key, 'seat', epoch, key)
  if (admission) keepOwnAdmission(turn, rowOf(turn, row.key), welcome.authority, welcome.keys, admission)
  const { meeting } = welcome
  if (meeting) turn.tables.keys.put(row.key, 'meeting', meeting.epoch, meeting.secret)
  turn.due.holds.add(row.key)
  takeAuthority(turn, session, rowOf(turn, row.key), envelopes)
}

/** In it now: what comes adds to what is here. */
function isOpenHere(turn: Turn, row: ArtifactRow): boolean {
  if (row.status === 'active') return true
  return row.status === 'recalled' && turn.tables.members.of(row.key).length > 0
}

function takeAuthority(
  turn: Turn,
  session: Session | undefined,
  row: ArtifactRow,
  envelopes: readonly unknown[],
): void {
  takeEnvelopes(turn, row, envelopes)
  const authority = authorityOf(turn, row)
  if (authority) {
    const { type, createdAt } = authority
    turn.tables.artifacts.update({ ...rowOf(turn, row.key), type, createdAt })
    writeMembers(turn, row, authority)
  }
  const isIn = turn.tables.members.of(row.key).some((member) => member.player === self(turn).player)
  if (!isIn) return turn.tables.artifacts.update({ ...rowOf(turn, row.key), status: 'revoked' })
  if (isAsked(turn, row.id)) tellJoin(turn, row.id, 'joined')
  forget(turn, undefined, `join:${row.id}`)
  if (turn.tables.references.parents(row.id).length === 0) composeIntoVault(turn, row.id)
  sendQueued(turn, rowOf(turn, row.key))
  if (session) sendVector(turn, session, rowOf(turn, row.key), true)
  turn.changes.touched.add(row.key).add(self(turn).vault)
  turn.due.seek = true
}

/** A later seat's entries are taken once those before them have given it the seat. */
export function takeEnvelopes(turn: Turn, row: ArtifactRow, envelopes: readonly unknown[]): void {
  const logs = new Map<string, LogRow>(turn.tables.logs.of(row.key).map((log) => [logName(log), log]))
  let refusals = 0
  for (const bytes of envelopes) {
    if (!(bytes instanceof Uint8Array) || receive(turn, row, bytes, logs).took !== 'refused') continue
    refusals += 1
    if (refusals > mostSeats) break
    judge(turn, row)
    receive(turn, row, bytes, logs)
  }
  judge(turn, row)
}

function joinBytes(session: Session, player: PlayerId): Uint8Array {
  return concat(joinContext, session.handshake, fromHex(player))
}
