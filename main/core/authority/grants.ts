import type { MemberRow } from '../rows.ts'
import type { Grant } from './access.ts'

/** Members as the grants that made them so; the steward is one by right. */
export function grantsOf(members: readonly MemberRow[]): Grant[] {
  return members
    .filter((member) => member.role === 'member')
    .map(({ player, mode, expiresAt, grantedAt, grantedBy }) => ({
      grantee: player,
      mode,
      expiresAt,
      grantedAt,
      grantedBy,
    }))
}
