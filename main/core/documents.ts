import * as Automerge from '@automerge/automerge'
import { hex } from '../crypto/bytes.ts'
import { decode, encode } from '../crypto/canonical.ts'
import { readChangeHeader } from './change-header.ts'
import { changeAt, decide, type Tally, type Verdicts, type Waiting } from './change-queue.ts'
import { isBytes } from './device-list.ts'
import type { Entry } from './entry.ts'
import { authorityOf } from './governance.ts'
import type { DocumentKey } from './input.ts'
import { ownLog, ownLogs, spentName } from './log.ts'
import { mayChange, mightChange } from './rights.ts'
import type { ArtifactRow } from './rows.ts'
import { actorOf, applyEdit, editsIn, readDocument, type SpineEdit } from './spine.ts'
import { self, type Turn } from './state.ts'
import { write } from './writer.ts'

/**
 * Documents edited together, one per right (AUTH-6). The accepted changes in the logs are the truth; what is open here,
 * what automerge-repo keeps and what `references`, `places` and `metadata` show are made from them.
 *
 * Notes of an artifact used here, none of them remembered in the Vault's log:
 *   await:<doc>:<log>:<seq>       a change that is not decided yet
 *   change:<doc>:<envelope hash>  where an accepted change is     [log, seq]
 *   count:<doc>:<log>             accepted changes of one log     [n, bytes]
 *   heads:<doc>                   heads the projections show      [hash…]
 *   edit:<doc>:<nonce>            an own edit waiting for the document to be open
 */
export type DocumentName = 'spine' | 'places'

const liveLimit = 300

/** Edits that become one change: well within what a change may hold. */
const editsTogether = 1_000
const editBytes = 65_536

/** Reception of a change: by an actor that is its author's, where the author may. What it says is decided by `settle`. */
export function takeChange(turn: Turn, entry: Entry): void {
  const [name, change] = entry.fields
  if ((name !== 'spine' && name !== 'places') || !isBytes(change)) return
  if (!mightChange(entry, name)) return
  if (readChangeHeader(change)?.actor !== actorOf(entry.log, entry.row, name)) return
  turn.tables.notes.put(entry.row.key, awaitName(name, entry.log.key, entry.seq), new Uint8Array(0))
  const key = documentKey(entry.row, name)
  if (turn.state.documents.has(key)) settle(turn, entry.row, name)
  else openDocument(turn, key)
}

/** Edits wait, durably, until the document is open; a document that is open takes them at once. */
export function editDocument(turn: Turn, row: ArtifactRow, name: DocumentName, edits: readonly SpineEdit[]): void {
  queueEdits(turn, row, name, edits)
  const key = documentKey(row, name)
  if (turn.state.documents.has(key)) flushEdits(turn, row, name)
  else openDocument(turn, key)
}

/** The cache answered: take what is missing from the logs, show what changed, apply the edits that waited. */
export function documentOpened(turn: Turn, key: DocumentKey, saved: Uint8Array | undefined): void {
  turn.state.opening.delete(key)
  const [artifact, name] = key.split('/') as [string, DocumentName]
  const row = turn.tables.artifacts.byKey(Number(artifact))
  if (!row || turn.state.documents.has(key)) return
  const cached = saved && load(saved, actorHere(turn, row, name))
  const live = cached ?? Automerge.init<unknown>({ actor: actorHere(turn, row, name) })
  remember(turn, key, live)
  const isShown = cached && headsOf(live) === shownHeads(turn, row, name).join()
  if (!isShown) apply(turn, row, name, live, acceptedChanges(turn, row, name), !cached)
  settle(turn, row, name)
  sayAgain(turn, row, name)
  flushEdits(turn, row, name)
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
  for (const name of ['spine', 'places'] as const) {
    for (const prefix of [`await:${name}:`, `change:${name}:`, `count:${name}:`, `heads:${name}`]) {
      for (const note of turn.tables.notes.all(row.key, prefix)) turn.tables.notes.drop(row.key, note.name)
    }
    const key = documentKey(row, name)
    const live = turn.state.documents.get(key)
    if (live) Automerge.free(live)
    turn.state.documents.delete(key)
    turn.effects.push({ type: 'keep-document', key, changes: [], anew: true })
  }
  turn.tables.references.clear(row.key)
  turn.tables.places.clear(row.key)
  turn.tables.metadata.clear(row.key)
}

