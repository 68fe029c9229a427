import type { DeviceId } from '../../../shared/ids.ts'
import { type Bytes, equal, hex } from '../../crypto/bytes.ts'
import { acceptedLength, ownerIn } from '../authority/authority.ts'
import { authorityOf } from '../authority/governance.ts'
import { followsTake, maySit } from '../authority/seats.ts'
import { isTake } from '../exchanges/exchange-reception.ts'
import type { ArtifactRow, LogRow } from '../rows.ts'
import { noteGrowth, type Turn } from '../state.ts'
import { type Envelope, envelopeHash, isSigned, parseEnvelope } from './envelope.ts'
import { addLog } from './log.ts'
import { lowerIncarnations, mostIncarnations } from './standing.ts'

/** What became of one envelope. Nothing refused is stored, answered for, or handed on. */
export type Receipt =
  | { readonly took: 'stored' | 'known' | 'forked'; readonly log: LogRow; readonly seq: number }
  /** it does not continue what is held: fetch from `from` */
  | {
      readonly took: 'gap'
      readonly kind: LogRow['kind']
      readonly device: DeviceId
      readonly incarnation: number
      readonly from: number
    }
  | { readonly took: 'refused'; readonly why: string }

/** Why an authority entry is refused by who has not heard yet that its author was given the seat. */
const notTheSeat = 'not the seat'

/**
 * The first half of the reception rule, before anything is decrypted: form, signature, tag, a device that is or was a
 * writer here, the next place in its log. `logs` are this artifact's, by name: kept up to date here, so that a batch looks them up once.
 */
export function receive(turn: Turn, row: ArtifactRow, bytes: Bytes, logs: Map<string, LogRow>): Receipt {
  const envelope = parseEnvelope(bytes)
  if (!envelope) return { took: 'refused', why: 'not an envelope' }
  if (!isTagOf(turn, row, envelope.tag)) return { took: 'refused', why: 'another artifact' }
  const name = `${envelope.kind}:${envelope.device}:${envelope.incarnation}`
  const log = logs.get(name)
  if (log && envelope.seq > log.length) return gap(envelope, log.length)
  if (!log && envelope.seq > 0) return gap(envelope, 0)
  if (log && isFrozen(log, envelope.seq)) return { took: 'known', log, seq: envelope.seq }
  const hash = envelopeHash(bytes)
  if (log && envelope.seq < log.length) {
    const held = turn.tables.envelopes.at(log.key, envelope.seq)
    if (held && equal(held.hash, hash)) return { took: 'known', log, seq: envelope.seq }
  }
  if (!isSigned(envelope)) return { took: 'refused', why: 'signature' }
  const refusal = admit(turn, row, envelope, logs)
  if (refusal) return { took: 'refused', why: refusal }
  const isFalseStart = envelope.seq === 0 && envelope.prev.some((byte) => byte !== 0)
  if (isFalseStart) return { took: 'refused', why: 'first entry names another' }
  if (log && envelope.seq < log.length) return sibling(turn, log, envelope, hash, logs)
  if (log && !equal(envelope.prev, log.head)) return gap(envelope, further(log, log.length))
  return store(turn, row, log, envelope, hash, logs)
}

export function logName(log: Pick<LogRow, 'kind' | 'device' | 'incarnation'>): string {
  return `${log.kind}:${log.device}:${log.incarnation}`
}

function store(
  turn: Turn,
  row: ArtifactRow,
  log: LogRow | undefined,
  envelope: Envelope,
  hash: Bytes,
  logs: Map<string, LogRow>,
): Receipt {
  const target = log ?? addLog(turn, row, envelope.kind, envelope.device, envelope.incarnation)
  turn.tables.envelopes.append(target.key, envelope.seq, hash, envelope.bytes)
  const grown = { ...target, length: envelope.seq + 1, head: hash }
  turn.tables.logs.update(grown)
  logs.set(logName(grown), grown)
  noteGrowth(turn, target)
  return { took: 'stored', log: grown, seq: envelope.seq }
}

/**
 * A second, different, validly signed envelope at a place already taken. If it continues what is held, the author has
 * forked: both are kept as proof and the author is frozen there. If not, the fork lies further back.
 */
function sibling(turn: Turn, log: LogRow, envelope: Envelope, hash: Bytes, logs: Map<string, LogRow>): Receipt {
  const before = envelope.seq === 0 ? new Uint8Array(32) : turn.tables.envelopes.at(log.key, envelope.seq - 1)?.hash
  if (!before || !equal(before, envelope.prev)) return gap(envelope, further(log, envelope.seq))
  turn.tables.envelopes.addSibling(log.key, envelope.seq, hash, envelope.bytes)
  const frozen = { ...log, forkAt: Math.min(envelope.seq, log.forkAt ?? envelope.seq) }
  turn.tables.logs.update(frozen)
  logs.set(logName(frozen), frozen)
  noteGrowth(turn, log)
  return { took: 'forked', log: frozen, seq: envelope.seq }
}

/** Where to look for the place at which two logs parted: twice as far from the end each time. */
function further(log: LogRow, seq: number): number {
  return Math.max(0, seq - Math.max(1, log.length - seq))
}

/** Why this device may not write here, if it may not. Decided by the authority held now; asked again when it grows. */
function admit(turn: Turn, row: ArtifactRow, envelope: Envelope, logs: Map<string, LogRow>): string | undefined {
  if (row.status === 'revoked' && !isReading(turn, row)) return 'this vault was removed from it'
  if (lowerIncarnations(envelope, logs.values()) >= mostIncarnations) return 'too many incarnations'
  if (row.type === 'dm') {
    if (envelope.kind === 'authority') return 'a DM has no authority log'
    const owner = turn.tables.devices.ownerOf(envelope.device)
    const isParty = owner !== undefined && turn.tables.members.of(row.key).some((member) => member.player === owner)
    return isParty ? undefined : 'not a party to this DM'
  }
  const authority = authorityOf(turn, row)
  if (envelope.kind === 'authority') {
    if (envelope.incarnation !== 0) return 'an authority log has one incarnation'
    if (!authority) return envelope.seq === 0 || logs.size > 0 ? undefined : 'no genesis'
    const isStewards = turn.tables.devices.ownerOf(envelope.device) === authority.steward
    if (maySit(authority, envelope.device, envelope.seq, isStewards) || isTake(turn, row, envelope)) return undefined
    if (logs.has(logName(envelope)) && followsTake(authority, envelope.device, envelope.seq)) return undefined
    return notTheSeat
  }
  const owner = authority && ownerIn(authority, envelope.device)
  if (!authority || !owner) return 'not a writer'
  const accepted = acceptedLength(authority, envelope)
  return accepted === undefined || envelope.seq < accepted ? undefined : 'removed'
}

function isReading(turn: Turn, row: ArtifactRow): boolean {
  return turn.tables.notes.get(0, `reading:${row.id}`) !== undefined
}

function isTagOf(turn: Turn, row: ArtifactRow, tag: Bytes): boolean {
  // who came back by the words cannot know former tags: that it is of this DM, the key it is sealed under says
  if (row.type === 'dm' && turn.tables.facts.get('recovered')) return true
  return equal(tag, row.tag) || turn.tables.notes.get(row.key, `tag:${hex(tag)}`) !== undefined
}

function isFrozen(log: LogRow, seq: number): boolean {
  return log.forkAt !== undefined && seq >= log.forkAt
}

function gap(envelope: Envelope, from: number): Receipt {
  return { took: 'gap', kind: envelope.kind, device: envelope.device, incarnation: envelope.incarnation, from }
}
