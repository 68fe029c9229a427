import type { PlayerId } from '../../../shared/ids.ts'
import { hex } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import type { Entry } from '../logs/entry.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'

const mostWords = 1_024

/** The first word of each counts. */
export function takeBlessing(turn: Turn, entry: Entry): void {
  const { row, player, clock, hash, at } = entry
  const [message] = entry.fields
  if (row.type !== 'token' || typeof message !== 'string' || message.length > mostWords) return
  const rank = `${String(clock).padStart(17, '0')}:${hex(hash)}`
  const known = turn.tables.notes.get(row.key, `bless:${player}`)
  if (known && String((decode(known) as unknown[])[0]) <= rank) return
  turn.tables.notes.put(row.key, `bless:${player}`, encode([rank, at, message]))
  turn.changes.touched.add(row.key)
}

/** Before a Token is judged anew. */
export function forgetBlessings(turn: Turn, row: ArtifactRow): void {
  if (row.type !== 'token') return
  for (const note of turn.tables.notes.all(row.key, 'bless:')) turn.tables.notes.drop(row.key, note.name)
}

/** Besides the giver's own, which the Token began with. */
export function blessingsIn(turn: Turn, row: ArtifactRow, giver: PlayerId) {
  return turn.tables.notes
    .all(row.key, 'bless:')
    .map(({ name, value }) => {
      const [, at, message] = decode(value) as [string, number, string]
      return { by: name.slice(6) as PlayerId, at, message }
    })
    .filter((each) => each.by !== giver)
}
