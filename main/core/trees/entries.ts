import type { EntryId } from '../../../shared/ids.ts'
import { fromHex, hex } from '../../crypto/bytes.ts'
import { isBySteward, mayWriteEntries } from '../authority/rights.ts'
import { takeStatement } from '../exchanges/exchange-statement.ts'
import { isBytes } from '../identity/device-list.ts'
import { type Entry, rankOf, targetOf } from '../logs/entry.ts'
import { endTyping } from '../meeting/presence.ts'
import type { AmendmentRow } from '../rows.ts'
import { searchLater } from '../showing/search-note.ts'
import { textLimit, utf8Length } from '../showing/text.ts'
import type { Turn } from '../state.ts'
import { takeBlessing } from '../tokens/blessings.ts'
import { showGiven, takeRelease } from '../tokens/released.ts'
import { entryIdOf } from './artifact-id.ts'
import { takeReference } from './open-references.ts'
import { takeMark } from './read-marks.ts'

const nonceLength = 16
const emojiLimit = 32

/**
 * Materialises one entry of a Story. An author names its own entries by nonce, never by id, so that an edit or a
 * deletion of another's entry cannot even be said; only the steward's `remove` names an id.
 */
export function takeEntry(turn: Turn, entry: Entry): void {
  if (entry.kind === 'bless') return takeBlessing(turn, entry)
  if (!mayWriteEntries(entry.row)) return
  if (entry.kind === 'release') return takeRelease(turn, entry)
  const [first, second, third] = entry.fields
  if (entry.row.type === 'exchange' && (entry.kind === 'lock' || entry.kind === 'reject'))
    return takeStatement(turn, entry)
  if (entry.kind === 'refer' || entry.kind === 'unrefer') return takeComposition(turn, entry)
  if (entry.kind === 'message') takeMessage(turn, entry, first, second, third)
  else if (entry.kind === 'edit' && isNonce(first) && isText(second)) amendOwn(turn, entry, first)
  else if (entry.kind === 'delete' && isNonce(first)) amendOwn(turn, entry, first)
  else if (entry.kind === 'remove' && isBySteward(entry)) amend(turn, entry, first, '')
  else if (entry.kind === 'read') takeMark(turn, entry)
  else if (entry.kind === 'react' && isEmoji(second))
    amend(turn, entry, first, `${third === true ? '+' : '-'}${second}`)
}

function takeComposition(turn: Turn, entry: Entry): void {
  takeReference(turn, entry)
  const [nonce] = entry.fields
  if (entry.row.type === 'intention' && isNonce(nonce)) showGiven(turn, entry.row, entryIdOf(entry.player, nonce))
}

function takeMessage(turn: Turn, entry: Entry, nonce: unknown, text: unknown, replyTo: unknown): void {
  if (!isNonce(nonce) || !isText(text) || (replyTo !== null && !targetOf(replyTo))) return
  endTyping(turn, entry.player, entry.row.key)
  putEntry(turn, entry, entryIdOf(entry.player, nonce))
}

/** One more in the sequence of a Story. */
export function putEntry(turn: Turn, entry: Entry, id: EntryId): void {
  turn.tables.entries.put({
    artifact: entry.row.key,
    id,
    clock: entry.clock,
    log: entry.log.key,
    seq: entry.seq,
    rank: rankOf(entry),
    player: entry.player,
  })
  showEntry(turn, entry, id)
}

export function amendOwn(turn: Turn, entry: Entry, nonce: Uint8Array): void {
  amend(turn, entry, fromHex(entryIdOf(entry.player, nonce)), '')
}

/** What it is about, where it is about anything. */
export function amend(turn: Turn, entry: Entry, target: unknown, value: string): EntryId | undefined {
  const id = targetOf(target)
  if (!id) return undefined
  turn.tables.amendments.put({
    artifact: entry.row.key,
    target: id,
    kind: entry.kind as AmendmentRow['kind'],
    player: entry.player,
    clock: entry.clock,
    hash: hex(entry.hash),
    log: entry.log.key,
    seq: entry.seq,
    value,
  })
  showEntry(turn, entry, id)
  return id
}

function showEntry(turn: Turn, entry: Entry, id: string): void {
  const changed = turn.changes.entries.get(entry.row.key) ?? new Set()
  turn.changes.entries.set(entry.row.key, changed.add(id))
  turn.changes.touched.add(entry.row.key)
  if (entry.kind !== 'react' && entry.kind !== 'read') searchLater(turn, entry.row.key, id)
}

export function isNonce(value: unknown): value is Uint8Array {
  return isBytes(value, nonceLength)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && utf8Length(value) <= textLimit
}

function isEmoji(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && utf8Length(value) <= emojiLimit
}
