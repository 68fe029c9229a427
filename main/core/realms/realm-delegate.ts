import type { Args } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import { fromHex } from '../../crypto/bytes.ts'
import { membersNow } from '../authority/authority.ts'
import { cutOf } from '../authority/cut.ts'
import { forked, hasSeat, ownAuthority, writeAuthority } from '../authority/seat-entry.ts'
import { self, type Turn } from '../state.ts'

/** AUTH-5: lets a member let others in: with these modes, so many people from now on; nobody with a limit of 0. */
export function delegateAdmission(turn: Turn, args: Args<'realm.delegate'>): Result<Record<string, never>> {
  const row = turn.tables.artifacts.byId(args.id)
  if (!row) return refuse('ArtifactNotFound')
  if (row.type === 'dm') return refuse('NotPermitted', 'A DM belongs to its two people.')
  if (row.steward !== self(turn).player) return refuse('NotSteward')
  if (row.status !== 'active') return refuse('NotActive')
  if (!hasSeat(turn, row)) return refuse('NotPermitted', forked)
  const authority = ownAuthority(turn, row)
  const member = membersNow(authority).find((each) => each.player === args.playerId)
  if (member?.role !== 'member') return refuse('NotPermitted', 'Only a member can let others in.')
  const cut = cutOf(turn, row, member.devices.keys())
  const modes = [...new Set(args.modes)].sort()
  const op = { op: 'delegate', player: fromHex(args.playerId), modes, limit: args.limit, cut, at: turn.now }
  writeAuthority(turn, row, op, { lists: [], own: false })
  turn.changes.touched.add(row.key)
  return ok({})
}
