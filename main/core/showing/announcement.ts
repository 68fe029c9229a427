import type { ArtifactId, EntryId } from '../../../shared/ids.ts'
import { shownHeads } from '../documents/document-notes.ts'
import type { Effect } from '../effect.ts'
import { identityView } from '../identity/identity.ts'
import { settingsOf } from '../identity/settings.ts'
import { leavesNamed } from '../leaves/leaf-access.ts'
import { leafView } from '../leaves/leaf-view.ts'
import { leafReference } from '../leaves/leaves.ts'
import { letterCount } from '../meeting/inbox.ts'
import { peerView } from '../meeting/peering.ts'
import { typingIn } from '../meeting/presence.ts'
import type { ArtifactRow, LogRow } from '../rows.ts'
import { nothingDue, type State, self, type Turn } from '../state.ts'
import { deliveryOf, entryView } from '../trees/entry-view.ts'
import { rowOf } from '../trees/tree.ts'
import { reading } from './reading.ts'
import { artifactView, childView } from './view.ts'

const mostEntries = 100
const mostDeliveries = 200

/**
 * What was changed since the last time, as those who watch are told it: each view once. Called after what changed is
 * durable and its effects are performed, so that no message waits for a view. Writes nothing.
 */
export function announce(state: State, now: number): Effect[] {
  const { changes } = state
  const turn = reading({
    asked: undefined,
    state,
    tables: state.tables,
    now,
    chance: none,
    effects: [],
    changes,
    grown: new Map(),
    due: nothingDue(),
    projections: { take: none, clear: none },
  })
  if (!state.me) return []
  for (const player of changes.peers) announcePeer(turn, player)
  for (const [artifact, ids] of changes.entries) announceEntries(turn, rowOf(turn, artifact), [...ids] as EntryId[])
  for (const { log, from, to } of changes.held.values()) announceDelivery(turn, log, from, to)
  for (const artifact of changes.texts) announceText(turn, artifact)
  for (const artifact of changes.touched) announceArtifact(turn, artifact)
  for (const artifact of changes.recounted) announceCounts(turn, artifact)
  for (const leaf of changes.leaves) announceLeaf(turn, leaf)
  for (const artifact of changes.typing) announceTyping(turn, artifact)
  if (changes.settings) turn.effects.push({ type: 'push', event: { type: 'settings', settings: settingsOf(turn) } })
  if (changes.identity) turn.effects.push({ type: 'push', event: { type: 'identity', identity: identityView(turn) } })
  if (changes.letters) {
    const inbox = rowOf(turn, self(turn).inbox)
    turn.effects.push({ type: 'push', event: { type: 'inbox', id: inbox.id, waiting: letterCount(turn) } })
  }
  for (const each of [
    changes.peers,
    changes.entries,
    changes.held,
    changes.touched,
    changes.typing,
    changes.texts,
    changes.recounted,
    changes.leaves,
  ])
    each.clear()
  changes.letters = false
  changes.settings = false
  changes.identity = false
  return turn.effects
}

/** Showing takes no chances and accepts no entries. */
function none(): never {
  throw new Error('showing writes nothing')
}

function announceText(turn: Turn, artifact: number): void {
  const row = turn.tables.artifacts.byKey(artifact)
  if (row)
    turn.effects.push({ type: 'push', event: { type: 'text', id: row.id, heads: shownHeads(turn, row, 'text') } })
}

function announcePeer(turn: Turn, player: Parameters<Turn['tables']['peers']['get']>[0]): void {
  const peer = turn.tables.peers.get(player)
  if (peer) turn.effects.push({ type: 'push', event: { type: 'peer', peer: peerView(turn, peer) } })
  for (const row of turn.tables.artifacts.sharedWith(player).slice(0, mostEntries)) turn.changes.touched.add(row.key)
}

/** Many at once are one word: look again. */
function announceEntries(turn: Turn, row: ArtifactRow, ids: readonly EntryId[]): void {
  if (ids.length > mostEntries) {
    turn.effects.push({ type: 'push', event: { type: 'refreshed', storyId: row.id } })
    return
  }
  for (const id of ids) {
    const entry = turn.tables.entries.get(row.key, id)
    const view = entry && entryView(turn, row, entry)
    if (view) turn.effects.push({ type: 'push', event: { type: 'entry', storyId: row.id, entry: view } })
  }
}

/** The Leaf itself, and wherever it is shown. */
function announceLeaf(turn: Turn, id: ArtifactId): void {
  const view = leafView(turn, id)
  if (view) turn.effects.push({ type: 'push', event: { type: 'changed', id, view } })
  for (const { leaf, row } of leavesNamed(turn, id).slice(0, mostEntries)) {
    announceEntries(turn, row, [leaf.id])
    const reference = turn.tables.references.get(row.key, leafReference(leaf.id))
    if (!reference) continue
    turn.effects.push({
      type: 'push',
      event: { type: 'child', treeId: row.id, child: childView(turn, row, reference) },
    })
  }
}

function announceDelivery(turn: Turn, log: LogRow, from: number, to: number): void {
  const row = turn.tables.artifacts.byKey(log.artifact)
  if (!row || log.device !== self(turn).device || log.kind !== 'writer') return
  const entries = []
  for (let seq = Math.max(from, to - mostDeliveries); seq < to; seq += 1) {
    const entry = turn.tables.entries.at(log.key, seq)
    if (entry) entries.push({ entryId: entry.id, delivery: deliveryOf(turn, row, entry) })
  }
  if (entries.length > 0) turn.effects.push({ type: 'push', event: { type: 'delivery', storyId: row.id, entries } })
}

/** The newest of one's own, counted again. */
function announceCounts(turn: Turn, artifact: number): void {
  const row = turn.tables.artifacts.byKey(artifact)
  if (!row) return
  const entries = turn.tables.entries
    .page(artifact, undefined, mostDeliveries)
    .filter((entry) => entry.player === self(turn).player)
    .map((entry) => ({ entryId: entry.id, delivery: deliveryOf(turn, row, entry) }))
  if (entries.length > 0) turn.effects.push({ type: 'push', event: { type: 'delivery', storyId: row.id, entries } })
}

function announceTyping(turn: Turn, artifact: number): void {
  const row = turn.tables.artifacts.byKey(artifact)
  if (row) turn.effects.push({ type: 'push', event: { type: 'typing', storyId: row.id, players: typingIn(turn, row) } })
}

function announceArtifact(turn: Turn, artifact: number): void {
  const row = turn.tables.artifacts.byKey(artifact)
  if (!row) return
  turn.effects.push({ type: 'push', event: { type: 'changed', id: row.id, view: artifactView(turn, row) } })
  for (const parent of turn.tables.references.parents(row.id)) {
    const tree = turn.tables.artifacts.byKey(parent)
    const reference = tree && turn.tables.references.of(parent, row.id)[0]
    if (tree && reference) {
      turn.effects.push({
        type: 'push',
        event: { type: 'child', treeId: tree.id, child: childView(turn, tree, reference) },
      })
    }
  }
}
