import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { ArtifactId, EntryId, PlayerId } from '../../../shared/ids.ts'
import { fromHex, hex, utf8 } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { mayWriteEntries } from '../authority/rights.ts'
import { isBytes } from '../identity/device-list.ts'
import { forget, recall, recallAll, remember } from '../logs/private-notes.ts'
import { write } from '../logs/writer.ts'
import { hasSendingKey, openDm } from '../meeting/dm.ts'
import { tellTyping } from '../meeting/presence.ts'
import type { ArtifactRow, EntryRow } from '../rows.ts'
import { searchLater } from '../showing/search-note.ts'
import { textLimit, utf8Length, wellFormed } from '../showing/text.ts'
import { self, type Turn } from '../state.ts'
import { entryIdOf, leafId } from './artifact-id.ts'
import { dropDraft } from './draft.ts'
import { readEntry } from './entry-text.ts'
import { entryView } from './entry-view.ts'
import { isAfter, readMark, scheduleMark } from './read-marks.ts'

const pageLength = 50

export function dm(turn: Turn, { playerId }: Args<'story.dm'>): Result<Value<'story.dm'>> {
  if (turn.tables.peers.get(playerId)?.status !== 'confirmed') return refuse('NotPeered')
  return ok({ id: openDm(turn, playerId).id })
}

/** Answered when it is durable here; queued, as durably, until the keys to seal it with are held. */
export function send(turn: Turn, said: Args<'story.send'>): Result<Value<'story.send'>> {
  const args = { ...said, text: wellFormed(said.text) }
  if (utf8Length(args.text) > textLimit) return refuse('TooLarge', 'A message may have 64 KiB.')
  const nonce = turn.chance(16)
  const answer = ok({ entryId: entryIdOf(self(turn).player, nonce), artifactId: leafId(utf8(args.text)) })
  const row = turn.tables.artifacts.byId(args.storyId)
  if (!row) {
    if (recall(turn, undefined, `join:${args.storyId}`) === undefined) return refuse('ArtifactNotFound')
    enqueue(turn, args, nonce)
    return answer
  }
  const refusal = mayWriteIn(row)
  if (refusal) return refusal
  if (!hasSendingKey(turn, row)) enqueue(turn, args, nonce)
  else write(turn, row, 'message', [nonce, args.text, args.replyTo ? fromHex(args.replyTo) : null])
  turn.state.typed.delete(row.key)
  dropDraft(turn, row)
  return answer
}

/** Sends what waited for keys, in the order it was said. */
export function sendQueued(turn: Turn, row: ArtifactRow): void {
  if (!hasSendingKey(turn, row)) return
  for (const note of recallAll(turn, undefined, `queue:${row.id}:`)) {
    const [nonce, text, replyTo] = decode(note.value) as [Uint8Array, string, string]
    forget(turn, undefined, note.name)
    write(turn, row, 'message', [nonce, text, replyTo === '' ? null : fromHex(replyTo)])
  }
}

export function entries(turn: Turn, args: Args<'story.entries'>): Result<Value<'story.entries'>> {
  const row = turn.tables.artifacts.byId(args.storyId)
  const waiting = queued(turn, args.storyId)
  if (!row) {
    return recall(turn, undefined, `join:${args.storyId}`)
      ? ok({ items: waiting, total: waiting.length })
      : refuse('ArtifactNotFound')
  }
  const before = args.before && turn.tables.entries.get(row.key, args.before)
  if (args.before && !before) return refuse('ArtifactNotFound', 'There is no such entry in this Story.')
  const page = turn.tables.entries.page(row.key, before || undefined, args.limit ?? pageLength)
  const items = page.flatMap((entry) => entryView(turn, row, entry) ?? [])
  const total = turn.tables.entries.count(row.key) + waiting.length
  return ok({ items: args.before ? items : [...items, ...waiting], total })
}

export function edit(turn: Turn, args: Args<'story.edit'>): Result<Record<string, never>> {
  if (utf8Length(args.text) > textLimit) return refuse('TooLarge', 'A message may have 64 KiB.')
  return amendOwn(turn, args, (row, nonce) => write(turn, row, 'edit', [nonce, wellFormed(args.text)]))
}

