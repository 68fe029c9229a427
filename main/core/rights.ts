import type { PlayerId } from '../../shared/ids.ts'
import type { Authority } from './authority.ts'

/** Trees that take entries from everyone in their audience: open composition. */
const openTypes = new Set(['story', 'inbox', 'request', 'exchange', 'hive', 'intention', 'dm'])

export function mayWriteEntries(row: { type: string }): boolean {
  return openTypes.has(row.type)
}

/** The spine is the steward's. Places are everyone's in a Gallery, the steward's elsewhere. */
export function mayChange(
  row: { type: string },
  authority: Authority | undefined,
  player: PlayerId,
  document: 'spine' | 'places',
): boolean {
  if (row.type === 'dm' || !authority) return false
  if (player === authority.steward) return true
  return document === 'places' && row.type === 'gallery' && authority.members.has(player)
}
