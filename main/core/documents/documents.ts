import { hex } from '../../crypto/bytes.ts'
import { encode } from '../../crypto/canonical.ts'
import { mightChange } from '../authority/rights.ts'
import { isBytes } from '../identity/device-list.ts'
import type { DocumentKey, DocumentName } from '../input.ts'
import type { Entry } from '../logs/entry.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { readChangeHeader } from './change-header.ts'
import { decide, type Rule, trust } from './change-queue.ts'
import { flushEdits, queueEdits, sayAgain } from './document-change.ts'
import {
  acceptedChanges,
  awaitName,
  documentKey,
  documentNames,
  keepTally,
  partsOf,
  shownHeads,
  tallyOf,
  waitingChanges,
} from './document-notes.ts'
import { actorHere, dropDocument, openedDocument, pastOf, remember, show } from './document-shown.ts'
import { applyUnknown, type Engine, headsOf, loadDocument, newDocument } from './live-document.ts'
import { registerRule } from './register-rule.ts'
import { actorOf, type SpineEdit } from './spine.ts'
import { judgeText } from './text-rule.ts'
import { foundation } from './text-shape.ts'

/**
 * Documents edited together, one per right (AUTH-6). The accepted changes in the logs are the truth; what is open here,
 * what automerge-repo keeps and what `references`, `places` and `metadata` show are made from them.
 */

/** Reception of a change: by an actor that is its author's, where the author may. What it says is decided by `settle`. */
export function takeChange(turn: Turn, entry: Entry): void {
  const [name, change] = entry.fields
  if (!isDocumentName(name) || !isBytes(change)) return
  if (!mightChange(entry, name)) return
  if (readChangeHeader(change)?.actor !== actorOf(entry.log, entry.row, name)) return
  turn.tables.notes.put(entry.row.key, awaitName(name, entry.log.key, entry.seq), new Uint8Array(0))
  const key = documentKey(entry.row, name)
  if (!turn.state.documents.has(key)) openDocument(turn, key)
  else if (name === 'text' && entry.log.device !== self(turn).device) settleSoon(turn, key)
  else settle(turn, entry.row, name)
}

/** Edits wait, durably, until the document is open; a document that is open takes them at once. */
export function editDocument(
  turn: Turn,
  row: ArtifactRow,
  name: 'spine' | 'places',
  edits: readonly SpineEdit[],
): void {
  queueEdits(turn, row, name, edits)
  const key = documentKey(row, name)
  if (turn.state.documents.has(key)) flushEdits(turn, row, name)
  else openDocument(turn, key)
}

/** The cache answered: take what is missing from the logs, show what changed, apply the edits that waited. */
export function documentOpened(turn: Turn, key: DocumentKey, saved: Uint8Array | undefined): void {
  turn.state.opening.delete(key)
  const [artifact, name] = partsOf(key)
  const row = turn.tables.artifacts.byKey(artifact)
  if (!row || turn.state.documents.has(key)) return
  const actor = actorHere(turn, row, name)
  const cached = saved && loadDocument(name, saved, actor)
  const engine = cached ?? newDocument(name, actor)
  remember(turn, key, engine)
  const shown = shownHeads(turn, row, name).join()
  if (!cached || headsOf(engine).join() !== shown) catchUp(turn, row, name, engine, !cached)
  engine.updateDiffCursor()
  turn.state.settling.set(key, 'opening')
  documentDue(turn, key)
}

/** Decides what waits, as much as one turn may take; when all is decided, what waited for that goes on. */
export function documentDue(turn: Turn, key: DocumentKey): void {
  const [artifact, name] = partsOf(key)
  const row = turn.tables.artifacts.byKey(artifact)
  const isOpening = turn.state.settling.get(key) === 'opening'
  turn.state.settling.delete(key)
  if (!row) return
  settle(turn, row, name)
  if (!isOpening) return
  if (turn.state.settling.has(key)) turn.state.settling.set(key, 'opening')
  else {
    sayAgain(turn, row, name)
    flushEdits(turn, row, name)
  }
}

/** Asks for every document that has something waiting: at start, and after `forget`. */
export function openWaiting(turn: Turn): void {
  for (const note of turn.tables.notes.everywhere('edit:')) {
    openDocument(turn, `${note.artifact}/${note.name.split(':')[1] as DocumentName}`)
  }
  for (const note of turn.tables.notes.everywhere('stale:')) {
    openDocument(turn, `${note.artifact}/${note.name.slice(6) as DocumentName}`)
  }
}

