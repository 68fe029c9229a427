import type { ArtifactId, EntryId, PlayerId } from '../../../shared/ids.ts'
import { fromHex, hex } from '../../crypto/bytes.ts'
import { type Canonical, decode, encode } from '../../crypto/canonical.ts'
import { isBySteward } from '../authority/rights.ts'
import { openPrefix } from '../documents/spine.ts'
import { isBytes } from '../identity/device-list.ts'
import { type Entry, rankOf, targetOf } from '../logs/entry.ts'
import { write } from '../logs/writer.ts'
import { sendFrame } from '../meeting/frame.ts'
import { sessionsOf } from '../meeting/session.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { entryIdOf } from './artifact-id.ts'
import { isFitting } from './reference-rule.ts'

/**
 * Open composition: what any member of an open Tree puts into it. An author names an own reference by nonce, so that
 * nobody can take another's away but the steward, who names its id. A removal wins, whatever comes first.
 *
 * Notes of a Tree used here, all made again from its logs:
 *   refer:<id>     the reference as said   [rank, child, position, label, author, time, nonce, entry]
 *   unrefer:<id>   it was taken away
 *   refers:<log>   references said in one log so far
 */
type Said = {
  readonly rank: string
  readonly child: ArtifactId
  readonly position: number
  readonly label: string | undefined
  readonly author: PlayerId
  readonly at: number
  /** where in a Story it belongs */
  readonly entry: EntryId | undefined
}

/** References one log may make, taken away or not: far more than people make, and no more than a view can bear. */
const mostOfOneLog = 2_048
const nonceLength = 16

/** Puts a reference of this player's into an open Tree; its id. What is not fitting is refused by everyone. */
export function refer(
  turn: Turn,
  row: ArtifactRow,
  child: ArtifactId,
  label: string | undefined,
  position?: number,
  entry?: EntryId,
): string {
  const nonce = turn.chance(nonceLength)
  const at = position ?? turn.tables.references.count(row.key)
  const said: Canonical[] = [nonce, child, at, label ?? null]
  write(turn, row, 'refer', entry ? [...said, fromHex(entry)] : said)
  return nameOf(entryIdOf(self(turn).player, nonce))
}

/** Takes one away: its author by nonce, the steward by id. False where this player may not. */
export function unrefer(turn: Turn, row: ArtifactRow, refId: string): boolean {
  const id = refId.slice(openPrefix.length)
  const said = saidOf(turn, row.key, id)
  const me = self(turn).player
  if (!said || (said.author !== me && row.steward !== me)) return false
  const nonce = nonceOf(turn, row.key, id)
  write(turn, row, 'unrefer', [said.author === me && nonce ? nonce : fromHex(id)])
  return true
}

export function takeReference(turn: Turn, entry: Entry): void {
  const { row, player } = entry
  if (entry.kind === 'unrefer') return takeAway(turn, entry)
  const [nonce, child, position, label, target] = entry.fields
  if (!isBytes(nonce, nonceLength) || !isUnderLimit(turn, entry)) return
  if (!isFitting(row, player, { child, position, label })) return
  const id = entryIdOf(player, nonce)
  const rank = rankOf(entry)
  const before = saidOf(turn, row.key, id)
  if (before && before.rank <= rank) return
  const where: Canonical[] = [String(child), Number(position), label === null ? null : String(label)]
  const said: Canonical[] = [rank, ...where, player, entry.at, nonce, targetOf(target) ?? null]
  turn.tables.notes.put(row.key, `refer:${id}`, encode(said))
  show(turn, row, id)
  askFor(turn, player, String(child) as ArtifactId)
}

/** Its author may have let this player in before the reference was here to expect it by. */
function askFor(turn: Turn, author: PlayerId, child: ArtifactId): void {
  if (!child.startsWith('doc:') || turn.tables.artifacts.byId(child)) return
  for (const session of sessionsOf(turn, author)) {
    sendFrame(turn, session.connection, 'welcome?', fromHex(child.slice(4)), 0)
  }
}

/** Counts what one log puts into a Tree; what is too much is refused by everyone. */
export function isUnderLimit(turn: Turn, { row, log }: Entry): boolean {
  const known = turn.tables.notes.get(row.key, `refers:${log.key}`)
  const count = known ? Number(decode(known)) : 0
  if (count < mostOfOneLog) turn.tables.notes.put(row.key, `refers:${log.key}`, encode(count + 1))
  return count < mostOfOneLog
}

/** The proofs laid down in an Intention, also those taken away since. */
export function proofsIn(turn: Turn, tree: number): { readonly id: EntryId; readonly said: Said }[] {
  return turn.tables.notes.all(tree, 'refer:').flatMap(({ name }) => {
    const id = name.slice('refer:'.length) as EntryId
    const said = proofSaid(turn, tree, id)
    return said ? [{ id, said }] : []
  })
}

export function proofSaid(turn: Turn, tree: number, id: EntryId): Said | undefined {
  const said = saidOf(turn, tree, id)
  return said?.label?.startsWith('proof:') ? said : undefined
}

/** A reference as a member said it; `undefined` for the steward's own spine. */
export function openReference(turn: Turn, tree: number, refId: string): Said | undefined {
  return refId.startsWith(openPrefix) ? saidOf(turn, tree, refId.slice(openPrefix.length)) : undefined
}

/** Before a Tree is judged anew. */
export function forgetReferences(turn: Turn, row: ArtifactRow): void {
  for (const prefix of ['refer:', 'refers:', 'unrefer:']) {
    for (const note of turn.tables.notes.all(row.key, prefix)) turn.tables.notes.drop(row.key, note.name)
  }
}

function takeAway(turn: Turn, entry: Entry): void {
  const [name] = entry.fields
  const isSteward = isBySteward(entry)
  const id = isBytes(name, nonceLength)
    ? entryIdOf(entry.player, name)
    : isBytes(name, 32) && isSteward
      ? hex(name)
      : undefined
  if (id === undefined) return
  turn.tables.notes.put(entry.row.key, `unrefer:${id}`, new Uint8Array(0))
  show(turn, entry.row, id)
}

function show(turn: Turn, row: ArtifactRow, id: string): void {
  const said = saidOf(turn, row.key, id)
  const isGone = turn.tables.notes.get(row.key, `unrefer:${id}`) !== undefined
  turn.changes.touched.add(row.key)
  if (!said || isGone) return turn.tables.references.drop(row.key, nameOf(id))
  const { child, position, label } = said
  turn.tables.references.put({ tree: row.key, refId: nameOf(id), child, position, label })
}

function nameOf(id: string): string {
  return `${openPrefix}${id}`
}

function saidOf(turn: Turn, tree: number, id: string): Said | undefined {
  const note = turn.tables.notes.get(tree, `refer:${id}`)
  if (!note) return undefined
  const [rank, child, position, label, author, at, , entry] = decode(note) as [
    string,
    ArtifactId,
    number,
    string | null,
    PlayerId,
    number,
    Uint8Array,
    EntryId | null,
  ]
  return { rank, child, position, label: label ?? undefined, author, at, entry: entry ?? undefined }
}

function nonceOf(turn: Turn, tree: number, id: string): Uint8Array | undefined {
  const note = turn.tables.notes.get(tree, `refer:${id}`)
  return note && ((decode(note) as unknown[])[6] as Uint8Array)
}
