import { hex } from '../../crypto/bytes.ts'
import type { Canonical } from '../../crypto/canonical.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { isBytes, parseDeviceList } from '../identity/device-list.ts'
import type { Entry } from '../logs/entry.ts'
import { recall, recallAll, remember } from '../logs/private-notes.ts'
import { write } from '../logs/writer.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { rowOf } from '../trees/tree.ts'
import { admit } from './membership.ts'
import { hasSeat, isSeatedElsewhere } from './seat-entry.ts'

/**
 * AUTH-1: what a device of the steward's that has not the seat wants done it proposes in its writer log, `propose` [what,
 * arguments]; the seat does it when it hears it, and once. How it went stands in a note of the Vault, `proposed:<hash>`
 * [what, when, state], so that every device shows it.
 */
const proposable = new Set(['artifact.grant', 'artifact.revoke', 'artifact.recall', 'artifact.transfer'])

/** Is this a thing that only the seat can do, and the seat is another device of one's own? */
export function mayOnlyPropose(turn: Turn, type: string, args: unknown): ArtifactRow | undefined {
  const id = proposable.has(type) ? (args as { id?: unknown }).id : undefined
  const row = typeof id === 'string' ? turn.tables.artifacts.byId(id as ArtifactRow['id']) : undefined
  return row && isSeatedElsewhere(turn, row) ? row : undefined
}

export function propose(turn: Turn, row: ArtifactRow, what: string, args: Canonical): void {
  const { hash } = write(turn, row, 'propose', [what, args])
  remember(turn, row.id, noteName(hash), encode([what, turn.now, 'waiting']))
  turn.changes.touched.add(row.key)
}

/** Lets in at the seat, or asks the seat to. */
export function admitOrPropose(turn: Turn, row: ArtifactRow, ...[list, name, mode, expiresAt]: Admission): void {
  if (isSeatedElsewhere(turn, row)) propose(turn, row, 'admit', [list.bytes, name, mode, expiresAt ?? null])
  else admit(turn, row, list, name, mode, expiresAt)
}

type Admission = Parameters<typeof admit> extends [unknown, unknown, ...infer Rest] ? Rest : never

/** Reception: only the steward's devices propose, and only the seat listens. */
export function takeProposal(turn: Turn, entry: Entry): void {
  const [what, args] = entry.fields
  if (typeof what !== 'string' || entry.player !== entry.authority?.steward || !hasSeat(turn, entry.row)) return
  if (entry.log.device === self(turn).device) return
  turn.due.proposals.push({ artifact: entry.row.key, hash: entry.hash, what, args, at: entry.at })
}

type Carry = (what: string, args: unknown) => string

/** At the end of a step. `carry` does it, and says how it went. */
export function carryProposals(turn: Turn, carry: Carry): void {
  for (const { artifact, hash, what, args, at } of turn.due.proposals.splice(0)) {
    const row = rowOf(turn, artifact)
    const known = recall(turn, row.id, noteName(hash))
    if (known && stateIn(known) !== 'waiting') continue
    const state =
      what === 'admit' ? letIn(turn, row, args) : proposable.has(what) ? carry(what, args) : 'UnknownCommand'
    remember(turn, row.id, noteName(hash), encode([what, at, state]))
    turn.changes.touched.add(row.key)
  }
}

/** What waits for the seat, and what the seat refused. */
export function proposalsOf(turn: Turn, row: ArtifactRow): { what: string; at: number; state: string }[] {
  return recallAll(turn, row.id, 'proposed:').flatMap((note) => {
    const [what, at, state] = decode(note.value) as [string, number, string]
    return state === 'done' ? [] : [{ what, at, state }]
  })
}

function letIn(turn: Turn, row: ArtifactRow, args: unknown): string {
  const [bytes, name, mode, expiresAt] = Array.isArray(args) ? (args as unknown[]) : []
  const list = isBytes(bytes) ? parseDeviceList(bytes) : undefined
  const isKnown = mode === 'revocable' || mode === 'permanent' || mode === 'timed'
  if (!list || typeof name !== 'string' || !isKnown) return 'InvalidArguments'
  if (turn.tables.members.of(row.key).some((member) => member.player === list.player)) return 'AlreadyGranted'
  admit(turn, row, list, name, mode, typeof expiresAt === 'number' ? expiresAt : undefined)
  return 'done'
}

function stateIn(note: Uint8Array): unknown {
  const value = decode(note)
  return Array.isArray(value) ? value[2] : undefined
}

function noteName(hash: Uint8Array): string {
  return `proposed:${hex(hash).slice(0, 32)}`
}
