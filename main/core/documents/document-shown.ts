import type { Patch } from '@automerge/automerge'
import { encode } from '../../crypto/canonical.ts'
import type { DocumentKey, DocumentName } from '../input.ts'
import { ownLog } from '../logs/log.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { documentKey } from './document-notes.ts'
import { type Engine, headsOf } from './live-document.ts'
import { actorOf, readDocument } from './spine.ts'
import { showOnSurface } from './surface-shown.ts'
import { TextPast } from './text-past.ts'
import { showText } from './text-shown.ts'

const liveLimit = 300

/** An open document, marked as used just now. */
export function openedDocument(turn: Turn, row: ArtifactRow, name: DocumentName): Engine | undefined {
  const key = documentKey(row, name)
  const engine = turn.state.documents.get(key)
  if (engine) remember(turn, key, engine)
  return engine
}

/** Keeps a document open; those used longest ago give way. */
export function remember(turn: Turn, key: DocumentKey, engine: Engine): void {
  const { documents } = turn.state
  documents.delete(key)
  documents.set(key, engine)
  for (const oldest of documents.keys()) {
    if (documents.size <= liveLimit) return
    dropDocument(turn, oldest)
  }
}

export function dropDocument(turn: Turn, key: DocumentKey): void {
  turn.state.pasts.delete(key)
  const engine = turn.state.documents.get(key)
  if (turn.state.documents.delete(key)) engine?.free()
}

/** Brings the projections up to what the patches touched; to all there is without any. */
export function show(
  turn: Turn,
  row: ArtifactRow,
  name: DocumentName,
  engine: Engine,
  patches?: readonly Patch[],
): void {
  turn.tables.notes.put(row.key, `heads:${name}`, encode(headsOf(engine)))
  if (name === 'text') {
    showText(turn, row, engine, patches)
    return showOnSurface(turn, row, engine, patches)
  }
  const touched = new Set(patches?.map((patch) => String(patch.path[0])) ?? engine.keys('_root'))
  readDocument(turn, row, name, engine, [...touched])
}

export function pastOf(turn: Turn, key: DocumentKey, engine: Engine): TextPast {
  const known = turn.state.pasts.get(key)
  if (known?.engine === engine) return known
  const past = new TextPast(engine)
  turn.state.pasts.set(key, past)
  return past
}

export function actorHere(turn: Turn, row: ArtifactRow, name: DocumentName): string {
  return actorOf(ownLog(turn, row, 'writer'), row, name)
}
