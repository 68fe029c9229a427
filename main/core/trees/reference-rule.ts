import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import { utf8Length } from '../showing/text.ts'

/** What an open Tree takes from a member, by its type. Decided on receipt, by everyone alike. */
export function isFitting(
  row: { readonly id: ArtifactId; readonly type: string },
  player: PlayerId,
  { child, position, label }: { readonly child: unknown; readonly position: unknown; readonly label: unknown },
): boolean {
  if (typeof child !== 'string' || !/^(doc|blob):[0-9a-f]{64}$/.test(child) || child === row.id) return false
  if (typeof position !== 'number' || !Number.isFinite(position) || Math.abs(position) >= 1e15) return false
  const isLabel = label === null || (typeof label === 'string' && label.length <= 256 && utf8Length(label) <= 512)
  return isLabel && mayLabel(row.type, player, child, label)
}

/** A label that names a player names its author, and one that names a token names the one it stands on. */
function mayLabel(type: string, player: PlayerId, child: string, label: string | null): boolean {
  switch (type) {
    case 'request':
      return label === 'offer'
    case 'intention':
      return label !== null && (isProof(label, player) || label === pledgeLabel(player, child))
    case 'story':
    case 'dm':
    case 'hive':
      return true
    default:
      return false
  }
}

export function proofLabel(player: PlayerId, at: number): string {
  return `proof:${player}:${at}`
}

export function pledgeLabel(player: PlayerId, tokenId: string): string {
  return `pledge:${player}:${tokenId.split(':')[1]?.slice(0, 8)}`
}

function isProof(label: string, player: PlayerId): boolean {
  const prefix = proofLabel(player, 0).slice(0, -1)
  return label.startsWith(prefix) && /^\d{1,16}$/.test(label.slice(prefix.length))
}
