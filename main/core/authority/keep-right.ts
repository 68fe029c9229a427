import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { mayKeep } from './access.ts'
import { grantsOf } from './grants.ts'

/** ACC-7, ACC-11: may this player save, export and reshare it? Asked before whether it is there at all. */
export function mayKeepHere(turn: Turn, row: ArtifactRow): boolean {
  const { player } = self(turn)
  if (row.type === 'dm') return true
  return mayKeep(player, row.steward, grantsOf(turn.tables.members.of(row.key)), turn.now)
}
