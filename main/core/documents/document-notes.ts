import { open } from '../../crypto/box.ts'
import type { Bytes } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { isBytes } from '../identity/device-list.ts'
import type { DocumentKey, DocumentName } from '../input.ts'
import { parseEnvelope } from '../logs/envelope.ts'
import { contentKey } from '../logs/keyring.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import type { Tally, Waiting } from './change-queue.ts'

/**
 * Notes of an artifact that its documents are kept by, none of them remembered in the Vault's log:
 *   await:<doc>:<log>:<seq>       a change that is not decided yet
 *   change:<doc>:<envelope hash>  where an accepted change is     [log, seq]
 *   count:<doc>:<log>             accepted changes of one log     [n, cost]
 *   heads:<doc>                   heads the projections show      [hash…]
 *   edit:<doc>:<nonce>            an own edit waiting for the document to be open
 *   stale:<doc>                   something of it waits: it is opened at every start
 */
export const documentNames = ['spine', 'places', 'text'] as const satisfies readonly DocumentName[]

export function documentKey(row: ArtifactRow, name: DocumentName): DocumentKey {
  return `${row.key}/${name}`
}

export function partsOf(key: DocumentKey): [artifact: number, name: DocumentName] {
  const [artifact, name] = key.split('/') as [string, DocumentName]
  return [Number(artifact), name]
}

export function awaitName(name: DocumentName, log: number, seq: number): string {
  return `await:${name}:${String(log).padStart(12, '0')}:${String(seq).padStart(12, '0')}`
}

/** By log, in their order there. */
export function waitingChanges(turn: Turn, row: ArtifactRow, name: DocumentName): [Waiting, ...Waiting[]][] {
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

export function acceptedChanges(turn: Turn, row: ArtifactRow, name: DocumentName): Uint8Array[] {
  return turn.tables.notes.all(row.key, `change:${name}:`).flatMap((note) => {
    const [log, seq] = decode(note.value) as [number, number]
    return changeAt(turn, row, log, seq)?.change ?? []
  })
}

/** The change in an envelope that is held; the payload is `[position, clock, time, 'change', document, change]`. */
export function changeAt(turn: Turn, row: ArtifactRow, log: number, seq: number): Waiting | undefined {
  const held = turn.tables.envelopes.at(log, seq)
  const payload = held && payloadIn(turn, row, held.bytes)
  return held && isBytes(payload?.[5]) ? { log, seq, hash: held.hash, change: payload[5] } : undefined
}

function payloadIn(turn: Turn, row: ArtifactRow, bytes: Bytes): unknown[] | undefined {
  const envelope = parseEnvelope(bytes)
  const key = envelope && contentKey(turn, row, envelope)
  const plain = key && open(key, envelope.nonce, envelope.sealed, envelope.associated)
  const payload = plain && decode(plain)
  return Array.isArray(payload) ? payload : undefined
}

/** Heads the projections were last made from. */
export function shownHeads(turn: Turn, row: ArtifactRow, name: DocumentName): string[] {
  const stored = turn.tables.notes.get(row.key, `heads:${name}`)
  return stored ? (decode(stored) as string[]) : []
}

export function tallyOf(turn: Turn, row: ArtifactRow, name: DocumentName, log: number): Tally {
  const stored = turn.tables.notes.get(row.key, `count:${name}:${log}`)
  const [count, cost] = stored ? (decode(stored) as [number, number]) : [0, 0]
  return { count, cost }
}

export function keepTally(turn: Turn, row: ArtifactRow, name: DocumentName, log: number, tally: Tally): void {
  turn.tables.notes.put(row.key, `count:${name}:${log}`, encode([tally.count, tally.cost]))
}
