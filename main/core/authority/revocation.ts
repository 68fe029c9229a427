import type { Args } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { PlayerId } from '../../../shared/ids.ts'
import { fromHex } from '../../crypto/bytes.ts'
import { encode } from '../../crypto/canonical.ts'
import { remember } from '../logs/private-notes.ts'
import { sessionsOf } from '../meeting/session.ts'
import { unpublish } from '../realms/publishing.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { type Member, membersNow } from './authority.ts'
import { cutOf } from './cut.ts'
import { type Ending, sendRemoved } from './removal.ts'
import { listsOf, ownAuthority, turnEpoch } from './seat-entry.ts'
import { seated } from './stewardship.ts'

export function revoke(turn: Turn, args: Args<'artifact.revoke'>): Result<Record<string, never>> {
  const found = seated(turn, args.id)
  if (!found.ok) return found
  const row = found.value
  if (args.grantee === '*') return unpublish(turn, row)
  const member = membersNow(ownAuthority(turn, row)).find((each) => each.player === args.grantee)
  if (!member || member.role === 'steward') {
    return refuse('NotPermitted', 'This person has no access to take back.')
  }
  if (row.type === 'leaf' && member.mode === 'permanent') return refuse('CannotRevoke')
  endMembership(turn, row, args.grantee, 'revoke')
  return ok({})
}

/**
 * AUTH-3: the removed devices' logs count up to what is held here and not beyond; a new epoch begins, its key wrapped
 * to everyone who stays and the old key sealed under it for those who come later.
 */
export function endMembership(turn: Turn, row: ArtifactRow, player: PlayerId, op: 'revoke' | 'expired'): void {
  const authority = ownAuthority(turn, row)
  const cut = cutOf(turn, row, authority.members.get(player)?.devices.keys())
  const lists = listsOf(turn, authority, (member) => member.player !== player)
  turnEpoch(turn, row, { op, player: fromHex(player), cut }, { lists, own: true })
  say(turn, row, player, authority.length - 1, op === 'revoke' ? 'revoked' : 'expired')
}

/** ACC-14: permanent grants stay, to read with; everyone else is out, and nothing is written in it any more. */
export function recall(turn: Turn, args: Args<'artifact.recall'>): Result<Record<string, never>> {
  const found = seated(turn, args.id)
  if (!found.ok) return found
  const row = found.value
  const authority = ownAuthority(turn, row)
  const isStaying = (member: Member) => member.role === 'steward' || member.mode === 'permanent'
  const leaving = membersNow(authority).filter((member) => !isStaying(member))
  const audience = { lists: listsOf(turn, authority, isStaying), own: true }
  turnEpoch(turn, row, { op: 'recall', cut: cutOf(turn, row) }, audience)
  for (const { player } of leaving) say(turn, row, player, authority.length - 1, 'recalled')
  return ok({})
}

/** Remembered, for who is away has to hear it at the next meeting. */
function say(turn: Turn, row: ArtifactRow, player: PlayerId, position: number, why: Ending): void {
  remember(turn, row.id, `removed:${player}`, encode([position, why]))
  for (const session of sessionsOf(turn, player)) sendRemoved(turn, session, row, { position, why })
}
