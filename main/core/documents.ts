import * as Automerge from '@automerge/automerge'
import { open } from '../crypto/box.ts'
import { hex } from '../crypto/bytes.ts'
import { decode, encode } from '../crypto/canonical.ts'
import { readChangeHeader } from './change-header.ts'
import { isBytes } from './device-list.ts'
import type { Entry } from './entry.ts'
import { parseEnvelope } from './envelope.ts'
import type { DocumentKey } from './input.ts'
import { contentKey } from './keyring.ts'
import { ownLog } from './log.ts'
import { mayChange } from './rights.ts'
import { actorOf, applyEdit, readDocument, type SpineEdit } from './spine.ts'
import { self, type Turn } from './state.ts'
import type { ArtifactRow } from './tables.ts'
import { write } from './writer.ts'

/**
 * Documents edited together, one per right (AUTH-6). The accepted changes in the logs are the truth; what is open here,
 * what automerge-repo keeps and what `references`, `places` and `metadata` show are made from them.
 *
 * Notes of an artifact used here, none of them remembered in the Vault's log:
 *   change:<doc>:<envelope hash>  where an accepted change is     [log, seq]
 *   count:<doc>:<log>             accepted changes of one log     [n]
 *   heads:<doc>                   heads the projections show      [hash…]
 *   edit:<doc>:<nonce>            an own edit waiting for the document to be open
 */
export type DocumentName = 'spine' | 'places'

const liveLimit = 300

/** Reception of a change: only its author's next one, by an actor that is its author's, where the author may. */
export function takeChange(turn: Turn, entry: Entry): void {
  const [name, change] = entry.fields
  if ((name !== 'spine' && name !== 'places') || !isBytes(change)) return
  if (!mayChange(entry.row, entry.authority, entry.player, name)) return
  const header = readChangeHeader(change)
  if (!header || header.actor !== actorOf(entry.log, entry.row, name)) return
  const { notes } = turn.tables
  const counter = `count:${name}:${entry.log.key}`
  const count = numberOf(notes.get(entry.row.key, counter))
  if (header.seq !== count + 1) return
  notes.put(entry.row.key, counter, encode([count + 1]))
  notes.put(entry.row.key, `change:${name}:${hex(entry.hash)}`, encode([entry.log.key, entry.seq]))
  const key = documentKey(entry.row, name)
  const live = turn.state.documents.get(key)
  if (!live) return openDocument(turn, key)
  apply(turn, entry.row, name, live, [change])
}

/** Edits wait, durably, until the document is open; a document that is open takes them at once. */
export function editDocument(turn: Turn, row: ArtifactRow, name: DocumentName, edits: readonly SpineEdit[]): void {
  for (const [index, edit] of edits.entries()) {
    const order = String(turn.now).padStart(16, '0') + String(index).padStart(6, '0')
    turn.tables.notes.put(row.key, `edit:${name}:${order}:${hex(turn.chance(8))}`, encode([...edit]))
  }
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
    for (const prefix of [`change:${name}:`, `count:${name}:`, `heads:${name}`]) {
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

function openDocument(turn: Turn, key: DocumentKey): void {
  const [artifact, name] = key.split('/') as [string, DocumentName]
  const isNoted = turn.tables.notes.get(Number(artifact), `stale:${name}`) !== undefined
  if (!isNoted) turn.tables.notes.put(Number(artifact), `stale:${name}`, new Uint8Array(0))
  if (turn.state.opening.has(key)) return
  turn.state.opening.add(key)
  turn.effects.push({ type: 'open-document', key })
}

function flushEdits(turn: Turn, row: ArtifactRow, name: DocumentName): void {
  turn.tables.notes.drop(row.key, `stale:${name}`)
  const waiting = turn.tables.notes.all(row.key, `edit:${name}:`)
  const live = turn.state.documents.get(documentKey(row, name))
  if (waiting.length === 0 || !live) return
  for (const note of waiting) turn.tables.notes.drop(row.key, note.name)
  if (!mayChange(row, turn.state.authorities.get(row.key), self(turn).player, name)) return
  const actor = actorHere(turn, row, name)
  const own = Automerge.getActorId(live) === actor ? live : Automerge.clone(live, { actor })
  const changed = Automerge.change(own, { time: 0 }, (draft) => {
    for (const note of waiting) applyEdit(draft as Record<string, unknown>, decode(note.value) as SpineEdit)
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
    const held = turn.tables.envelopes.at(log, seq)
    const envelope = held && parseEnvelope(held.bytes)
    const key = envelope && contentKey(turn, row, envelope)
    const plain = key && open(key, envelope.nonce, envelope.sealed, envelope.associated)
    const payload = plain && decode(plain)
    return Array.isArray(payload) && isBytes(payload[5]) ? [payload[5]] : []
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

function numberOf(stored: Uint8Array | undefined): number {
  return stored ? (decode(stored) as [number])[0] : 0
}

function documentKey(row: ArtifactRow, name: DocumentName): DocumentKey {
  return `${row.key}/${name}`
}
