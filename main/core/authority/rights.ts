import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import type { DocumentName } from '../input.ts'
import type { Entry } from '../logs/entry.ts'
import { type Authority, isSteward } from './authority.ts'

/** Trees that take entries from everyone in their audience: open composition. */
const openTypes = new Set(['story', 'inbox', 'request', 'exchange', 'hive', 'intention', 'dm'])

export function mayWriteEntries(row: { type: string }): boolean {
  return openTypes.has(row.type)
}

/** The spine is the steward's. Places are everyone's in a Gallery, the steward's elsewhere. A text is its members'. */
export function mayChange(
  row: { type: string },
  authority: Authority | undefined,
  player: PlayerId,
  document: DocumentName,
): boolean {
  if (row.type === 'dm' || !authority) return false
  return (document !== 'text' && player === authority.steward) || isForAll(row, authority, player, document)
}

/** The same for what was written when somebody else may have been the steward. */
export function mightChange(entry: Entry, document: DocumentName): boolean {
  const { row, authority, player } = entry
  if (row.type === 'dm' || !authority) return false
  return (document !== 'text' && isBySteward(entry)) || isForAll(row, authority, player, document)
}

/** Was its author the steward where it stands? */
export function isBySteward({ authority, player, log, ...spot }: Entry): boolean {
  return authority !== undefined && isSteward(authority, player, log, spot)
}

function isForAll(row: { type: string }, authority: Authority, player: PlayerId, document: DocumentName): boolean {
  if (document === 'text') return row.type === 'document' && authority.members.has(player)
  return document === 'places' && row.type === 'gallery' && authority.members.has(player)
}

/** Open Trees and Galleries take pictures and files from everyone in them; elsewhere they are the steward's to put. */
export function mayAddLeaf(row: { type: string }, authority: Authority | undefined, player: PlayerId): boolean {
  return isOpenToLeaves(row) || player === authority?.steward
}

/** The same for what was written when somebody else may have been the steward. A record is of one Leaf alone. */
export function mightAddLeaf(entry: Entry, leaf: ArtifactId): boolean {
  const { row, authority } = entry
  if (row.type === 'leaf' && authority?.leaf !== leaf.slice(5)) return false
  return isOpenToLeaves(row) || isBySteward(entry)
}

function isOpenToLeaves(row: { type: string }): boolean {
  return row.type === 'gallery' || mayWriteEntries(row)
}
