import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { ArtifactId } from '../../../shared/ids.ts'
import { leafNamed } from '../leaves/leaf-access.ts'
import { recordNamed } from '../leaves/leaf-record.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { authorityOf } from './governance.ts'
import { forked, hasSeat, promised } from './seat-entry.ts'

/**
 * ACC-3, ACC-4: an artifact of this player's that may still change, or why it is none. What is promised
 * in an exchange stays as it is: nobody rearranges, renames, shares or takes back what another was given word of (EX-1).
 */
export function stewarded(turn: Turn, id: ArtifactId): Result<ArtifactRow> {
  const row = recordNamed(turn, id)
  if (!row) return refuse(leafNamed(turn, id) ? 'NotSteward' : 'ArtifactNotFound')
  if (row.type === 'dm') return refuse('NotPermitted', 'A DM belongs to its two people.')
  const { player } = self(turn)
  if (row.steward !== player) return wasSteward(turn, row) ? refuse('ArtifactTransferred') : refuse('NotSteward')
  if (row.status !== 'active') return refuse('NotActive')
  return authorityOf(turn, row)?.lock ? refuse('NotPermitted', promised) : ok(row)
}

/** The same for what others may be let into, on whatever device of the steward's. */
export function shareable(turn: Turn, id: ArtifactId): Result<ArtifactRow> {
  const row = stewarded(turn, id)
  if (!row.ok) return row
  const { vault, inbox } = self(turn)
  if (row.value.key === vault || row.value.key === inbox) return refuse('NotPermitted', 'This is yours alone.')
  return authorityOf(turn, row.value)?.isForked ? refuse('NotPermitted', forked) : row
}

/** The same for what is done in the authority log: on the device that writes it, where anybody follows. */
export function seated(turn: Turn, id: ArtifactId): Result<ArtifactRow> {
  const row = shareable(turn, id)
  if (!row.ok) return row
  return hasSeat(turn, row.value) ? row : refuse('NotPermitted', forked)
}

function wasSteward(turn: Turn, row: ArtifactRow): boolean {
  return authorityOf(turn, row)?.stewards.some((each) => each.player === self(turn).player) ?? false
}
