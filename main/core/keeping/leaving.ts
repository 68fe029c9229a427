import { hex } from '../../crypto/bytes.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { knownKeepers } from './keeper-record.ts'
import { mailbox, treeSecret } from './mailboxes.ts'

/** Before a recalled artifact's keys go: of what this player left in the mailboxes they lead to, all is to go. */
export function leaveMailboxes(turn: Turn, row: ArtifactRow): void {
  const keepers = knownKeepers(turn)
  if (keepers.length === 0) return
  for (let epoch = 1; epoch <= row.epoch; epoch += 1) {
    const key = turn.tables.keys.get(row.key, 'seat', epoch)
    if (!key) continue
    const name = `gone:${hex(mailbox(treeSecret(row, epoch, key)).address)}`
    for (const keeper of keepers) turn.tables.marks.put(keeper.player, name, 1)
  }
}
