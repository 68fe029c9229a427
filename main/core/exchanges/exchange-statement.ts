import type { ArtifactId } from '../../../shared/ids.ts'
import { hex } from '../../crypto/bytes.ts'
import { type Canonical, decode, encode } from '../../crypto/canonical.ts'
import { parseGiven } from '../authority/authority-op.ts'
import { isBytes } from '../identity/device-list.ts'
import type { Entry } from '../logs/entry.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { sideMeant } from './exchange-sides.ts'
import { isLock, isReject, type Lock, parseTerms, type SideIndex, type Terms } from './exchange-terms.ts'

/**
 * What the two say in an Exchange: `lock` [terms, side, lock] and `reject` [terms, side, signature, for good?]. A
 * statement counts by its own signature and stays, whoever said something else later.
 *
 * Notes of an Exchange used here, all made again from its logs:
 *   locked:<terms>:<side>     the lock   [terms, lock]
 *   rejected:<terms>:<side>   the rejection   [terms, signature]
 *   closed:<side>             that side wants no exchange at all
 *   stated:<log>              statements of one log so far
 */
const mostOfOneLog = 256

export function takeStatement(turn: Turn, entry: Entry): void {
  const { row, player, kind } = entry
  const [bytes, side, word, isForGood] = entry.fields
  const terms = parseTerms(bytes)
  if (row.type !== 'exchange' || terms?.exchange !== row.id || (side !== 0 && side !== 1)) return
  if (terms.sides[side].steward !== player || !counts(turn, entry)) return
  const name = `${hex(terms.hash)}:${side}`
  const lock = kind === 'lock' ? parseGiven(word) : undefined
  if (lock && isLock(terms, side, lock)) put(turn, row, `locked:${name}`, lockNote(terms, lock))
  if (kind === 'reject' && isBytes(word, 64) && isReject(terms, side, word)) {
    put(turn, row, `rejected:${name}`, encode([terms.bytes, word]))
    if (isForGood === true) put(turn, row, `closed:${side}`, new Uint8Array(0))
  }
}

export type Statements = {
  /** by terms: both sides' locks and rejections, as far as they were heard */
  readonly agreements: readonly Agreement[]
  readonly isClosed: boolean
}

export type Agreement = {
  readonly terms: Terms
  readonly locks: readonly [Lock | undefined, Lock | undefined]
  readonly rejects: readonly [Uint8Array | undefined, Uint8Array | undefined]
}

export function statementsIn(turn: Turn, row: ArtifactRow): Statements {
  const found = new Map<string, Terms>()
  const said = (kind: string, hash: string, side: SideIndex) =>
    turn.tables.notes.get(row.key, `${kind}:${hash}:${side}`)
  for (const prefix of ['locked:', 'rejected:']) {
    for (const { name, value } of turn.tables.notes.all(row.key, prefix)) {
      const terms = parseTerms((decode(value) as unknown[])[0])
      if (terms) found.set(name.slice(prefix.length, -2), terms)
    }
  }
  const agreements = [...found].map(
    ([hash, terms]): Agreement => ({
      terms,
      locks: [lockIn(said('locked', hash, 0)), lockIn(said('locked', hash, 1))],
      rejects: [wordIn(said('rejected', hash, 0)), wordIn(said('rejected', hash, 1))],
    }),
  )
  return { agreements, isClosed: turn.tables.notes.all(row.key, 'closed:').length > 0 }
}

/** Before an Exchange is judged anew. */
export function forgetStatements(turn: Turn, row: ArtifactRow): void {
  if (row.type !== 'exchange') return
  for (const prefix of ['locked:', 'rejected:', 'closed:', 'stated:']) {
    for (const note of turn.tables.notes.all(row.key, prefix)) turn.tables.notes.drop(row.key, note.name)
  }
}

export function lockNote(terms: Terms, { cut, signature }: Lock): Uint8Array {
  return encode([terms.bytes, [cut.map((item): Canonical => [...item]), signature]])
}

export function lockIn(note: Uint8Array | undefined): Lock | undefined {
  return note && parseGiven((decode(note) as unknown[])[1])
}

function wordIn(note: Uint8Array | undefined): Uint8Array | undefined {
  return note && ((decode(note) as unknown[])[1] as Uint8Array)
}

function counts(turn: Turn, { row, log }: Entry): boolean {
  const known = turn.tables.notes.get(row.key, `stated:${log.key}`)
  const count = known ? Number(decode(known)) : 0
  if (count < mostOfOneLog) turn.tables.notes.put(row.key, `stated:${log.key}`, encode(count + 1))
  return count < mostOfOneLog
}

function put(turn: Turn, row: ArtifactRow, name: string, value: Uint8Array): void {
  turn.tables.notes.put(row.key, name, value)
  turn.changes.touched.add(row.key)
  turn.due.exchanges.add(row.key)
}

/** The two artifacts of an Exchange as its steward composed them, a Leaf by its record as soon as that is here. */
export function swappedIn(turn: Turn, row: ArtifactRow): readonly [ArtifactId, ArtifactId] | undefined {
  const references = turn.tables.references.page(row.key, 0, 16)
  const of = (label: string) => references.find((each) => each.label === label)?.child
  const [offered, requested] = [of('offered'), of('requested')]
  return offered && requested && [sideMeant(turn, row, offered), sideMeant(turn, row, requested)]
}