/** Before an artifact is judged anew: its documents may hold what is no longer accepted. */
export function forgetDocuments(turn: Turn, row: ArtifactRow): void {
  for (const name of documentNames) {
    for (const prefix of [`await:${name}:`, `change:${name}:`, `count:${name}:`, `heads:${name}`]) {
      for (const note of turn.tables.notes.all(row.key, prefix)) turn.tables.notes.drop(row.key, note.name)
    }
    const key = documentKey(row, name)
    dropDocument(turn, key)
    turn.effects.push({ type: 'keep-document', key, changes: [], anew: true })
  }
  turn.tables.references.clear(row.key)
  turn.tables.places.clear(row.key)
  turn.tables.metadata.clear(row.key)
}

export function openDocument(turn: Turn, key: DocumentKey): void {
  const [artifact, name] = partsOf(key)
  const isNoted = turn.tables.notes.get(artifact, `stale:${name}`) !== undefined
  if (!isNoted) turn.tables.notes.put(artifact, `stale:${name}`, new Uint8Array(0))
  if (turn.state.opening.has(key)) return
  turn.state.opening.add(key)
  turn.effects.push({ type: 'open-document', key })
}

/** What the cache lacked, and all of it anew where there was no cache. */
function catchUp(turn: Turn, row: ArtifactRow, name: DocumentName, engine: Engine, isNew: boolean): void {
  const changes = acceptedChanges(turn, row, name)
  if (changes.length > 0) engine.applyChanges(changes)
  const whole = isNew && name === 'text' ? [foundation, ...changes] : changes
  show(turn, row, name, engine)
  turn.effects.push({ type: 'keep-document', key: documentKey(row, name), changes: whole, anew: isNew })
}

/** Decides what waits, in a document that is open. */
function settle(turn: Turn, row: ArtifactRow, name: DocumentName): void {
  const engine = openedDocument(turn, row, name)
  const queues = engine ? waitingChanges(turn, row, name) : []
  if (!engine || queues.length === 0) return
  const tallies = new Map(queues.map(([first]) => [first.log, tallyOf(turn, row, name, first.log)]))
  const rule = name === 'text' ? textRule(turn, row, engine) : registerRule(engine)
  const isOwn = isOwnAlone(turn, row)
  if (isOwn) turn.state.pasts.delete(documentKey(row, name))
  const { accepted, refused, isMore } = isOwn ? trust(queues, tallies) : decide(rule, queues, tallies)
  const { notes } = turn.tables
  for (const { log, seq } of [...accepted, ...refused]) notes.drop(row.key, awaitName(name, log, seq))
  for (const { log, seq, hash } of accepted) notes.put(row.key, `change:${name}:${hex(hash)}`, encode([log, seq]))
  for (const [log, tally] of tallies) keepTally(turn, row, name, log, tally)
  if (isMore) settleSoon(turn, documentKey(row, name))
  if (accepted.length === 0) return
  const changes = accepted.map((each) => each.change)
  applyUnknown(engine, changes)
  show(turn, row, name, engine, engine.diffIncremental())
  turn.effects.push({ type: 'keep-document', key: documentKey(row, name), changes, anew: false })
}

function settleSoon(turn: Turn, key: DocumentKey): void {
  if (turn.state.settling.has(key)) return
  turn.state.settling.set(key, 'open')
  const [artifact, name] = partsOf(key)
  turn.tables.notes.put(artifact, `stale:${name}`, new Uint8Array(0))
  turn.effects.push({ type: 'settle-document', key })
}

/** Judged by what is known of the past; the engine gets all that was accepted at once, for it costs the text's length. */
function textRule(turn: Turn, row: ArtifactRow, engine: Engine): Rule {
  const past = pastOf(turn, documentKey(row, 'text'), engine)
  return {
    knows: (hash) => past.has(hash),
    accepts(change) {
      const judged = judgeText(past, change)
      if (judged) past.add(judged.change, judged.kinds)
      return judged !== undefined
    },
  }
}

/** Where nobody else may write, all there is was made here. */
function isOwnAlone(turn: Turn, row: ArtifactRow): boolean {
  const me = self(turn)
  const writers = turn.tables.logs.of(row.key).filter((log) => log.kind === 'writer' && log.length > 0)
  return row.steward === me.player && writers.every((log) => log.device === me.device)
}

function isDocumentName(value: unknown): value is DocumentName {
  return documentNames.some((name) => name === value)
}
