import type { EntryId } from '../../../shared/ids.ts'
import { fromHex, hex } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { settingsOf } from '../identity/settings.ts'
import { type Entry, targetOf } from '../logs/entry.ts'
import { recall } from '../logs/private-notes.ts'
import { isCount } from '../logs/state-vector.ts'
import { write } from '../logs/writer.ts'
import type { ArtifactRow, EntryRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'

/**
 * How far someone has read is a place in a Story's order: the (clock, id) of an entry. One's own mark is a private note;
 * who chose to tells it to the Story as an entry `read` [id, clock]. Of each person the furthest place counts, so that
 * order of arrival and repetition change nothing. A place where no entry stands counts for nothing.
 */
type Place = Pick<EntryRow, 'clock' | 'id'>

const prefix = 'read-by:'
/** Reading on for this long becomes one mark, in milliseconds. */
const gathering = 2_000

export function readMark(turn: Turn, row: ArtifactRow): EntryRow | undefined {
  const mark = recall(turn, row.id, 'read')
  return mark && turn.tables.entries.get(row.key, hex(mark) as EntryId)
}

export function isAfter(a: Place, b: Place): boolean {
  return a.clock > b.clock || (a.clock === b.clock && a.id > b.id)
}

/** Notes that the mark is to be told, by those who chose to. */
export function scheduleMark(turn: Turn, row: ArtifactRow): void {
  if (!settingsOf(turn).readMarks || turn.state.marksDue.has(row.key)) return
  turn.state.marksDue.set(row.key, turn.now + gathering)
}

export function tellMarks(turn: Turn): void {
  for (const [key, due] of turn.state.marksDue) {
    if (turn.now < due) continue
    turn.state.marksDue.delete(key)
    const row = turn.tables.artifacts.byKey(key)
    if (row?.status === 'active' && settingsOf(turn).readMarks) tellMark(turn, row)
  }
}

function tellMark(turn: Turn, row: ArtifactRow): void {
  const mark = readMark(turn, row)
  const told = placeOf(turn, row, self(turn).player)
  if (mark && (!told || isAfter(mark, told))) write(turn, row, 'read', [fromHex(mark.id), mark.clock])
}

export function nextMark(turn: Turn): number | undefined {
  return turn.state.marksDue.size > 0 ? Math.min(...turn.state.marksDue.values()) : undefined
}

/** Reception of a told mark. */
export function takeMark(turn: Turn, entry: Entry): void {
  const [target, clock] = entry.fields
  const id = targetOf(target)
  if (!id || !isCount(clock)) return
  const known = placeOf(turn, entry.row, entry.player)
  if (known && !isAfter({ clock, id }, known)) return
  turn.tables.notes.put(entry.row.key, prefix + entry.player, encode([clock, id]))
  turn.changes.recounted.add(entry.row.key)
}

/** Before an artifact's entries are judged anew. */
export function clearMarks(turn: Turn, row: ArtifactRow): void {
  for (const note of turn.tables.notes.all(row.key, prefix)) turn.tables.notes.drop(row.key, note.name)
}

/** Which of these people told that they have read as far as this entry. */
export function readersOf(turn: Turn, row: ArtifactRow, people: readonly string[], entry: Place): number {
  return people.filter((player) => {
    const place = placeOf(turn, row, player)
    const isThere = place && turn.tables.entries.get(row.key, place.id)?.clock === place.clock
    return isThere && !isAfter(entry, place)
  }).length
}

function placeOf(turn: Turn, row: ArtifactRow, player: string): Place | undefined {
  const note = turn.tables.notes.get(row.key, prefix + player)
  const value = note && decode(note)
  return Array.isArray(value) ? { clock: value[0] as number, id: value[1] as EntryId } : undefined
}