/** In a DM each deletes only from its own copy (DM-1). Elsewhere the author deletes, or the steward removes. */
export function remove(turn: Turn, args: Args<'story.delete'>): Result<Record<string, never>> {
  const found = find(turn, args.storyId, args.entryId)
  if (!found.ok) return found
  const { row, entry } = found.value
  const me = self(turn).player
  if (row.type === 'dm') remember(turn, row.id, `hidden:${args.entryId}`, new Uint8Array([1]))
  else if (entry.player === me) return amendOwn(turn, args, (tree, nonce) => write(turn, tree, 'delete', [nonce]))
  else if (row.steward === me) write(turn, row, 'remove', [fromHex(args.entryId)])
  else return refuse('NotPermitted', 'Only its author or the steward can delete an entry.')
  searchLater(turn, row.key, args.entryId)
  const changed = turn.changes.entries.get(row.key) ?? new Set()
  turn.changes.entries.set(row.key, changed.add(args.entryId))
  turn.changes.touched.add(row.key)
  return ok({})
}

export function react(turn: Turn, args: Args<'story.react'>): Result<Record<string, never>> {
  const found = find(turn, args.storyId, args.entryId)
  if (!found.ok) return found
  const isEmoji = utf8Length(args.emoji) <= 32 && wellFormed(args.emoji) === args.emoji
  if (!isEmoji) return refuse('InvalidArguments', 'A reaction is one emoji.')
  write(turn, found.value.row, 'react', [fromHex(args.entryId), args.emoji, args.on])
  return ok({})
}

/** The read mark is this player's own; the furthest wins. */
export function markRead(turn: Turn, args: Args<'story.markRead'>): Result<Record<string, never>> {
  const found = find(turn, args.storyId, args.entryId)
  if (!found.ok) return found
  const { row, entry } = found.value
  const known = readMark(turn, row)
  if (!known || isAfter(entry, known)) {
    remember(turn, row.id, 'read', fromHex(args.entryId))
    turn.changes.touched.add(row.key)
  }
  scheduleMark(turn, row)
  return ok({})
}

/** Tells those in the Story who are there now, and nobody later. */
export function typing(turn: Turn, args: Args<'story.typing'>): Result<Record<string, never>> {
  const row = turn.tables.artifacts.byId(args.storyId)
  if (!row) return refuse('ArtifactNotFound')
  const refusal = mayWriteIn(row)
  if (refusal) return refusal
  tellTyping(turn, row)
  return ok({})
}

function amendOwn(
  turn: Turn,
  args: { storyId: ArtifactId; entryId: EntryId },
  amend: (row: ArtifactRow, nonce: Uint8Array) => void,
): Result<Record<string, never>> {
  const found = find(turn, args.storyId, args.entryId)
  if (!found.ok) return found
  const { row, entry } = found.value
  if (entry.player !== self(turn).player) return refuse('NotPermitted', 'Only its author can change an entry.')
  const nonce = readEntry(turn, row, entry.log, entry.seq)?.fields[0]
  if (!isBytes(nonce, 16)) return refuse('PayloadNotLoaded')
  amend(row, nonce)
  return ok({})
}

function find(turn: Turn, storyId: ArtifactId, id: EntryId): Result<{ row: ArtifactRow; entry: EntryRow }> {
  const row = turn.tables.artifacts.byId(storyId)
  if (!row) return refuse('ArtifactNotFound')
  const refusal = mayWriteIn(row)
  if (refusal) return refusal
  const entry = turn.tables.entries.get(row.key, id)
  return entry ? ok({ row, entry }) : refuse('ArtifactNotFound', 'There is no such entry in this Story.')
}

function mayWriteIn(row: ArtifactRow) {
  if (row.status !== 'active') return refuse('NotActive')
  return mayWriteEntries(row) ? undefined : refuse('NotPermitted', 'This is not a Story.')
}

function enqueue(turn: Turn, args: Args<'story.send'>, nonce: Uint8Array): void {
  const order = String(turn.now).padStart(16, '0')
  const name = `queue:${args.storyId}:${order}:${hex(nonce)}`
  remember(turn, undefined, name, encode([nonce, args.text, args.replyTo ?? '', turn.now]))
}

function queued(turn: Turn, storyId: ArtifactId): Value<'story.entries'>['items'] {
  const author: PlayerId = self(turn).player
  return recallAll(turn, undefined, `queue:${storyId}:`).map((note) => {
    const [nonce, text, replyTo, at] = decode(note.value) as [Uint8Array, string, string, number]
    return {
      entryId: entryIdOf(author, nonce),
      author,
      text,
      at,
      reactions: {},
      ...(replyTo === '' ? {} : { replyTo: replyTo as EntryId }),
      delivery: { state: 'queued' as const, have: 0, of: 0, asOf: turn.now },
    }
  })
}
