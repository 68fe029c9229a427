import type { Args } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, equal, fromHex, hex, utf8 } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { sign } from '../../crypto/signature.ts'
import { parseDeviceList } from '../identity/device-list.ts'
import { forget, recall, recallAll, recallEverywhere, remember } from '../logs/private-notes.ts'
import { isShared } from '../logs/sharing.ts'
import { bytesAt, type Frame, sendFrame, stringAt } from '../meeting/frame.ts'
import { dropLetter, letterCount, mostLetters, putLetter } from '../meeting/inbox.ts'
import { type Session, sessionsOf } from '../meeting/session.ts'
import { sendWelcome } from '../realms/welcoming.ts'
import type { ArtifactRow } from '../rows.ts'
import { boundedName, nameLimit } from '../showing/text.ts'
import { self, type Turn } from '../state.ts'
import { composeIntoVault } from '../trees/tree.ts'
import { cutOf } from './cut.ts'
import { authorityOf } from './governance.ts'
import { hasSeat, ownAuthority, writeAuthority } from './seat-entry.ts'
import { seated } from './stewardship.ts'
import { acceptanceBytes } from './transfer-proof.ts'

/**
 * AUTH-4: the seat offers, the recipient's device answers with its signature over that very offer, the seat hands over,
 * and from the next position on the recipient's device writes. Each side says its part again at every meeting until it
 * has heard the next. Only the seat decides, so nothing can race.
 */
const nobody = { lists: [], own: false }

export function offer(turn: Turn, args: Args<'artifact.transfer'>): Result<Record<string, never>> {
  const found = seated(turn, args.id)
  if (!found.ok) return found
  const row = found.value
  if (args.to === row.steward) return refuse('NotPermitted', 'It is yours already.')
  if (ownAuthority(turn, row).offer) return refuse('NotPermitted', 'It is offered to somebody already.')
  const member = turn.tables.members.of(row.key).find((each) => each.player === args.to)
  const peer = turn.tables.peers.get(args.to)
  const bytes = (member || peer?.status === 'confirmed') && turn.tables.devices.listOf(args.to)
  const list = bytes && parseDeviceList(bytes)
  if (!list) return refuse('NotPeered')
  const name = peer?.name || member?.name || ''
  writeAuthority(turn, row, { op: 'transfer', list: list.bytes, name, at: turn.now }, nobody)
  remember(turn, row.id, `offering:${args.to}`, utf8(name))
  for (const session of sessionsOf(turn, args.to)) sendOffer(turn, session, row)
  return ok({})
}

export function withdraw(turn: Turn, args: Args<'artifact.withdraw'>): Result<Record<string, never>> {
  const found = seated(turn, args.id)
  if (!found.ok) return found
  const row = found.value
  const pending = ownAuthority(turn, row).offer
  if (!pending) return refuse('NotPermitted', 'It is offered to nobody.')
  writeAuthority(turn, row, { op: 'withdraw', at: turn.now }, nobody)
  for (const session of sessionsOf(turn, pending.to)) sendOffer(turn, session, row)
  return ok({})
}

export function accept(turn: Turn, args: Args<'artifact.acceptTransfer'>): Result<Record<string, never>> {
  const pending = offeredHere(turn, args.id)
  if (!pending) return refuse('ArtifactNotFound', 'Nobody has offered it to you.')
  keepOffer(turn, args.id, { ...pending, isAccepted: true })
  for (const session of sessionsOf(turn, pending.from)) sendAcceptance(turn, session, args.id)
  return ok({})
}

/** What is still to be said about transfers, at every meeting. */
export function meetTransfers(turn: Turn, session: Session): void {
  const { player } = session
  if (!player) return
  for (const note of recallEverywhere(turn, `offering:${player}`)) {
    const row = turn.tables.artifacts.byKey(note.artifact)
    if (row) sendOffer(turn, session, row)
    if (row && authorityOf(turn, row)?.offer?.to !== player) forget(turn, row.id, note.name)
  }
  for (const note of recallAll(turn, undefined, 'offered:')) {
    sendAcceptance(turn, session, note.name.slice(8) as ArtifactId)
  }
}

