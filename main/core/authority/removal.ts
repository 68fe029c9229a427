import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, concat, fromHex, hex, uint, utf8 } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { sign, verify } from '../../crypto/signature.ts'
import { isAtStake } from '../exchanges/exchange-promise.ts'
import { leaveMailboxes } from '../keeping/leaving.ts'
import { recall, remember } from '../logs/private-notes.ts'
import { isShared } from '../logs/sharing.ts'
import { isCount } from '../logs/state-vector.ts'
import { bytesAt, type Frame, sendFrame } from '../meeting/frame.ts'
import type { Session } from '../meeting/session.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { rowOf } from '../trees/tree.ts'
import { authorityOf } from './governance.ts'

const removedContext = utf8('indra removed v1')
const endings = ['revoked', 'expired', 'recalled'] as const

/** How somebody's access came to its end. */
export type Ending = (typeof endings)[number]

/** The authority position at which it did, how, and when this vault heard of it. */
export type Removal = { readonly position: number; readonly why: Ending; readonly at?: number }

/** What the seat signs for who was removed at this position of the authority log. */
export function removedBytes(realm: Bytes, player: PlayerId, { position, why }: Removal): Bytes {
  const reason = why === 'revoked' ? '' : why
  return concat(removedContext, realm, fromHex(player), uint(position, 6), utf8(reason))
}

export function sendRemoved(turn: Turn, session: Session, row: ArtifactRow, removal: Removal): void {
  if (!session.player) return
  const id = fromHex(row.id.slice(4))
  const signature = sign(removedBytes(id, session.player, removal), self(turn).deviceKeys.secretKey)
  sendFrame(turn, session.connection, 'removed', id, removal.position, signature, removal.why)
}

/** What a note says that remembers a removal. */
export function removalIn(note: Bytes): Removal {
  const value = decode(note)
  const [position, why, at] = Array.isArray(value) ? (value as unknown[]) : []
  return {
    position: isCount(position) ? position : 0,
    why: endingIn(why),
    ...(typeof at === 'number' ? { at } : {}),
  }
}

function endingIn(value: unknown): Ending {
  return endings.find((each) => each === value) ?? 'revoked'
}

/** How this player was last removed from an artifact. */
export function ownRemoval(turn: Turn, id: ArtifactId): Removal | undefined {
  const note = recall(turn, id, 'removed')
  return note && removalIn(note)
}

/** Where that was; −1 where they never were. */
export function removedAt(turn: Turn, id: ArtifactId): number {
  return ownRemoval(turn, id)?.position ?? -1
}

/** Who last heard of another seat than the one that signed asks for what came between. */
export function removedTold(turn: Turn, session: Session, frame: Frame): void {
  const realm = bytesAt(frame, 0, 32)
  const [, position, , why] = frame.fields
  const signature = bytesAt(frame, 2, 64)
  if (!realm || !signature || !isCount(position)) return
  removalHeard(turn, realm, position, signature, why)
  const row = turn.tables.artifacts.byId(`doc:${hex(realm)}` as ArtifactId)
  const isFellow = row !== undefined && isShared(turn, session, row)
  const held = (isFellow && authorityOf(turn, row)?.length) || Number.POSITIVE_INFINITY
  if (position > held) sendFrame(turn, session.connection, 'seats?', realm, held)
}

/**
 * Removed by the steward at a position of the authority. Who was let in again after it is not told anything new.
 */
export function removalHeard(turn: Turn, realm: Bytes, position: number, signature: Bytes, why: unknown): void {
  const me = self(turn).player
  const row = turn.tables.artifacts.byId(`doc:${hex(realm)}` as ArtifactId)
  const authority = row && authorityOf(turn, row)
  if (!row || !authority || row.steward === me) return
  const isEnded = row.status === 'revoked' || row.status === 'recalled'
  if (row.status === 'waiting' || (isEnded && removedAt(turn, row.id) >= position)) return
  const removal = { position, why: endingIn(why) }
  if (!verify(signature, removedBytes(realm, me, removal), fromHex(authority.seat))) return
  if ((authority.members.get(me)?.spans.at(-1)?.from ?? 0) > position) return
  endHere(turn, row, removal)
}

/** Not before an own word given for it was answered (EX-1). The tombstone stays. The content goes, but for what was given for good: that stays as it was (AUTH-8). */
export function endHere(turn: Turn, row: ArtifactRow, { position, why }: Removal): void {
  if (isAtStake(turn, row)) return
  const own = turn.tables.members.of(row.key).find((member) => member.player === self(turn).player)
  remember(turn, row.id, 'removed', encode([position, why, turn.now]))
  if (why === 'recalled') leaveMailboxes(turn, row)
  if (own?.mode !== 'permanent') dropContent(turn, row)
  turn.tables.artifacts.update({ ...rowOf(turn, row.key), ...endedStatus(why) })
  turn.changes.touched.add(row.key).add(self(turn).vault)
  turn.due.seek = true
}

export function endedStatus(why: Ending): Pick<ArtifactRow, 'status' | 'others'> {
  return { status: why === 'recalled' ? 'recalled' : 'revoked', others: 0 }
}

/**
 * Deletes what a removed member's app no longer may hold. Its own sealed log stays, so that whoever is let in again
 * goes on where the others saw them stop: beginning it anew would be a fork.
 */
export function dropContent(turn: Turn, row: ArtifactRow): void {
  const { tables } = turn
  const { device } = self(turn)
  turn.projections.clear(turn, row)
  const logs = tables.logs.of(row.key)
  const own = logs.filter((log) => log.kind === 'writer' && log.device === device)
  const kept = own.map((log) => ({ log, envelopes: tables.envelopes.from(log.key, 0, log.length) }))
  tables.envelopes.dropAll(row.key)
  const judgedNothing = { judged: 0, clock: 0, position: 0, epoch: 0 }
  const empty = { length: 0, head: new Uint8Array(32), forkAt: undefined, ...judgedNothing }
  for (const log of logs) tables.logs.update({ ...log, ...(own.includes(log) ? judgedNothing : empty) })
  for (const { log, envelopes } of kept) {
    for (const { seq, hash, bytes } of envelopes) tables.envelopes.append(log.key, seq, hash, bytes)
  }
  tables.keys.dropAll(row.key)
  tables.members.clear(row.key)
  tables.holdings.clear(row.key)
  tables.marks.forget(`at:${row.key}:`)
  turn.state.authorities.delete(row.key)
  for (const session of turn.state.sessions.values()) {
    session.known.delete(row.key)
    session.matched.delete(row.key)
    session.confirmed.delete(row.key)
    for (const log of logs) session.held.delete(log.key)
  }
}
