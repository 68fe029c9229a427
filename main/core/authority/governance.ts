import type { PlayerId } from '../../../shared/ids.ts'
import { open } from '../../crypto/box.ts'
import { decode } from '../../crypto/canonical.ts'
import { isUnlock, type Taking } from '../exchanges/exchange-fold.ts'
import { chosenTake, isTakenBack, takeOver } from '../exchanges/exchange-take.ts'
import { parseEnvelope } from '../logs/envelope.ts'
import { contentKey } from '../logs/keyring.ts'
import type { ArtifactRow, LogRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { applyAdmissions, withoutAdmitted } from './admissions.ts'
import { type Authority, ownerIn } from './authority.ts'
import { type AuthorityEntry, advance, found, sitDown } from './authority-fold.ts'
import { learnOlderKeys } from './authority-keys.ts'
import { parseAuthorityOp } from './authority-op.ts'
import { genesisNamed } from './genesis-named.ts'
import { writeMembers } from './member-list.ts'
import { type Placed, seatTaker } from './seat-taking.ts'
import { nextSeq, seatedLength, settledLength } from './seats.ts'

/** The authority of a Tree as far as its logs are held and can be read; `undefined` before its genesis can be. */
export function authorityOf(turn: Turn, row: ArtifactRow): Authority | undefined {
  const known = turn.state.authorities.get(row.key)
  if (known) return known
  if (row.type === 'dm') return undefined
  const authority = fold(turn, row)
  if (authority) turn.state.authorities.set(row.key, authority)
  return authority
}

/**
 * Takes up what came to the authority logs, and writes down who is a member now. True when it grew: then every writer
 * log is judged again where it waited, and from the beginning where a cut took something back.
 */
export function govern(turn: Turn, row: ArtifactRow): Governed {
  if (row.type === 'dm') return unchanged
  const before = turn.state.authorities.get(row.key)
  const length = before?.length ?? 0
  const ends = before ? endsIn(before) : 0
  const wasListed = before === undefined || ownerIn(before, self(turn).device) !== undefined
  const mayBeSplit = before !== undefined && isContested(turn, row) && before.basis !== basisOf(turn, row)
  const anew = before && !mayBeSplit ? undefined : fold(turn, row)
  const isSplit = mayBeSplit && !goesOn(before, anew)
  const authority = before && !mayBeSplit ? resume(turn, row, before) : anew
  if (!authority || (authority.length === length && !isSplit)) return unchanged
  turn.state.authorities.set(row.key, authority)
  writeMembers(turn, row, authority)
  const isNowListed = !wasListed && ownerIn(authority, self(turn).device) !== undefined
  if (isNowListed) turn.due.seated.add(row.key)
  const left = before ? leftSince(authority, length) : []
  return { grew: true, shrank: isSplit || isNowListed || endsIn(authority) > ends, left }
}

type Governed = {
  readonly grew: boolean
  readonly shrank: boolean
  /** who was removed, also those who were let in again since */
  readonly left: readonly PlayerId[]
}

const unchanged: Governed = { grew: false, shrank: false, left: [] }

function leftSince(authority: Authority, position: number): PlayerId[] {
  return [...authority.members.values()]
    .filter((member) => member.spans.some((span) => span.until !== undefined && span.until >= position))
    .map((member) => member.player)
}

/** How often somebody's word was ended: each may take back what had counted. */
function endsIn(authority: Authority): number {
  let ends = authority.recall ? 1 : 0
  for (const member of authority.members.values())
    for (const span of member.spans) if (span.until !== undefined) ends += 1
  for (const member of authority.members.values()) ends += member.retired.size
  return ends + authority.stewards.length
}

/** Is all that counted before among what counts now? */
function goesOn(before: Authority, after: Authority | undefined): boolean {
  const last = before.length - 1
  return after?.trail[last] === before.trail[last] && after?.isForked === before.isForked
}

/** Can what comes change what counted before? Where a seat is forked, or several devices have written as one. */
function isContested(turn: Turn, row: ArtifactRow): boolean {
  const logs = turn.tables.logs.of(row.key).filter((log) => log.kind === 'authority')
  return logs.length > 1 || logs.some((log) => log.forkAt !== undefined)
}

function isForkedHere(turn: Turn, row: ArtifactRow): boolean {
  return turn.tables.logs.of(row.key).some((log) => log.kind === 'authority' && log.forkAt !== undefined)
}

function basisOf(turn: Turn, row: ArtifactRow): string {
  const logs = turn.tables.logs.of(row.key).filter((log) => log.kind === 'authority')
  return logs.map((log) => `${log.key}:${log.length}:${log.forkAt ?? ''}`).join()
}

/**
 * From the genesis on. Where a seat's log is forked, what a later seat has built on still counts: so everything held is
 * folded once to see how much that is, and then again up to where it ends.
 */
function fold(turn: Turn, row: ArtifactRow): Authority | undefined {
  const whole = begin(turn, row)
  if (!whole || !isForkedHere(turn, row)) return whole && resume(turn, row, whole)
  follow(turn, row, whole, () => Number.POSITIVE_INFINITY)
  const authority = begin(turn, row)
  return authority && resume(turn, row, authority, whole)
}

function resume(turn: Turn, row: ArtifactRow, authority: Authority, whole = authority): Authority {
  withoutAdmitted(authority)
  follow(turn, row, authority, (log) => {
    const settled = Math.max(1, settledLength(whole, log.device))
    return Math.max(settled, log.forkAt ?? Number.POSITIVE_INFINITY)
  })
  applyAdmissions(turn, row, authority)
  authority.basis = basisOf(turn, row)
  authority.isForked = logOf(turn, row, authority.seat)?.forkAt !== undefined
  return authority
}

/**
 * Folds what is held of one seat after the other, of each log as much as counts. What was promised in an exchange goes
 * before a change of the seat: another device of the steward's must not be a way out of a lock.
 */
function follow(turn: Turn, row: ArtifactRow, authority: Authority, counted: (log: LogRow) => number): void {
  const entries = placedEntries(turn, row, authority)
  for (;;) {
    const log = logOf(turn, row, authority.seat)
    const seq = nextSeq(authority)
    const end = log ? Math.min(log.length, counted(log)) : 0
    const read = (at: number) => (log && at < end ? entryAt(turn, row, log, at) : undefined)
    const taking = chosenTake(authority, row.id, takesAmong(entries, authority))
    if (taking && !isTakenBack(authority, row.id, taking, [read(seq), read(seq + 1)])) {
      takeOver(authority, taking)
      continue
    }
    const taker = seatTaker(authority, entries)
    if (taker) {
      sitDown(authority, taker)
      continue
    }
    const entry = read(seq)
    if (!entry || (authority.lock && !isUnlock(authority, entry.op))) return
    advance(authority, row.id, entry)
  }
}

/** Where a device without the seat says by what it takes it. */
function takesAmong(entries: readonly Placed[], authority: Authority): Taking[] {
  return entries
    .filter(({ device, seq, op }) => op?.op === 'take' && seq >= (seatedLength(authority, device) ?? seq + 1))
    .map(({ device, seq, hash, op }) => ({
      device,
      seq,
      entry: { epoch: authority.epoch, hash, cites: undefined, op },
    }))
}

/** The log that begins with the genesis: the one of which the artifact's id is the hash. */
function begin(turn: Turn, row: ArtifactRow): Authority | undefined {
  for (const log of turn.tables.logs.of(row.key)) {
    const first = log.kind === 'authority' && log.length > 0 ? entryAt(turn, row, log, 0) : undefined
    const signed = (first?.body as { signed?: unknown } | undefined)?.signed
    const genesis = genesisNamed(row.id, signed)
    if (first && genesis?.seat === log.device) return found(genesis, first.hash)
  }
  return undefined
}

/** Everything in all authority logs, where a device other than the seat has written one that is not wholly used. */
function placedEntries(turn: Turn, row: ArtifactRow, authority: Authority): Placed[] {
  const logs = turn.tables.logs.of(row.key).filter((log) => log.kind === 'authority')
  const isUnused = (log: LogRow) =>
    log.device !== authority.seat && log.length > (seatedLength(authority, log.device) ?? 0)
  if (!logs.some(isUnused)) return []
  return logs.flatMap((log) => {
    const placed: Placed[] = []
    for (let seq = 0; seq < log.length; seq += 1) {
      const entry = entryAt(turn, row, log, seq)
      if (!entry) break
      const { position, hash, op } = entry
      placed.push({ device: log.device, seq, position, hash, op })
    }
    return placed
  })
}

function logOf(turn: Turn, row: ArtifactRow, device: LogRow['device']): LogRow | undefined {
  return turn.tables.logs.of(row.key).find((log) => log.kind === 'authority' && log.device === device)
}

type Opened = AuthorityEntry & { readonly position: number; readonly body: unknown }

/** `undefined` while its key is not here; a body that is nonsense still takes its position. */
function entryAt(turn: Turn, row: ArtifactRow, log: LogRow, seq: number): Opened | undefined {
  const held = turn.tables.envelopes.at(log.key, seq)
  const envelope = held && parseEnvelope(held.bytes)
  if (!envelope) return undefined
  const key = contentKey(turn, row, envelope) ?? learnOlderKeys(turn, row, envelope)
  if (!key) return undefined
  const plain = open(key, envelope.nonce, envelope.sealed, envelope.associated)
  const payload = plain && decode(plain)
  const [position, cites, body] = Array.isArray(payload) && payload.length === 3 ? (payload as unknown[]) : []
  return { position: Number(position), epoch: envelope.epoch, hash: held.hash, cites, body, op: parseAuthorityOp(body) }
}

/** The authority as it is handed on: one seat's log after the other, as much of each as counts. */
export function authorityChain(turn: Turn, row: ArtifactRow, from: number, limit: number): Uint8Array[] {
  const authority = authorityOf(turn, row)
  const chain: Uint8Array[] = []
  for (const [index, seat] of (authority?.seats ?? []).entries()) {
    const end = authority?.seats[index + 1]?.firstPosition ?? authority?.length ?? 0
    const log = logOf(turn, row, seat.device)
    const first = Math.max(from, seat.firstPosition)
    const count = Math.min(end - first, limit - chain.length)
    if (!log || count <= 0) continue
    const page = turn.tables.envelopes.from(log.key, seat.firstSeq + first - seat.firstPosition, count)
    chain.push(...page.map((each) => each.bytes))
  }
  return chain
}