/** At the recipient. Between confirmed peers it is accepted at once; from others a letter waits. */
export function offerTold(turn: Turn, session: Session, frame: Frame): void {
  const realm = bytesAt(frame, 0, 32)
  const hash = bytesAt(frame, 1, 32)
  const name = stringAt(frame, 2, nameLimit)
  const from = session.player
  if (!realm || !from) return
  const id = `doc:${hex(realm)}` as ArtifactId
  const known = offeredHere(turn, id)
  if (!hash) {
    if (known?.from === from) forgetOffer(turn, id)
    return
  }
  const row = turn.tables.artifacts.byId(id)
  const isPeer = turn.tables.peers.get(from)?.status === 'confirmed'
  const isFellow = row !== undefined && isShared(turn, session, row)
  if (row?.steward === self(turn).player || name === undefined || (!isPeer && !isFellow)) return
  const isNew = !known || known.from !== from || !equal(known.hash, hash)
  if (isNew && !isPeer && letterCount(turn) >= mostLetters) return
  if (isNew) keepOffer(turn, id, { hash, from, name: boundedName(name), isAccepted: isPeer })
  if (isNew && !isPeer) putLetter(turn, `transfer:${id}:${from}`, utf8(boundedName(name)))
  sendAcceptance(turn, session, id)
}

/** At the seat: the signature this very offer waited for. */
export function acceptanceTold(turn: Turn, session: Session, frame: Frame): void {
  const realm = bytesAt(frame, 0, 32)
  const hash = bytesAt(frame, 1, 32)
  const acceptance = bytesAt(frame, 2, 64)
  const row = realm && turn.tables.artifacts.byId(`doc:${hex(realm)}` as ArtifactId)
  if (!row || !hash || !acceptance) return
  if (row.steward === session.player) return sendWelcome(turn, session, row)
  if (!hasSeat(turn, row)) return
  const pending = ownAuthority(turn, row).offer
  const isOf = pending && equal(pending.hash, hash) && pending.to === session.player
  if (!isOf) return sendFrame(turn, session.connection, 'offer', realm, null)
  const own = ownAuthority(turn, row).members.get(self(turn).player)?.devices.keys()
  const cut = cutOf(turn, row, own)
  const op = { op: 'handover', device: fromHex(session.device), acceptance, cut, at: turn.now }
  writeAuthority(turn, row, op, { lists: [pending.list], own: false })
  if (!hasSeat(turn, row)) for (const each of sessionsOf(turn, pending.to)) sendWelcome(turn, each, row)
}

/** Who has been handed an artifact says so in it at once: from then on nothing takes it back. */
export function takeSeats(turn: Turn): void {
  for (const key of [...turn.changes.touched]) {
    const row = turn.tables.artifacts.byKey(key)
    const seat = row && turn.state.authorities.get(key)?.seats.at(-1)
    if (!seat || seat.isTaken || !hasSeat(turn, row)) continue
    writeAuthority(turn, row, { op: 'took', at: turn.now }, nobody)
    forgetOffer(turn, row.id)
    composeIntoVault(turn, row.id)
  }
}

export function isOfferedHere(turn: Turn, id: ArtifactId): boolean {
  return offeredHere(turn, id)?.isAccepted ?? false
}

type Offered = { readonly hash: Bytes; readonly from: PlayerId; readonly name: string; readonly isAccepted: boolean }

function offeredHere(turn: Turn, id: ArtifactId): Offered | undefined {
  const note = recall(turn, undefined, `offered:${id}`)
  if (!note) return undefined
  const [hash, from, name, isAccepted] = decode(note) as [Bytes, PlayerId, string, boolean]
  return { hash, from, name, isAccepted }
}

function keepOffer(turn: Turn, id: ArtifactId, { hash, from, name, isAccepted }: Offered): void {
  remember(turn, undefined, `offered:${id}`, encode([hash, from, name, isAccepted]))
}

function forgetOffer(turn: Turn, id: ArtifactId): void {
  const known = offeredHere(turn, id)
  if (!known) return
  forget(turn, undefined, `offered:${id}`)
  dropLetter(turn, `transfer:${id}:${known.from}`)
}

function sendOffer(turn: Turn, session: Session, row: ArtifactRow): void {
  const pending = authorityOf(turn, row)?.offer
  const isTo = pending?.to === session.player
  const words = isTo ? [pending?.hash ?? null, row.name] : [null]
  sendFrame(turn, session.connection, 'offer', fromHex(row.id.slice(4)), ...words)
}

function sendAcceptance(turn: Turn, session: Session, id: ArtifactId): void {
  const known = offeredHere(turn, id)
  if (!known?.isAccepted || known.from !== session.player) return
  const signature = sign(acceptanceBytes(id, known.hash), self(turn).deviceKeys.secretKey)
  sendFrame(turn, session.connection, 'taken', fromHex(id.slice(4)), known.hash, signature)
}
