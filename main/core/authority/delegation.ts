import type { DeviceId, PlayerId } from '../../../shared/ids.ts'
import type { AccessMode } from '../../../shared/views.ts'
import { hex } from '../../crypto/bytes.ts'
import { type Authority, type Cut, logIn } from './authority.ts'
import type { AuthorityOp, CutItem } from './authority-op.ts'

/**
 * AUTH-5: what a member may admit newcomers with, by the steward's word at one authority position: which modes, and how
 * many people. The next word about the same member ends it, with the accepted lengths of their logs, so that nothing is
 * admitted with it afterwards, whatever position it claims.
 */
export type Delegation = {
  readonly player: PlayerId
  readonly modes: readonly AccessMode[]
  readonly limit: number
  readonly from: number
  until: number | undefined
  cut: Cut | undefined
}

export function delegate(authority: Authority, op: Extract<AuthorityOp, { op: 'delegate' }>, position: number): void {
  const player = hex(op.player) as PlayerId
  endDelegations(authority, player, op.cut, position)
  const member = authority.members.get(player)
  if (op.limit === 0 || member?.role !== 'member' || member.spans.at(-1)?.until !== undefined) return
  const { modes, limit } = op
  authority.delegations.push({ player, modes, limit, from: position, until: undefined, cut: undefined })
}

export function endDelegations(
  authority: Authority,
  player: PlayerId,
  items: readonly CutItem[],
  position: number,
): void {
  const open = openDelegation(authority, player)
  if (!open) return
  open.until = position
  open.cut = new Map(
    items.map(([device, incarnation, length]) => [logIn({ device: hex(device) as DeviceId, incarnation }), length]),
  )
}

export function openDelegation(authority: Authority, player: PlayerId): Delegation | undefined {
  return authority.delegations.find((each) => each.player === player && each.until === undefined)
}
