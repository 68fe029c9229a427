import type { Fault } from '../../../shared/fault.ts'
import type { ArtifactId } from '../../../shared/ids.ts'
import { hex } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { authorityOf } from '../authority/governance.ts'
import { mayChange } from '../authority/rights.ts'
import type { DocumentName } from '../input.ts'
import { ownLogs, spentName } from '../logs/log.ts'
import { write } from '../logs/writer.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { awaitName, changeAt, documentKey, waitingChanges } from './document-notes.ts'
import { actorHere, dropDocument, openedDocument, pastOf, remember } from './document-shown.ts'
import { changeIn, type Engine, writingAs } from './live-document.ts'
import { applyEdit, editsIn, type SpineEdit } from './spine.ts'
import { originsIn, retype } from './text-again.ts'

/** Edits that become one change: well within what a change may hold. */
const editsTogether = 1_000
const editBytes = 65_536

/** Keeps edits until the document is open. */
export function queueEdits(turn: Turn, row: ArtifactRow, name: 'spine' | 'places', edits: readonly SpineEdit[]): void {
  const waiting = turn.tables.notes.all(row.key, `edit:${name}:`).length
  for (const [index, edit] of edits.entries()) {
    const order = String(turn.now).padStart(16, '0') + String(waiting + index).padStart(8, '0')
    turn.tables.notes.put(row.key, `edit:${name}:${order}:${hex(turn.chance(8))}`, encode([...edit]))
  }
}

/** Trees that refer to this child as soon as their spine is open. */
export function awaitedParents(turn: Turn, child: ArtifactId): number[] {
  return turn.tables.notes.everywhere('edit:spine:').flatMap(({ artifact, value }) => {
    const edit = decode(value) as SpineEdit
    return edit[0] === 'refer' && edit[2] === child ? [artifact] : []
  })
}

export function flushEdits(turn: Turn, row: ArtifactRow, name: DocumentName): void {
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
  const engine = ownDocument(turn, row, name)
  const change =
    engine &&
    changeIn(engine, () => {
      for (const edit of edits) applyEdit(engine, decode(edit) as SpineEdit)
    })
  if (change) write(turn, row, 'change', [name, change])
}

/**
 * Types in an open text. `work` ends a change with `next` wherever it has come to hold enough, and says why when it
 * cannot be done: then nothing of it was.
 */
export function changeText(
  turn: Turn,
  row: ArtifactRow,
  work: (engine: Engine, next: () => void) => Fault | undefined,
): Fault | undefined {
  const engine = ownDocument(turn, row, 'text')
  if (!engine) throw new Error('the text is not open')
  const changes: Uint8Array[] = []
  const next = () => {
    const change = changeIn(engine, () => {})
    if (change) changes.push(change)
  }
  const fault = work(engine, next)
  if (!fault) {
    next()
    for (const change of changes) write(turn, row, 'change', ['text', change])
  } else if (changes.length === 0) engine.rollback()
  else dropDocument(turn, documentKey(row, 'text'))
  return fault
}

/**
 * Own changes that wait after everything was decided were made on some that no longer count. Their edits are made again
 * on what does, in a new log: the numbers of the old one are used up.
 */
export function sayAgain(turn: Turn, row: ArtifactRow, name: DocumentName): void {
  const own = new Set(ownLogs(turn, row).map((log) => log.key))
  const stuck = waitingChanges(turn, row, name)
    .flat()
    .filter((each) => own.has(each.log))
  for (const { log, seq } of stuck) {
    turn.tables.notes.drop(row.key, awaitName(name, log, seq))
    turn.tables.notes.put(row.key, spentName(log), new Uint8Array(0))
  }
  if (stuck.length === 0) return
  if (name !== 'text') for (const { change } of stuck) queueEdits(turn, row, name, editsIn(change))
  else if (mayChange(row, authorityOf(turn, row), self(turn).player, name)) {
    const origins = originsIn(everyChange(turn, row))
    changeText(turn, row, (engine, next) => {
      const past = pastOf(turn, documentKey(row, name), engine)
      retype(
        engine,
        past,
        stuck.map((each) => each.change),
        origins,
        next,
      )
      return undefined
    })
  }
}

/** All that is held, also what does not count: to find where something was typed whose surroundings are gone. */
function everyChange(turn: Turn, row: ArtifactRow): Uint8Array[] {
  return turn.tables.logs
    .of(row.key)
    .flatMap((log) =>
      log.kind === 'writer'
        ? Array.from({ length: log.length }, (_, seq) => changeAt(turn, row, log.key, seq)?.change ?? []).flat()
        : [],
    )
}

/** The open document, writing as this device's present log. */
function ownDocument(turn: Turn, row: ArtifactRow, name: DocumentName): Engine | undefined {
  const engine = openedDocument(turn, row, name)
  const actor = actorHere(turn, row, name)
  if (!engine || engine.getActorId() === actor) return engine
  const own = writingAs(engine, actor)
  turn.state.pasts.delete(documentKey(row, name))
  remember(turn, documentKey(row, name), own)
  return own
}