function queueEdits(turn: Turn, row: ArtifactRow, name: DocumentName, edits: readonly SpineEdit[]): void {
  const waiting = turn.tables.notes.all(row.key, `edit:${name}:`).length
  for (const [index, edit] of edits.entries()) {
    const order = String(turn.now).padStart(16, '0') + String(waiting + index).padStart(8, '0')
    turn.tables.notes.put(row.key, `edit:${name}:${order}:${hex(turn.chance(8))}`, encode([...edit]))
  }
}

function openDocument(turn: Turn, key: DocumentKey): void {
  const [artifact, name] = key.split('/') as [string, DocumentName]
  const isNoted = turn.tables.notes.get(Number(artifact), `stale:${name}`) !== undefined
  if (!isNoted) turn.tables.notes.put(Number(artifact), `stale:${name}`, new Uint8Array(0))
  if (turn.state.opening.has(key)) return
  turn.state.opening.add(key)
  turn.effects.push({ type: 'open-document', key })
}

/** Decides what waits, in a document that is open. */
function settle(turn: Turn, row: ArtifactRow, name: DocumentName): void {
  const live = turn.state.documents.get(documentKey(row, name))
  const queues = waitingChanges(turn, row, name)
  if (!live || queues.length === 0) return
  const tallies = new Map(queues.map(([first]) => [first.log, tallyOf(turn, row, name, first.log)]))
  const { accepted, refused } = isOwnAlone(turn, row) ? trust(queues, tallies) : decide(live, queues, tallies)
  const { notes } = turn.tables
  for (const { log, seq } of [...accepted, ...refused]) notes.drop(row.key, awaitName(name, log, seq))
  for (const { log, seq, hash } of accepted) notes.put(row.key, `change:${name}:${hex(hash)}`, encode([log, seq]))
  for (const [log, { count, bytes }] of tallies) notes.put(row.key, `count:${name}:${log}`, encode([count, bytes]))
  if (accepted.length > 0) {
    const changes = accepted.map((each) => each.change)
    apply(turn, row, name, turn.state.documents.get(documentKey(row, name)) ?? live, changes)
  }
}

/**
 * Own changes that wait after everything was decided were made on some that no longer count. Their edits are made again
 * on what does, in a new log: the numbers of the old one are used up.
 */
function sayAgain(turn: Turn, row: ArtifactRow, name: DocumentName): void {
  const own = new Set(ownLogs(turn, row).map((log) => log.key))
  const stuck = waitingChanges(turn, row, name)
    .flat()
    .filter((each) => own.has(each.log))
  for (const { log, seq, change } of stuck) {
    turn.tables.notes.drop(row.key, awaitName(name, log, seq))
    turn.tables.notes.put(row.key, spentName(log), new Uint8Array(0))
    queueEdits(turn, row, name, editsIn(change))
  }
}

/** Where nobody else may write, all there is was made here. */
function isOwnAlone(turn: Turn, row: ArtifactRow): boolean {
  const me = self(turn)
  const writers = turn.tables.logs.of(row.key).filter((log) => log.kind === 'writer' && log.length > 0)
  return row.steward === me.player && writers.every((log) => log.device === me.device)
}

function trust(queues: readonly (readonly Waiting[])[], tallies: Map<number, Tally>): Verdicts {
  const accepted = queues.flat()
  for (const { log, change } of accepted) {
    const { count, bytes } = tallies.get(log) ?? { count: 0, bytes: 0 }
    tallies.set(log, { count: count + 1, bytes: bytes + change.length })
  }
  return { accepted, refused: [] }
}

/** By log, in their order there. */
function waitingChanges(turn: Turn, row: ArtifactRow, name: DocumentName): [Waiting, ...Waiting[]][] {
  const queues = new Map<number, [Waiting, ...Waiting[]]>()
  for (const note of turn.tables.notes.all(row.key, `await:${name}:`)) {
    const [, , log, seq] = note.name.split(':')
    const waiting = changeAt(turn, row, Number(log), Number(seq))
    if (!waiting) continue
    const queue = queues.get(waiting.log)
    if (queue) queue.push(waiting)
    else queues.set(waiting.log, [waiting])
  }
  return [...queues.values()]
}

