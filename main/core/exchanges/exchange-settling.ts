import type { ArtifactId } from '../../../shared/ids.ts'
import { equal, hex } from '../../crypto/bytes.ts'
import type { Canonical } from '../../crypto/canonical.ts'
import { type Authority, epochAt } from '../authority/authority.ts'
import { cutOf } from '../authority/cut.ts'
import { authorityOf } from '../authority/governance.ts'
import { writeAuthority } from '../authority/seat-entry.ts'
import { judge } from '../logs/judgement.ts'
import { append } from '../logs/log.ts'
import { forget, recallAll, remember } from '../logs/private-notes.ts'
import { write } from '../logs/writer.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { type Promised, promisesOf } from './exchange-promise.ts'
import { type Agreement, lockNote, type Statements, statementsIn, swappedIn } from './exchange-statement.ts'
import { type Lock, otherSide, type SideIndex, signLock, signReject, type Terms } from './exchange-terms.ts'

/**
 * EX-1 at the two themselves. An own lock is remembered until it is answered, in the Vault, where nobody can take it
 * away: two locks, and this device takes what it was promised; the other's rejection, and it lets go. What one does to
 * the Exchange, to the artifacts or to their audiences in between changes neither.
 */
/** At the end of a step in which something came in: answers what can be answered. */
export function settleExchanges(turn: Turn): void {
  if (turn.grown.size === 0 && turn.due.exchanges.size === 0) return
  for (const promise of promisesOf(turn)) settle(turn, promise)
  for (const key of turn.due.exchanges) answerAll(turn, key)
  turn.due.exchanges.clear()
}

/** Gives this side's word: in the artifact's authority, in the Exchange, and in memory, all at once or not at all. */
export function promise(turn: Turn, exchange: ArtifactRow, terms: Terms, side: SideIndex): void {
  const me = self(turn)
  const row = turn.tables.artifacts.byId(terms.sides[side].artifact)
  if (!row) throw new Error('nothing to promise')
  const cut = cutOf(turn, row, authorityOf(turn, row)?.members.get(me.player)?.devices.keys())
  const lock = signLock(terms, side, cut, me.deviceKeys.secretKey)
  writeAuthority(turn, row, { op: 'lock', terms: terms.bytes, side, at: turn.now }, { lists: [], own: false })
  remember(turn, exchange.id, `promise:${hex(terms.hash)}:${side}`, lockNote(terms, lock))
  write(turn, exchange, 'lock', [terms.bytes, side, givenOf(lock)])
}

export function reject(turn: Turn, exchange: ArtifactRow, terms: Terms, side: SideIndex, isForGood: boolean): void {
  const signature = signReject(terms, side, self(turn).deviceKeys.secretKey)
  write(turn, exchange, 'reject', [terms.bytes, side, signature, isForGood])
}

/** Has this player given their word on these very terms, and had no answer yet? */
function hasPromised(turn: Turn, exchange: ArtifactRow, terms: Terms): boolean {
  return recallAll(turn, exchange.id, `promise:${hex(terms.hash)}:`).length > 0
}

function settle(turn: Turn, given: Promised): void {
  const { terms, side } = given
  if (terms.sides[side].seat !== self(turn).device) return
  const mine = turn.tables.artifacts.byId(terms.sides[side].artifact)
  const authority = mine && authorityOf(turn, mine)
  if (!mine || !authority) return
  const taken = authority.takes.find((take) => equal(take.terms.hash, terms.hash))
  const isBound = taken !== undefined || (authority.lock !== undefined && equal(authority.lock.terms.hash, terms.hash))
  const heard = heardOf(turn, given)
  const theirs = heard?.locks[otherSide(side)] ?? taken?.lock
  if (!isBound) return release(turn, given)
  if (theirs) return take(turn, given, theirs)
  const rejection = heard?.rejects[otherSide(side)]
  if (!rejection) return
  writeAuthority(turn, mine, { op: 'unlock', reject: rejection, at: turn.now }, { lists: [], own: false })
  release(turn, given)
}

