import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, equal, hex } from '../../crypto/bytes.ts'
import { type Canonical, decode, encode } from '../../crypto/canonical.ts'
import { isBytes, parseDeviceList } from '../identity/device-list.ts'
import { keepList as keepKnownList } from '../identity/known-lists.ts'
import { keepPeer } from '../meeting/peer-record.ts'
import { self, type Turn } from '../state.ts'
import type { Entry } from './entry.ts'
import { write } from './writer.ts'

/**
 * Private state lives in the Vault's own log, so that it survives with it and reaches this player's other devices: who
 * my peers are, what I hid, what I read, whom I invited. A note is a register: the entry with the greater (clock, hash)
 * wins. `about` is the artifact it belongs to; without one it is the Vault's.
 */
export function remember(turn: Turn, about: ArtifactId | undefined, name: string, value: Bytes): void {
  const known = recall(turn, about, name)
  if (known && equal(known, value)) return
  write(turn, vaultRow(turn), 'note', [about ?? '', name, value])
}

export function forget(turn: Turn, about: ArtifactId | undefined, name: string): void {
  if (recall(turn, about, name) === undefined) return
  write(turn, vaultRow(turn), 'note', [about ?? '', name, null])
}

export function recall(turn: Turn, about: ArtifactId | undefined, name: string): Bytes | undefined {
  const stored = turn.tables.notes.get(keyOf(turn, about), name)
  return stored && valueIn(stored)
}

export type Note = { readonly artifact: number; readonly name: string; readonly value: Bytes }

/** Notes about one artifact whose names begin with `prefix`. */
export function recallAll(turn: Turn, about: ArtifactId | undefined, prefix: string): Note[] {
  const artifact = keyOf(turn, about)
  return present(turn.tables.notes.all(artifact, prefix).map((note) => ({ artifact, ...note })))
}

/** Notes about any artifact whose names begin with `prefix`. */
export function recallEverywhere(turn: Turn, prefix: string): Note[] {
  return present(turn.tables.notes.everywhere(prefix))
}

/** Reception of a note; only ever the Vault's own log carries any. */
export function takePrivate(turn: Turn, entry: Entry): void {
  const [about, name, value] = entry.fields
  if (entry.row.key !== self(turn).vault || typeof about !== 'string' || typeof name !== 'string') return
  if (value !== null && !isBytes(value)) return
  const artifact = keyOf(turn, about === '' ? undefined : (about as ArtifactId))
  const known = turn.tables.notes.get(artifact, name)
  if (known && !isNewer(entry, known)) return
  turn.tables.notes.put(artifact, name, encode([entry.clock, hex(entry.hash), value]))
  if (name.startsWith('peer:')) keepPeer(turn, name.slice(5) as PlayerId, value ?? undefined)
  if (name.startsWith('setting:')) turn.changes.settings = true
  if (name.startsWith('list:') && value) keepList(turn, value)
}

function keepList(turn: Turn, bytes: Bytes): void {
  const list = parseDeviceList(bytes)
  if (list) keepKnownList(turn, list)
  turn.due.dms = true
}

function isNewer(entry: Entry, known: Bytes): boolean {
  const [clock, hash] = decode(known) as [number, string, Canonical]
  return entry.clock > clock || (entry.clock === clock && hex(entry.hash) > hash)
}

function present(notes: readonly Note[]): Note[] {
  return notes.flatMap((note) => {
    const value = valueIn(note.value)
    return value ? [{ ...note, value }] : []
  })
}

function valueIn(stored: Bytes): Bytes | undefined {
  const [, , value] = decode(stored) as [number, string, Bytes | null]
  return value ?? undefined
}

function keyOf(turn: Turn, about: ArtifactId | undefined): number {
  return about === undefined ? 0 : (turn.tables.artifacts.byId(about)?.key ?? -1)
}

function vaultRow(turn: Turn) {
  const row = turn.tables.artifacts.byKey(self(turn).vault)
  if (!row) throw new Error('no vault')
  return row
}
