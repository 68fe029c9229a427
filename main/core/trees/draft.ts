import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import { fromUtf8, utf8 } from '../../crypto/bytes.ts'
import { mayWriteEntries } from '../authority/rights.ts'
import { forget, recall, remember } from '../logs/private-notes.ts'
import type { ArtifactRow } from '../rows.ts'
import { textLimit, utf8Length, wellFormed } from '../showing/text.ts'
import type { Turn } from '../state.ts'

/** What was begun in a Story and not sent: a private note, there on all of one's devices. Without `text` it is read. */
export function draft(turn: Turn, args: Args<'story.draft'>): Result<Value<'story.draft'>> {
  const row = turn.tables.artifacts.byId(args.storyId)
  if (!row) return refuse('ArtifactNotFound')
  if (!mayWriteEntries(row)) return refuse('NotPermitted', 'This is not a Story.')
  if (args.text === undefined) return ok({ text: draftIn(turn, row) ?? '' })
  const text = wellFormed(args.text)
  if (utf8Length(text) > textLimit) return refuse('TooLarge', 'A message may have 64 KiB.')
  if (text === '') dropDraft(turn, row)
  else if (text !== draftIn(turn, row)) {
    remember(turn, row.id, 'draft', utf8(text))
    turn.changes.touched.add(row.key)
  }
  return ok({ text })
}

export function draftIn(turn: Turn, row: ArtifactRow): string | undefined {
  const note = recall(turn, row.id, 'draft')
  return note && fromUtf8(note)
}

export function dropDraft(turn: Turn, row: ArtifactRow): void {
  if (draftIn(turn, row) === undefined) return
  forget(turn, row.id, 'draft')
  turn.changes.touched.add(row.key)
}