function flushEdits(turn: Turn, row: ArtifactRow, name: DocumentName): void {
  turn.tables.notes.drop(row.key, `stale:${name}`)
  const waiting = turn.tables.notes.all(row.key, `edit:${name}:`)
  if (waiting.length === 0 || !turn.state.documents.has(documentKey(row, name))) return
  for (const note of waiting) turn.tables.notes.drop(row.key, note.name)
  if (!mayChange(row, authorityOf(turn, row), self(turn).player, name)) return
  let chunk: Uint8Array[] = []
  let size = 0
  for (const { value } of waiting) {
    if (chunk.length >= editsTogether || size + value.length > editBytes) {
      makeChange(turn, row, name, chunk)
      chunk = []
      size = 0
    }
    chunk.push(value)
    size += value.length
  }
  makeChange(turn, row, name, chunk)
}

function makeChange(turn: Turn, row: ArtifactRow, name: DocumentName, edits: readonly Uint8Array[]): void {
  const live = turn.state.documents.get(documentKey(row, name))
  if (!live) return
  const actor = actorHere(turn, row, name)
  const own = Automerge.getActorId(live) === actor ? live : Automerge.clone(live, { actor })
  const changed = Automerge.change(own, { time: 0 }, (draft) => {
    for (const edit of edits) applyEdit(draft as Record<string, unknown>, decode(edit) as SpineEdit)
  })
  remember(turn, documentKey(row, name), changed)
  const change = Automerge.getLastLocalChange(changed)
  if (change && headsOf(changed) !== shownHeads(turn, row, name).join()) write(turn, row, 'change', [name, change])
}

function apply(
  turn: Turn,
  row: ArtifactRow,
  name: DocumentName,
  live: Automerge.Doc<unknown>,
  changes: readonly Uint8Array[],
  anew = false,
): void {
  const before = anew ? [] : shownHeads(turn, row, name)
  const [next] = Automerge.applyChanges(live, [...changes])
  const key = documentKey(row, name)
  remember(turn, key, next)
  const after = Automerge.getHeads(next)
  turn.tables.notes.put(row.key, `heads:${name}`, encode([...after].sort()))
  readDocument(turn, row, name, next as Record<string, unknown>, Automerge.diff(next, before, after))
  turn.effects.push({ type: 'keep-document', key, changes: [...changes], anew })
}

function acceptedChanges(turn: Turn, row: ArtifactRow, name: DocumentName): Uint8Array[] {
  return turn.tables.notes.all(row.key, `change:${name}:`).flatMap((note) => {
    const [log, seq] = decode(note.value) as [number, number]
    return changeAt(turn, row, log, seq)?.change ?? []
  })
}

function remember(turn: Turn, key: DocumentKey, doc: Automerge.Doc<unknown>): void {
  const { documents } = turn.state
  documents.delete(key)
  documents.set(key, doc)
  for (const [oldest, old] of documents) {
    if (documents.size <= liveLimit) return
    documents.delete(oldest)
    Automerge.free(old)
  }
}

function load(saved: Uint8Array, actor: string): Automerge.Doc<unknown> | undefined {
  try {
    return Automerge.load<unknown>(saved, { actor })
  } catch {
    return undefined
  }
}

function actorHere(turn: Turn, row: ArtifactRow, name: DocumentName): string {
  return actorOf(ownLog(turn, row, 'writer'), row, name)
}

/** Heads the projections were last made from. */
function shownHeads(turn: Turn, row: ArtifactRow, name: DocumentName): string[] {
  const stored = turn.tables.notes.get(row.key, `heads:${name}`)
  return stored ? (decode(stored) as string[]) : []
}

function headsOf(doc: Automerge.Doc<unknown>): string {
  return [...Automerge.getHeads(doc)].sort().join()
}

function tallyOf(turn: Turn, row: ArtifactRow, name: DocumentName, log: number): Tally {
  const stored = turn.tables.notes.get(row.key, `count:${name}:${log}`)
  const [count, bytes] = stored ? (decode(stored) as [number, number]) : [0, 0]
  return { count, bytes }
}

function awaitName(name: DocumentName, log: number, seq: number): string {
  return `await:${name}:${String(log).padStart(12, '0')}:${String(seq).padStart(12, '0')}`
}

function documentKey(row: ArtifactRow, name: DocumentName): DocumentKey {
  return `${row.key}/${name}`
}
