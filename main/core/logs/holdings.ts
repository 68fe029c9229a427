import type { PlayerId } from '../../../shared/ids.ts'
import { equal } from '../../crypto/bytes.ts'
import { type Session, sessionsOf } from '../meeting/session.ts'
import type { ArtifactRow, HoldingRow, LogRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { countedLogs, standingOf } from './standing.ts'
import type { VectorEntry } from './state-vector.ts'

/** Who said to hold how much of which log: what every delivery mark rests on. */

/** Never more than is here: nobody can claim to hold what was not written yet. */
export function holdingTold(turn: Turn, session: Session, log: LogRow, told: number): void {
  if (!session.player) return
  const length = Math.min(told, log.length)
  const before = session.held.get(log.key) ?? 0
  if (length <= before) return
  session.held.set(log.key, length)
  const { device: holder, player } = session
  turn.tables.holdings.put({ artifact: log.artifact, holder, player, log: log.key, length, at: turn.now })
  turn.changes.held.set(log.key, {
    log,
    from: Math.min(before, turn.changes.held.get(log.key)?.from ?? before),
    to: length,
  })
}

/** What they end with is what stands there here: a log of another content is not held, however long it is. */
export function agrees(turn: Turn, log: LogRow, theirs: VectorEntry): boolean {
  if (theirs.length === 0 || theirs.length > log.length) return true
  const held = turn.tables.envelopes.at(log.key, theirs.length - 1)
  return held !== undefined && equal(held.hash.subarray(0, 8), theirs.head)
}

/** Both sides hold the same of this artifact: whatever word of it was lost on the way is made good. */
export function matchTold(turn: Turn, session: Session, row: ArtifactRow): void {
  session.matched.add(row.key)
  if (session.confirmed.has(row.key)) return
  session.confirmed.add(row.key)
  const known = new Map<number, HoldingRow>()
  for (const each of turn.tables.holdings.of(row.key)) if (each.holder === session.device) known.set(each.log, each)
  for (const log of countedLogs(turn, row)) {
    const { length } = standingOf(turn, row, log)
    if ((known.get(log.key)?.length ?? 0) < length) holdingTold(turn, session, log, length)
  }
}

/** Who was removed deletes what they held: whoever is let in again is a newcomer, for everyone. */
export function forgetHoldings(turn: Turn, row: ArtifactRow, player: PlayerId): void {
  const others = turn.tables.holdings.of(row.key).filter((holding) => holding.player !== player)
  turn.tables.holdings.clear(row.key)
  for (const holding of others) turn.tables.holdings.put(holding)
  for (const session of sessionsOf(turn, player)) {
    session.known.delete(row.key)
    session.matched.delete(row.key)
    session.confirmed.delete(row.key)
    for (const log of turn.tables.logs.of(row.key)) session.held.delete(log.key)
  }
}
