import type { PlayerId } from '../../../shared/ids.ts'
import { decode } from '../../crypto/canonical.ts'
import { recall } from '../logs/private-notes.ts'
import type { Turn } from '../state.ts'

/** Who made someone known to this player; remembered also when that was declined. */
export function introducerOf(turn: Turn, player: PlayerId): PlayerId | undefined {
  const note = recall(turn, undefined, `introduced:${player}`)
  return note && (decode(note) as [PlayerId])[0]
}
