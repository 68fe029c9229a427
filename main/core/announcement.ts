import type { EntryId } from '../../shared/ids.ts'
import { nextWarming } from './attention.ts'
import { deliveryOf, entryView } from './entry-view.ts'
import { nextDismissal } from './handshake.ts'
import { letterCount } from './inbox.ts'
import { peerView } from './peering.ts'
import { reading } from './reading.ts'
import { self, type Turn } from './state.ts'
import { nextSummary } from './sync.ts'
import type { ArtifactRow, LogRow } from './tables.ts'
import { rowOf } from './tree.ts'
import { artifactView, childView } from './view.ts'

const mostEntries = 100
const mostDeliveries = 200

/** The end of a step: what those who watch are told, each view once, and when to be woken. */
export function announce(written: Turn): void {
  if (!written.state.me) return
  const turn = reading(written)
  for (const player of turn.peers) announcePeer(turn, player)
  for (const [artifact, ids] of turn.entries) announceEntries(turn, rowOf(turn, artifact), [...ids] as EntryId[])
  for (const { log, from, to } of turn.held.values()) announceDelivery(turn, log, from, to)
  for (const artifact of turn.touched) announceArtifact(turn, artifact)
  if (turn.due.letters) {
    const inbox = rowOf(turn, self(turn).inbox)
    turn.effects.push({ type: 'push', event: { type: 'inbox', id: inbox.id, waiting: letterCount(turn) } })
  }
  for (const effect of turn.effects) if (effect.type === 'send') turn.state.bytes.sent += effect.frame.length
  setWake(turn)
}

function announcePeer(turn: Turn, player: Parameters<Turn['tables']['peers']['get']>[0]): void {
  const peer = turn.tables.peers.get(player)
  if (peer) turn.effects.push({ type: 'push', event: { type: 'peer', peer: peerView(turn, peer) } })
  for (const row of turn.tables.artifacts.sharedWith(player).slice(0, mostEntries)) turn.touched.add(row.key)
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

function setWake(turn: Turn): void {
  const times = [nextSummary(turn), nextWarming(turn), nextDismissal(turn)].filter((time) => time !== undefined)
  if (times.length === 0) return
  const at = Math.max(turn.now + 50, Math.min(...times))
  if (turn.state.wakeAt !== 0 && turn.state.wakeAt <= at) return
  turn.state.wakeAt = at
  turn.effects.push({ type: 'wake', at })
}
