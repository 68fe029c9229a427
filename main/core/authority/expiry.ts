import type { MemberRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { rowOf } from '../trees/tree.ts'
import { authorityOf } from './governance.ts'
import { endHere } from './removal.ts'
import { endMembership } from './revocation.ts'
import { hasSeat } from './seat-entry.ts'

/**
 * AUTH-7, ACC-8: what has ended by this device's own clock is not served, shown or written any more, whether the moment
 * came just now or while the vault was closed. The seat says so to everyone, and begins an epoch.
 */
export function expire(turn: Turn): void {
  for (const member of turn.tables.members.expired(turn.now)) {
    if (member.player === self(turn).player) endOwn(turn, member.artifact)
    else if (hasSeat(turn, rowOf(turn, member.artifact))) {
      endMembership(turn, rowOf(turn, member.artifact), member.player, 'expired')
    } else leaveOut(turn, member)
  }
}

/** When the next grant that is known of ends. */
export function nextExpiry(turn: Turn): number | undefined {
  return turn.tables.members.nextExpiry()
}

/** Here the content goes and the tombstone stays; only a grant that came later opens it again. */
function endOwn(turn: Turn, artifact: number): void {
  const row = rowOf(turn, artifact)
  endHere(turn, row, { position: authorityOf(turn, row)?.length ?? 0, why: 'expired' })
}

function leaveOut(turn: Turn, gone: MemberRow): void {
  const members = turn.tables.members.of(gone.artifact).filter((each) => each.player !== gone.player)
  turn.tables.members.clear(gone.artifact)
  for (const member of members) turn.tables.members.put(member)
  const others = members.filter((each) => each.player !== self(turn).player).length
  turn.tables.artifacts.update({ ...rowOf(turn, gone.artifact), others })
  turn.changes.touched.add(gone.artifact)
  turn.due.seek = true
}