function heardOf(turn: Turn, { exchange, terms }: Promised): Agreement | undefined {
  const row = turn.tables.artifacts.byKey(exchange)
  return row && statementsIn(turn, row).agreements.find((each) => equal(each.terms.hash, terms.hash))
}

/** What was promised is taken as soon as its authority is held as far as was agreed on; once. */
function take(turn: Turn, { exchange, terms, side, lock }: Promised, theirs: Lock): void {
  const other = otherSide(side)
  const { artifact, position } = terms.sides[other]
  const row = turn.tables.artifacts.byId(artifact)
  const authority = row && authorityOf(turn, row)
  if (!row || !authority || authority.length < position) return
  const isTaken = authority.takes.some((each) => equal(each.terms.hash, terms.hash))
  if (!isTaken && !writeTake(turn, row, authority, { terms, side: other, given: theirs, own: lock })) return
  release(turn, { exchange, terms, side, lock })
}

function writeTake(
  turn: Turn,
  row: ArtifactRow,
  authority: Authority,
  { terms, side, given, own }: { terms: Terms; side: SideIndex; given: Lock; own: Lock },
): boolean {
  const { position } = terms.sides[side]
  const epoch = epochAt(authority, position - 1)
  const key = turn.tables.keys.get(row.key, 'seat', epoch)
  if (!key) return false
  const op = { op: 'take', terms: terms.bytes, side, given: givenOf(given), own: givenOf(own), at: turn.now }
  const audience = { lists: [], own: false }
  append(turn, row, 'authority', [position, terms.hash, op], { epoch, key, audience })
  judge(turn, turn.tables.artifacts.byKey(row.key) ?? row)
  turn.changes.touched.add(row.key)
  turn.due.seek = true
  return true
}

function release(turn: Turn, { exchange, terms, side }: Promised): void {
  const row = turn.tables.artifacts.byKey(exchange)
  if (!row) return
  forget(turn, row.id, `promise:${hex(terms.hash)}:${side}`)
  turn.changes.touched.add(row.key)
}

/** Whoever locked terms that can't be any more is told so, that they do not wait for ever. */
function answerAll(turn: Turn, key: number): void {
  const row = turn.tables.artifacts.byKey(key)
  if (row?.type !== 'exchange' || row.status !== 'active') return
  const statements = statementsIn(turn, row)
  for (const agreement of statements.agreements) answer(turn, row, statements, agreement)
}

function answer(turn: Turn, row: ArtifactRow, statements: Statements, { terms, locks, rejects }: Agreement): void {
  const side: SideIndex = terms.sides[0].steward === self(turn).player ? 0 : 1
  if (terms.sides[side].seat !== self(turn).device || locks[side] || rejects[side]) return
  if (!locks[otherSide(side)] || hasPromised(turn, row, terms)) return
  if (statements.isClosed || !isStanding(turn, row, terms, side)) reject(turn, row, terms, side, false)
}

/** Is this player's side still what they have, and the Exchange about these two? A record may come after the word on it. */
function isStanding(turn: Turn, exchange: ArtifactRow, terms: Terms, side: SideIndex): boolean {
  const { artifact, position, head } = terms.sides[side]
  const row = turn.tables.artifacts.byId(artifact)
  const authority = row && authorityOf(turn, row)
  const isThere = authority?.seat === self(turn).device && !authority.isForked && !authority.lock
  if (!isThere || authority.length !== position || !equal(authority.head, head)) return false
  const swapped = swappedIn(turn, exchange)
  const isMeant = (id: ArtifactId, index: number) =>
    id.startsWith('blob:') || terms.sides[index === 0 ? 0 : 1].artifact === id
  return swapped === undefined || swapped.every(isMeant)
}

function givenOf({ cut, signature }: Lock): Canonical {
  return [cut.map((item): Canonical => [...item]), signature]
}
