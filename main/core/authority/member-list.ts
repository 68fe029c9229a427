import { keepList } from '../identity/known-lists.ts'
import type { ArtifactRow } from '../rows.ts'
import { boundedName } from '../showing/text.ts'
import { self, type Turn } from '../state.ts'
import { type Authority, type Member, membersNow } from './authority.ts'

/** Writes down who is a member now, and how the artifact stands for this player. */
export function writeMembers(turn: Turn, row: ArtifactRow, authority: Authority): void {
  const me = self(turn)
  turn.tables.members.clear(row.key)
  const members = membersNow(authority).filter((member) => isKept(turn, authority, member))
  for (const member of members) {
    const { player, role, mode, expiresAt, grantedAt, grantedBy } = member
    const name = boundedName(member.name)
    turn.tables.members.put({ artifact: row.key, player, name, role, mode, expiresAt, grantedAt, grantedBy })
    if (player !== me.player) keepDevices(turn, member)
  }
  turn.tables.artifacts.update({
    ...(turn.tables.artifacts.byKey(row.key) ?? row),
    steward: authority.steward,
    status: statusOf(authority, members, me.player),
    others: members.filter((member) => member.player !== me.player).length,
    epoch: authority.epoch,
  })
  writePublished(turn, row, members.some((each) => each.player === me.player) ? authority : undefined)
  turn.changes.touched.add(row.key)
  turn.changes.recounted.add(row.key)
  turn.due.keep = true
  turn.due.seek = true
}

/** Who is in it serves those who come by its link. */
function writePublished(turn: Turn, row: ArtifactRow, authority: Authority | undefined): void {
  const { published } = authority ?? {}
  if (published) turn.tables.notes.put(row.key, 'published', published.link)
  else turn.tables.notes.drop(row.key, 'published')
}

/** Who has the seat has to say that a grant has ended; everyone else merely lets it end. */
function isKept(turn: Turn, authority: Authority, { player, mode, expiresAt }: Member): boolean {
  if (authority.seat === self(turn).device && !authority.isForked && !authority.lock) return true
  return player === self(turn).player || mode !== 'timed' || turn.now < (expiresAt ?? 0)
}

function statusOf(authority: Authority, members: readonly Member[], me: Member['player']): ArtifactRow['status'] {
  if (authority.recall) return 'recalled'
  return members.some((member) => member.player === me) ? 'active' : 'revoked'
}

function keepDevices(turn: Turn, member: Member): void {
  keepList(turn, member.list)
}
