import { type Bytes, compare, concat, fromHex, hex, utf8 } from '../../crypto/bytes.ts'
import { keyedDigest } from '../../crypto/digest.ts'
import type { Session } from '../meeting/session.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'

/** What one device on one connection may hear of, and what it is called there. */
export const tokenLength = 6

/** One token per shared artifact, in their own order: equal where both hold the same, and blind to everyone else. */
export function tokens(turn: Turn, session: Session): [ArtifactRow, Bytes][] {
  return sharedRows(turn, session)
    .map((row): [ArtifactRow, Bytes] => [
      row,
      keyedDigest(row.secret, concat(session.handshake, row.digest)).subarray(0, tokenLength),
    ])
    .sort((a, b) => compare(a[1], b[1]))
}

export function isShared(turn: Turn, session: Session, row: ArtifactRow): boolean {
  if (session.reads.has(row.key) && isByLink(turn, row)) return true
  if (!isOpenTo(turn, session, row)) return false
  if (session.player === self(turn).player) return true
  return turn.tables.members.of(row.key).some((member) => member.player === session.player)
}

/** Blind, and of this connection only. It covers the id: a steward may give a second Tree the secret of another. */
export function nameOn(session: Session, row: ArtifactRow): Bytes {
  const name = keyedDigest(row.secret, concat(utf8('name'), session.handshake, fromHex(row.id.slice(4))))
  return name.subarray(0, 16)
}

export function rowNamed(turn: Turn, session: Session, name: Bytes | undefined): ArtifactRow | undefined {
  if (!name || (!session.player && session.reads.size === 0)) return undefined
  const known = session.names.get(hex(name))
  const found = known === undefined ? nameAll(turn, session).get(hex(name)) : known
  const row = found === undefined ? undefined : turn.tables.artifacts.byKey(found)
  return row && isShared(turn, session, row) ? row : undefined
}

function nameAll(turn: Turn, session: Session): Map<string, number> {
  for (const row of [...sharedRows(turn, session), ...rowsRead(turn, session)])
    session.names.set(hex(nameOn(session, row)), row.key)
  return session.names
}

/** Still open to everyone here, or read by a link from there. */
function isByLink({ tables: { notes } }: Turn, row: ArtifactRow): boolean {
  const isServed = row.status === 'active' && notes.get(row.key, 'published') !== undefined
  return isServed || notes.get(0, `reading:${row.id}`) !== undefined
}

function rowsRead(turn: Turn, session: Session): ArtifactRow[] {
  return [...session.reads].flatMap((key) => turn.tables.artifacts.byKey(key) ?? [])
}

function sharedRows(turn: Turn, session: Session): ArtifactRow[] {
  if (!session.player) return []
  const isOwn = session.player === self(turn).player
  const all = isOwn ? [...turn.tables.artifacts.all()] : turn.tables.artifacts.sharedWith(session.player)
  return all.filter((row) => isOpenTo(turn, session, row))
}

/**
 * A DM is shared with a confirmed peer only; everything else with whoever is a member now; and all of it with one's own
 * other devices, also what is only just heard of.
 */
function isOpenTo(turn: Turn, session: Session, row: ArtifactRow): boolean {
  const isOpen = row.status === 'active' || row.status === 'recalled'
  if (session.player === self(turn).player) return isOpen || row.status === 'waiting'
  if (!isOpen || !session.player) return false
  const status = turn.tables.peers.get(session.player)?.status
  return row.type === 'dm' ? status === 'confirmed' : status !== 'blocked'
}
