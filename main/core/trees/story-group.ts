import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import { signGroupGenesis } from '../authority/group-genesis.ts'
import { boundedName, cleanName } from '../showing/text.ts'
import { self, type Turn } from '../state.ts'
import { groupTreeId } from './artifact-id.ts'
import { admitAll, guestsOf } from './composite.ts'
import { composeIntoVault, createTree } from './tree.ts'

/** The Story of these people and their creator: made once, found ever after. */
export function group(turn: Turn, args: Args<'story.group'>): Result<Value<'story.group'>> {
  const me = self(turn)
  const members = args.members.filter((player) => player !== me.player)
  if (members.length === 0) return refuse('InvalidArguments', 'A group has at least one member besides you.')
  const id = groupTreeId(me.player, members)
  if (turn.tables.artifacts.byId(id)) return ok({ id })
  const guests = guestsOf(turn, { audience: members })
  if (!guests.ok) return guests
  const named = cleanName(args.name ?? '') || guests.value.map((guest) => guest.name).join(', ')
  const signed = signGroupGenesis(me.list, me.deviceKeys, members, me.name)
  const row = createTree(turn, 'story', boundedName(named) || 'Group', {}, { id, signed })
  admitAll(turn, row, guests.value)
  composeIntoVault(turn, id)
  return ok({ id })
}
