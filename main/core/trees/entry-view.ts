import type { EntryId, PlayerId } from '../../../shared/ids.ts'
import type { Delivery, EntryView } from '../../../shared/views.ts'
import { hex, utf8 } from '../../crypto/bytes.ts'
import { isBytes } from '../identity/device-list.ts'
import { logMark } from '../keeping/keeper-marks.ts'
import { leafFacts } from '../leaves/leaf-facts.ts'
import { recall } from '../logs/private-notes.ts'
import type { AmendmentRow, ArtifactRow, EntryRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { leafId } from './artifact-id.ts'
import { readEntry } from './entry-text.ts'
import { readersOf } from './read-marks.ts'

/** One entry as this viewer sees it: newest edit, deletion over edits, reactions united, delivery as known. */
export function entryView(turn: Turn, row: ArtifactRow, entry: EntryRow): EntryView | undefined {
  const said = readEntry(turn, row, entry.log, entry.seq)
  if (!said) return undefined
  const [, text, replyTo] = said.fields
  const amendments = turn.tables.amendments.of(row.key, entry.id)
  const isDeleted =
    amendments.some((each) => each.kind === 'delete' || each.kind === 'remove') ||
    (row.type === 'dm' && recall(turn, row.id, `hidden:${entry.id}`) !== undefined)
  const edit = isDeleted ? undefined : newest(amendments.filter((each) => each.kind === 'edit'))
  const edited = edit && readEntry(turn, row, edit.log, edit.seq)
  const leaf = said.kind === 'leaf' ? turn.tables.leaves.get(row.key, entry.id) : undefined
  const drawn = leaf && !isDeleted ? leafFacts(turn, { leaf, row }) : undefined
  const written = said.kind === 'leaf' ? (drawn?.facts.label ?? drawn?.facts.name ?? '') : String(text)
  const shown = typeof edited?.fields[1] === 'string' && (!leaf || drawn) ? edited.fields[1] : written
  return {
    entryId: entry.id,
    author: entry.player,
    text: isDeleted ? '' : shown,
    at: said.at,
    ...(isDeleted ? { deleted: true } : { artifactId: leaf ? leaf.leaf : leafId(utf8(shown)) }),
    ...(drawn ? { leaf: drawn.view } : {}),
    ...(edited ? { editedAt: edited.at } : {}),
    reactions: isDeleted ? {} : reactions(amendments),
    ...(isBytes(replyTo, 32) ? { replyTo: hex(replyTo) as EntryId } : {}),
    delivery: deliveryOf(turn, row, entry),
  }
}

/**
 * Among the members other than its author: who holds it, from what they said they hold. Nobody's silence counts as
 * having. A person has it when any of their devices has. `asOf` is the oldest of the answers it rests on, or now.
 */
export function deliveryOf(turn: Turn, row: ArtifactRow, entry: EntryRow): Delivery {
  const me = self(turn).player
  const others = turn.tables.members.of(row.key).filter((member) => member.player !== entry.player)
  const have = new Map<PlayerId, number>([[me, turn.now]])
  for (const holding of turn.tables.holdings.of(row.key)) {
    if (holding.log === entry.log && holding.length > entry.seq) {
      have.set(holding.player, Math.max(have.get(holding.player) ?? 0, holding.at))
    }
  }
  const holders = others.filter((member) => have.has(member.player))
  const asOf = Math.min(turn.now, ...holders.map((member) => have.get(member.player) ?? turn.now))
  const count = holders.length
  const state =
    count === 0 ? (isKept(turn, row, entry) ? 'kept' : 'local') : count < others.length ? 'partial' : 'everyone'
  const read = readersOf(
    turn,
    row,
    others.map((member) => member.player),
    entry,
  )
  return { state, have: count, of: others.length, ...(read > 0 ? { read } : {}), asOf }
}

/** One's own, also on another device of one's own or at a keeper. */
function isKept(turn: Turn, row: ArtifactRow, entry: Pick<EntryRow, 'log' | 'seq' | 'player'>): boolean {
  const me = self(turn)
  if (entry.player !== me.player) return false
  if ((turn.tables.marks.most(logMark(row, { key: entry.log })) ?? 0) > entry.seq) return true
  return turn.tables.holdings
    .of(row.key)
    .some((each) => each.player === me.player && each.log === entry.log && each.length > entry.seq)
}

function newest(amendments: readonly AmendmentRow[]): AmendmentRow | undefined {
  return amendments.reduce<AmendmentRow | undefined>(
    (best, each) =>
      !best || each.clock > best.clock || (each.clock === best.clock && each.hash > best.hash) ? each : best,
    undefined,
  )
}

/** Per person and emoji the newest word counts; then the union. */
function reactions(amendments: readonly AmendmentRow[]): Record<string, PlayerId[]> {
  const said = new Map<string, AmendmentRow[]>()
  for (const each of amendments) {
    if (each.kind !== 'react') continue
    const name = `${each.player}:${each.value.slice(1)}`
    said.set(name, [...(said.get(name) ?? []), each])
  }
  const all: Record<string, PlayerId[]> = {}
  for (const each of said.values()) {
    const last = newest(each)
    if (!last?.value.startsWith('+')) continue
    const emoji = last.value.slice(1)
    all[emoji] = [...(all[emoji] ?? []), last.player].sort()
  }
  return all
}
