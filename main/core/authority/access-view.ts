import type { ArtifactView } from '../../../shared/views.ts'
import { recall } from '../logs/private-notes.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { authorityOf } from './governance.ts'
import { mayKeepHere } from './keep-right.ts'
import { ownRemoval } from './removal.ts'

type Shown = Pick<ArtifactView, 'keeps' | 'provenance' | 'stewards' | 'offered' | 'ended' | 'reading'>

/** Whose it was and is, to whom it is offered, how it ended, and whether it is this player's to keep. */
export function accessView(turn: Turn, row: ArtifactRow): Shown {
  const authority = authorityOf(turn, row)
  const isReading = row.status === 'revoked' && recall(turn, undefined, `reading:${row.id}`) !== undefined
  const ended = isReading ? undefined : endedView(turn, row)
  return {
    keeps: mayKeepHere(turn, row),
    ...(authority
      ? { stewards: authority.stewards.map(({ player, at, via }) => ({ playerId: player, at, via })) }
      : {}),
    ...provenanceView(turn, row),
    ...(authority?.offer ? { offered: { to: authority.offer.to, at: authority.offer.at } } : {}),
    ...(ended ? { ended } : {}),
    ...(isReading ? { reading: true } : {}),
  }
}

function provenanceView(turn: Turn, row: ArtifactRow): Pick<ArtifactView, 'provenance'> {
  const stewards = authorityOf(turn, row)?.stewards ?? []
  const [first] = stewards
  const before = stewards.at(-2)
  const last = stewards.at(-1)
  if (!first || !before || !last || last.via === 'genesis') return {}
  const provenance = {
    originalSteward: first.player,
    receivedFrom: before.player,
    receivedAt: last.at,
    receivedVia: last.via,
  }
  return { provenance }
}

function endedView(turn: Turn, row: ArtifactRow): ArtifactView['ended'] {
  if (row.status !== 'recalled' && row.status !== 'revoked') return undefined
  const recalled = authorityOf(turn, row)?.recall
  if (recalled) return { why: 'recalled', at: recalled.at }
  const removal = ownRemoval(turn, row.id)
  return { why: removal?.why ?? 'revoked', ...(removal?.at === undefined ? {} : { at: removal.at }) }
}

/** AUTH-9: everyone with the link. */
export function publicGrant(turn: Turn, row: ArtifactRow): ArtifactView['grants'] {
  const authority = authorityOf(turn, row)
  if (!authority?.published) return []
  return [{ grantee: '*', mode: 'public', grantedAt: authority.published.at, grantedBy: authority.steward }]
}
