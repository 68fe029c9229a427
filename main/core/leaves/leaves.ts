import type { EntryId } from '../../../shared/ids.ts'
import { isBySteward, mayWriteEntries, mightAddLeaf } from '../authority/rights.ts'
import { openPrefix } from '../documents/spine.ts'
import { isBytes } from '../identity/device-list.ts'
import { type Entry, rankOf } from '../logs/entry.ts'
import type { ArtifactRow, LeafRow } from '../rows.ts'
import { searchLater } from '../showing/search-note.ts'
import type { Turn } from '../state.ts'
import { entryIdOf } from '../trees/artifact-id.ts'
import { amend, amendOwn, isNonce, putEntry } from '../trees/entries.ts'
import { parseLeaf } from './leaf.ts'

/**
 * Leaves lie in a Tree by entries of its writer logs: `leaf` [nonce, facts] puts one there, `delete` [nonce] by its
 * author or `remove` [entry] by the steward takes it away, `recall` [nonce] by its author leaves a tombstone. A set:
 * the order of arrival never matters.
 */
export function takeLeafEntry(turn: Turn, entry: Entry): void {
  const [first, second] = entry.fields
  if (entry.kind === 'leaf') return putLeaf(turn, entry, first, second)
  const isOwn = entry.kind === 'delete' || entry.kind === 'recall'
  if (isOwn && isNonce(first)) {
    amendOwn(turn, entry, first)
    settleLeaf(turn, entry.row, entryIdOf(entry.player, first))
  } else if (entry.kind === 'remove' && isBySteward(entry)) {
    const target = amend(turn, entry, first, '')
    if (target) settleLeaf(turn, entry.row, target)
  }
}

const leafPrefix = `${openPrefix}leaf:`

/** The reference that shows a Leaf among its Tree's children. No spine can name one so. */
export function leafReference(id: EntryId): string {
  return `${leafPrefix}${id}`
}

export function entryInReference(refId: string): EntryId | undefined {
  return refId.startsWith(leafPrefix) ? (refId.slice(leafPrefix.length) as EntryId) : undefined
}

/** Forgets what lies in an artifact, before its logs are judged anew or because it is lost. */
export function clearLeaves(turn: Turn, row: ArtifactRow): void {
  if (turn.tables.leaves.count(row.key) === 0) return
  turn.tables.leaves.clear(row.key)
  turn.due.sweep = true
}

function putLeaf(turn: Turn, entry: Entry, nonce: unknown, value: unknown): void {
  const facts = parseLeaf(value)
  if (!isBytes(nonce, 16) || !facts || !mightAddLeaf(entry, facts.leaf)) return
  const id = entryIdOf(entry.player, nonce)
  const isKept = turn.tables.leaves.put({
    artifact: entry.row.key,
    id,
    leaf: facts.leaf,
    address: facts.address.slice(),
    size: facts.size,
    player: entry.player,
    log: entry.log.key,
    seq: entry.seq,
    clock: entry.clock,
    rank: rankOf(entry),
    state: 'here',
  })
  if (!isKept) return
  if (mayWriteEntries(entry.row)) putEntry(turn, entry, id)
  const { leaf: child, position, label } = facts
  turn.tables.references.put({ tree: entry.row.key, refId: leafReference(id), child, position, label })
  settleLeaf(turn, entry.row, id)
}

/** What was said of it, in whatever order that came, decides how it stands. */
function settleLeaf(turn: Turn, row: ArtifactRow, id: EntryId): void {
  const leaf = turn.tables.leaves.get(row.key, id)
  if (!leaf) return
  const state = stateOf(turn, leaf)
  if (state !== leaf.state) {
    turn.tables.leaves.put({ ...leaf, state })
    turn.due.sweep = true
  }
  if (state === 'removed') turn.tables.references.drop(row.key, leafReference(id))
  searchLater(turn, row.key, mayWriteEntries(row) ? id : `leaf:${id}`)
  turn.changes.leaves.add(leaf.leaf)
  turn.changes.touched.add(row.key)
}

function stateOf(turn: Turn, leaf: LeafRow): LeafRow['state'] {
  const said = turn.tables.amendments.of(leaf.artifact, leaf.id)
  if (said.some((each) => each.kind === 'delete' || each.kind === 'remove')) return 'removed'
  return said.some((each) => each.kind === 'recall') ? 'recalled' : 'here'
}
