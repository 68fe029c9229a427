import type { Args, Value } from '../../../shared/contract.ts'
import { type Result, refuse } from '../../../shared/fault.ts'
import { isAbsolute } from '../leaves/importing.ts'
import { type Later, later } from '../leaves/jobs.ts'
import type { Turn } from '../state.ts'

/** Everything one has as files that anyone can read. Answered when all of it is durable. */
export function exportAll(turn: Turn, args: Args<'vault.export'>): Result<Value<'vault.export'>> | Later {
  if (!isAbsolute(args.path)) return refuse('InvalidArguments', 'The path has to be a whole one, from the root.')
  const { asked } = turn
  if (!asked) throw new Error('nobody asked')
  const { client, call } = asked
  turn.effects.push({ type: 'export-vault', client, call, path: args.path })
  return later
}
