import type { Canonical } from '../../crypto/canonical.ts'
import { authorityOf } from '../authority/governance.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { clockJump } from './entry.ts'
import { judge } from './judgement.ts'
import { type Appended, append, ownLog } from './log.ts'

/** One entry into this device's writer log, judged at once by the same rule as everyone's. */
export function write(turn: Turn, row: ArtifactRow, kind: string, fields: readonly Canonical[]): Appended {
  const present = turn.tables.artifacts.byKey(row.key) ?? row
  const appended = append(turn, present, 'writer', entryPayload(turn, present, kind, fields))
  judge(turn, present)
  return appended
}

/** `[authority position, clock, time, kind, …fields]`: the header every writer entry begins with. */
export function entryPayload(turn: Turn, row: ArtifactRow, kind: string, fields: readonly Canonical[]): Canonical {
  const authority = authorityOf(turn, row)
  const log = ownLog(turn, row, 'writer')
  const wanted = Math.max(turn.tables.entries.lastClock(row.key), log.clock) + 1
  const clock = Math.min(wanted, log.clock + clockJump)
  return [authority ? authority.length - 1 : 0, clock, turn.now, kind, ...fields]
}
