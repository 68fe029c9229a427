import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import { equal } from '../../crypto/bytes.ts'
import { authorityOf } from '../authority/governance.ts'
import { write } from '../logs/writer.ts'
import type { ArtifactRow } from '../rows.ts'
import { wellFormed } from '../showing/text.ts'
import { heatView } from '../showing/view.ts'
import { self, type Turn } from '../state.ts'
import { blessingsIn } from './blessings.ts'
import type { Mint } from './mint.ts'
import { releasedAs } from './released.ts'
import { tokenValue } from './token-value.ts'

/** A Token with what it is made of, and how far that can be looked up from here. */
export function get(turn: Turn, { id }: Args<'token.get'>): Result<Value<'token.get'>> {
  const row = turn.tables.artifacts.byId(id)
  if (!row) return refuse('ArtifactNotFound')
  const authority = authorityOf(turn, row)
  const mint = authority?.mint
  if (row.type !== 'token' || !mint) return refuse('NotPermitted', 'This is not a Token.')
  const blessings = [{ by: mint.author, at: authority.createdAt, message: '' }, ...blessingsIn(turn, row, mint.author)]
  const stewards = authority.stewards.map((each) => each.player)
  const { heat } = heatView(turn, row, turn.now)
  const [start, end] = [mint.begin.wallTime, mint.end.wallTime]
  return ok({
    id,
    author: mint.author,
    intention: mint.intention,
    start,
    dwellMillis: end - start,
    stewards,
    blessings,
    heat,
    value: tokenValue(heat, blessings.length, stewards.length),
    released: releaseOf(turn, row, mint),
    witness: witnessOf(turn, mint),
  })
}

/** Thanks for what it stands for: once from each who can see it. */
export function bless(turn: Turn, args: Args<'token.bless'>): Result<Record<string, never>> {
  const row = turn.tables.artifacts.byId(args.id)
  if (!row) return refuse('ArtifactNotFound')
  if (row.type !== 'token') return refuse('NotPermitted', 'This is not a Token.')
  if (row.status !== 'active') return refuse('NotActive')
  const isSaid = turn.tables.notes.get(row.key, `bless:${self(turn).player}`) !== undefined
  if (!isSaid) write(turn, row, 'bless', [wellFormed(args.message ?? '')])
  return ok({})
}

/** Is this the Token its window was released as? Only who is in the Intention can say. */
function releaseOf(turn: Turn, row: ArtifactRow, mint: Mint): Value<'token.get'>['released'] {
  const known = releasedAs(turn, mint.intention, mint.begin.hash)
  if (!known) return 'unknown'
  return known === row.id ? 'counted' : 'superseded'
}

/** Does the giver's attention log, as it is held here, have this very window? */
function witnessOf(turn: Turn, { begin }: Mint): Value<'token.get'>['witness'] {
  const [held] = turn.tables.attention.of(begin.device, begin.incarnation, begin.seq, 1)
  if (held?.seq !== begin.seq) return 'unknown'
  return equal(held.hash, begin.hash) ? 'held' : 'contradicted'
}
