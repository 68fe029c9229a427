import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import { cutOf } from '../authority/cut.ts'
import { listsOf, ownAuthority, turnEpoch, writeAuthority } from '../authority/seat-entry.ts'
import { seated } from '../authority/stewardship.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { formatOpenLink } from './open-link.ts'

/**
 * AUTH-9: whoever has the link reads, and is no audience. The link's key opens the key of each epoch from the one in
 * which it was published until the one that ends it; those before are sealed under those.
 */
export function publish(turn: Turn, row: ArtifactRow): Result<Record<string, never>> {
  if (ownAuthority(turn, row).published) return refuse('AlreadyGranted', 'It is open to everyone already.')
  const link = turn.chance(32)
  writeAuthority(turn, row, { op: 'publish', link, at: turn.now }, { lists: [], own: false, link })
  return ok({})
}

/** What was read stays read; what is written from now on is not opened by the link. */
export function unpublish(turn: Turn, row: ArtifactRow): Result<Record<string, never>> {
  const authority = ownAuthority(turn, row)
  if (!authority.published) return refuse('NotPermitted', 'It is not open to everyone.')
  const lists = listsOf(turn, authority, () => true)
  turnEpoch(turn, row, { op: 'unpublish', cut: cutOf(turn, row, []) }, { lists, own: true })
  return ok({})
}

export function link(turn: Turn, args: Args<'artifact.link'>): Result<Value<'artifact.link'>> {
  const row = seated(turn, args.id)
  if (!row.ok) return row
  const key = ownAuthority(turn, row.value).published?.link
  return key ? ok({ code: formatOpenLink({ id: args.id, key }) }) : refuse('NotPermitted', 'Open it to everyone first.')
}
