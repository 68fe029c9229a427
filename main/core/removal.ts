import type { ArtifactId, PlayerId } from '../../shared/ids.ts'
import { concat, fromHex, uint, utf8 } from '../crypto/bytes.ts'
import { decode } from '../crypto/canonical.ts'
import { leaveMailboxes } from './leaving.ts'
import { recall } from './private-notes.ts'
import type { ArtifactRow } from './rows.ts'
import { self, type Turn } from './state.ts'
import { isCount } from './state-vector.ts'

const removedContext = utf8('indra removed v1')

/** What the seat signs for who was removed at this position of the authority log. */
export function removedBytes(realm: Uint8Array, player: PlayerId, position: number): Uint8Array {
  return concat(removedContext, realm, fromHex(player), uint(position, 6))
}

/** The position in a note that remembers a removal. */
export function removalIn(note: Uint8Array): number {
  const value = decode(note)
  const position: unknown = Array.isArray(value) ? value[0] : undefined
  return isCount(position) ? position : 0
}

/** Where this player was last removed from an artifact; −1 where they never were. */
export function removedAt(turn: Turn, id: ArtifactId): number {
  const note = recall(turn, id, 'removed')
  return note ? removalIn(note) : -1
}

/**
 * Deletes what a removed member's app no longer may hold. Its own sealed log stays, so that whoever is let in again
 * goes on where the others saw them stop: beginning it anew would be a fork.
 */
export function dropContent(turn: Turn, row: ArtifactRow): void {
  const { tables } = turn
  const { device } = self(turn)
  if (tables.artifacts.byKey(row.key)?.status === 'recalled') leaveMailboxes(turn, row)
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
