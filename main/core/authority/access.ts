import type { PlayerId } from '../../../shared/ids.ts'
import type { AccessMode } from '../../../shared/views.ts'

/** Who was let in, how, by whom and until when. */
export type Grant = {
  readonly grantee: PlayerId | '*'
  readonly mode: AccessMode
  readonly expiresAt?: number | undefined
  readonly grantedAt: number
  readonly grantedBy: PlayerId
}

/** A `timed` grant ends when now ≥ expiresAt; every other holds until it is revoked. */
export function isExpired(grant: Grant, now: number): boolean {
  return grant.mode === 'timed' && (grant.expiresAt === undefined || now >= grant.expiresAt)
}

/** Steward and unexpired grantees, each once, steward first. `public` makes readers, not audience (AUTH-9). */
export function audience(steward: PlayerId, grants: readonly Grant[], now: number): PlayerId[] {
  const all = new Set<PlayerId>([steward])
  for (const grant of grants) {
    if (grant.mode === 'transfer' || grant.grantee === '*' || isExpired(grant, now)) continue
    all.add(grant.grantee)
  }
  return [...all]
}

export function mayView(player: PlayerId, steward: PlayerId, grants: readonly Grant[], now: number): boolean {
  if (player === steward) return true
  return grants.some(
    (grant) =>
      grant.mode !== 'transfer' && !isExpired(grant, now) && (grant.grantee === player || grant.mode === 'public'),
  )
}

/** Saving, exporting and resharing take a `permanent` grant, or being the steward. */
export function mayKeep(player: PlayerId, steward: PlayerId, grants: readonly Grant[], now: number): boolean {
  if (player === steward) return true
  return grants.some((grant) => grant.grantee === player && grant.mode === 'permanent' && !isExpired(grant, now))
}

/** A second unexpired grant to one grantee is refused; an expired one may be replaced. */
export function isGranted(player: PlayerId, grants: readonly Grant[], now: number): boolean {
  return grants.some((grant) => grant.grantee === player && !isExpired(grant, now))
}
