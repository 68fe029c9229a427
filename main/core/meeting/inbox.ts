import { decode } from '../../crypto/canonical.ts'
import { editDocument } from '../documents/documents.ts'
import { self, type Turn } from '../state.ts'
import { leafId } from '../trees/artifact-id.ts'
import { compose, rowOf } from '../trees/tree.ts'

/**
 * Letters at the door: children of the Inbox, written there by the owner's own core (a stranger is no audience). The
 * label says what kind of letter and whose: `connection-request:<player>`, `join-request:<realm>:<player>`.
 */
export function putLetter(turn: Turn, label: string, content: Uint8Array): void {
  const there = turn.tables.references.of(self(turn).inbox, leafId(content))
  if (there.some((reference) => reference.label === label)) return
  dropLetter(turn, label)
  compose(turn, rowOf(turn, self(turn).inbox), leafId(content), label)
  turn.changes.letters = true
}

/** Strangers can make any number of letters: what lies there has to be answered first. */
export const mostLetters = 1_000

export function dropLetter(turn: Turn, label: string): void {
  const inbox = rowOf(turn, self(turn).inbox)
  const letters = turn.tables.references
    .page(inbox.key, 0, 2 * mostLetters)
    .filter((reference) => reference.label === label)
  for (const letter of letters) editDocument(turn, inbox, 'spine', [['drop', letter.refId]])
  dropWaiting(turn, inbox.key, label)
  turn.changes.letters = true
}

/** How many letters lie there. */
export function letterCount(turn: Turn): number {
  return turn.tables.references.count(self(turn).inbox)
}

/** A letter whose edit still waits for the document to open is not there yet, and must not come. */
function dropWaiting(turn: Turn, inbox: number, label: string): void {
  for (const note of turn.tables.notes.all(inbox, 'edit:spine:')) {
    const edit = decode(note.value)
    if (Array.isArray(edit) && edit[0] === 'refer' && edit[4] === label) turn.tables.notes.drop(inbox, note.name)
  }
}
