import type { Bytes } from '../../crypto/bytes.ts'
import { acceptedLength } from '../authority/authority.ts'
import { authorityOf } from '../authority/governance.ts'
import { settledLength, toldLength } from '../authority/seats.ts'
import type { ArtifactRow, LogRow } from '../rows.ts'
import type { Turn } from '../state.ts'

/**
 * How much of a log counts, for everyone who holds the same of it: up to its fork, and where its author was removed up
 * to the accepted length. Only that much is told of and handed on; two vaults compare no more than that.
 */
export type Standing = {
  readonly length: number
  /** hash of the last envelope that counts; zeros when none does */
  readonly head: Bytes
  readonly forkAt: number | undefined
}

/** Incarnations of one device that count, lowest first. Honest ones are few: one for each time a vault was set back. */
export const mostIncarnations = 64

export function standingOf(turn: Turn, row: ArtifactRow, log: LogRow): Standing {
  const authority = row.type === 'dm' ? undefined : authorityOf(turn, row)
  const counted =
    authority && (log.kind === 'authority' ? toldLength(authority, log.device) : acceptedLength(authority, log))
  const limit = counted ?? Number.POSITIVE_INFINITY
  const settled = authority && log.kind === 'authority' ? settledLength(authority, log.device) : 0
  const isFrozen = log.forkAt !== undefined && log.forkAt < limit && limit > settled
  const forkAt = isFrozen ? log.forkAt : undefined
  const length = Math.min(log.length, limit, Math.max(settled, forkAt ?? log.length))
  if (length === log.length) return { length, head: log.head, forkAt }
  const last = length === 0 ? undefined : turn.tables.envelopes.at(log.key, length - 1)
  return { length, head: last?.hash ?? new Uint8Array(32), forkAt }
}

/** The logs of an artifact that count at all. What is left out is not told of, not compared and not judged. */
export function countedLogs(turn: Turn, row: ArtifactRow): LogRow[] {
  const logs = turn.tables.logs.of(row.key)
  return logs.length <= mostIncarnations ? logs : logs.filter((log) => lowerIncarnations(log, logs) < mostIncarnations)
}

export function lowerIncarnations(
  log: Pick<LogRow, 'kind' | 'device' | 'incarnation'>,
  logs: Iterable<LogRow>,
): number {
  let lower = 0
  for (const each of logs) {
    const isOfSame = each.device === log.device && each.kind === log.kind
    if (isOfSame && each.length > 0 && each.incarnation < log.incarnation) lower += 1
  }
  return lower
}
