import type { Args, Value } from '../../../shared/contract.ts'
import { type Result, refuse } from '../../../shared/fault.ts'
import { isAbsolute } from '../leaves/importing.ts'
import { type Later, later } from '../leaves/jobs.ts'
import type { Turn } from '../state.ts'

/** Everything but attention cores, as it stands now, in one file under a passphrase of its own. Answered when it is durable. */
export function backup(turn: Turn, args: Args<'vault.backup'>): Result<Value<'vault.backup'>> | Later {
  if (!isAbsolute(args.path)) return refuse('InvalidArguments', 'The path has to be a whole one, from the root.')
  const { asked } = turn
  if (!asked) throw new Error('nobody asked')
  const { client, call } = asked
  turn.effects.push({ type: 'back-up', client, call, path: args.path, passphrase: args.passphrase })
  return later
}
