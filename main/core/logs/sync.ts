import { type Bytes, concat, equal, fromHex, hex } from '../../crypto/bytes.ts'
import type { Canonical } from '../../crypto/canonical.ts'
import { digest } from '../../crypto/digest.ts'
import { authorityOf } from '../authority/governance.ts'
import { beginIncarnation } from '../identity/identity.ts'
import { bytesAt, type Frame, listAt, sendFrame } from '../meeting/frame.ts'
import { type Session, sessionsOf } from '../meeting/session.ts'
import type { ArtifactRow, LogRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { agrees, holdingTold, matchTold } from './holdings.ts'
import { judge } from './judgement.ts'
import { logsDigest } from './log.ts'
import { logName, type Receipt, receive } from './reception.ts'
import { isShared, nameOn, rowNamed, tokenLength, tokens } from './sharing.ts'
import { countedLogs, standingOf } from './standing.ts'
import { isCount, readVector, type VectorEntry, vectorOf } from './state-vector.ts'

/**
 * Reconciling with one device. `summary`: one digest over a token per shared interface, keyed by its secret and this
 * handshake, so that an idle reconnect costs a few bytes and nobody learns what they do not share. Where it differs:
 * `tokens`; for those the other lacks: `vector`; then each side `want`s what it misses, page by page, at its own pace.
 */
const mostTokens = 100_000
const pageBytes = 262_144
const pageCount = 1_000
const summaryEvery = 30_000

export function summarise(turn: Turn, session: Session): void {
  session.lastSummary = turn.now
  sendFrame(turn, session.connection, 'summary', digest(concat(...tokens(turn, session).map(([, token]) => token))))
}

/** Every 30 s the full summary heals whatever a push missed. The sessions whose turn it was. */
export function summariseDue(turn: Turn): Session[] {
  const due = [...turn.state.sessions.values()].filter(
    (session) => session.player && turn.now - session.lastSummary >= summaryEvery,
  )
  for (const session of due) summarise(turn, session)
  return due
}

export function nextSummary(turn: Turn): number | undefined {
  const due = [...turn.state.sessions.values()]
    .filter((session) => session.player)
    .map((session) => session.lastSummary + summaryEvery)
  return due.length > 0 ? Math.min(...due) : undefined
}

export function summaryTold(turn: Turn, session: Session, frame: Frame): void {
  const told = bytesAt(frame, 0, 32)
  const mine = tokens(turn, session)
  const all = concat(...mine.map(([, token]) => token))
  if (!told) return
  if (!equal(told, digest(all))) return sendFrame(turn, session.connection, 'tokens', all)
  for (const [row] of mine) matchTold(turn, session, row)
}

export function tokensTold(turn: Turn, session: Session, frame: Frame): void {
  const all = bytesAt(frame, 0)
  if (!all || all.length % tokenLength !== 0 || all.length > mostTokens * tokenLength) return
  const theirs = new Set<string>()
  for (let at = 0; at < all.length; at += tokenLength) theirs.add(hex(all.subarray(at, at + tokenLength)))
  for (const [row, token] of tokens(turn, session)) {
    if (theirs.has(hex(token))) matchTold(turn, session, row)
    else sendVector(turn, session, row, true)
  }
}

export function sendVector(turn: Turn, session: Session, row: ArtifactRow, wantsAnswer: boolean): void {
  const name = nameOn(session, row)
  session.names.set(hex(name), row.key)
  sendFrame(turn, session.connection, 'vector', name, vectorHere(turn, row, countedLogs(turn, row)), wantsAnswer)
}

export function vectorTold(turn: Turn, session: Session, frame: Frame): void {
  const row = rowNamed(turn, session, bytesAt(frame, 0, 16))
  const vector = readVector(listAt(frame, 1, 4_096))
  if (!row || !vector) return
  const mine = new Map(turn.tables.logs.of(row.key).map((log) => [logName(log), log]))
  const known = new Map<string, number>()
  session.known.set(row.key, known)
  for (const theirs of vector) {
    const log = mine.get(logName(theirs))
    if (log && agrees(turn, log, theirs)) holdingTold(turn, session, log, theirs.length)
    known.set(logName(theirs), theirs.length)
    wantMissing(turn, session, row, log, theirs)
  }
  if (frame.fields[2] === true) sendVector(turn, session, row, false)
}

export function wanted(turn: Turn, session: Session, frame: Frame): void {
  const row = rowNamed(turn, session, bytesAt(frame, 0, 16))
  const [, kind, device, incarnation, from] = frame.fields
  if (!row || !(device instanceof Uint8Array) || typeof incarnation !== 'number' || !isCount(from)) return
  const name = `${kind}:${hex(device)}:${incarnation}`
  const log = countedLogs(turn, row).find((each) => logName(each) === name)
  if (log && from <= log.length) sendPage(turn, session, row, log, from)
}

export function envelopesTold(turn: Turn, session: Session, frame: Frame): void {
  const row = rowNamed(turn, session, bytesAt(frame, 0, 16))
  const envelopes = listAt(frame, 1, pageCount)
  if (!row || !envelopes) return
  const logs = new Map(turn.tables.logs.of(row.key).map((log) => [logName(log), log]))
  const seats = authorityOf(turn, row)?.seats.length
  const last = takeAll(turn, session, row, envelopes, logs)
  if (frame.fields[2] === true && last) sendWant(turn, session, row, last.log, last.seq + 1)
  judge(turn, turn.tables.artifacts.byKey(row.key) ?? row)
  const hasNewSeat = seats !== undefined && authorityOf(turn, row)?.seats.length !== seats
  if (hasNewSeat) sendVector(turn, session, turn.tables.artifacts.byKey(row.key) ?? row, true)
}

export function haveTold(turn: Turn, session: Session, frame: Frame): void {
  const row = rowNamed(turn, session, bytesAt(frame, 0, 16))
  const vector = readVector(listAt(frame, 1, 4_096))
  if (!row || !vector) return
  const mine = new Map(turn.tables.logs.of(row.key).map((log) => [logName(log), log]))
  for (const theirs of vector) {
    const log = mine.get(logName(theirs))
    if (log && agrees(turn, log, theirs)) holdingTold(turn, session, log, theirs.length)
    setKnown(session, row, logName(theirs), theirs.length)
    const isAuthorHere = [...turn.state.sessions.values()].some((each) => each.player && each.device === theirs.device)
    if (!isAuthorHere || theirs.forkAt !== undefined) wantMissing(turn, session, row, log, theirs)
  }
}

/** At the end of a step: what grew goes at once to everyone who shares it and had all before; others hear of it. */
export function pushGrowth(turn: Turn): void {
  if (turn.grown.size === 0) return
  const me = self(turn)
  const hasOwn = sessionsOf(turn, me.player).length > 0
  for (const [artifact, before] of turn.grown) {
    const row = turn.tables.artifacts.byKey(artifact)
    if (!row) continue
    turn.tables.artifacts.update({ ...row, digest: logsDigest(turn, row) })
    if (row.others === 0 && !hasOwn) continue
    const grown = countedLogs(turn, row).filter((log) => before.has(log.key))
    for (const session of turn.state.sessions.values()) {
      session.confirmed.delete(row.key)
      if (!session.player || !isShared(turn, session, row)) continue
      for (const log of grown) if (log.device === me.device) push(turn, session, row, log, before.get(log.key) ?? 0)
      const others = grown.filter((log) => log.device !== me.device)
      if (others.length > 0) {
        sendFrame(turn, session.connection, 'have', nameOn(session, row), vectorHere(turn, row, others))
      }
    }
  }
}

function push(turn: Turn, session: Session, row: ArtifactRow, log: LogRow, before: number): void {
  const known = session.known.get(row.key)?.get(logName(log)) ?? (isSettled(session, row) ? before : undefined)
  if (known === undefined || known > log.length || log.forkAt !== undefined) return
  if (known === log.length) return
  sendPage(turn, session, row, log, known)
}

function isSettled(session: Session, row: ArtifactRow): boolean {
  return session.matched.has(row.key) || session.known.has(row.key)
}

/** What the last envelope taken was, unless something before it is missing. */
function takeAll(
  turn: Turn,
  session: Session,
  row: ArtifactRow,
  envelopes: readonly unknown[],
  logs: Map<string, LogRow>,
): Taken | undefined {
  let last: Taken | undefined
  const wants = new Map<string, Receipt & { took: 'gap' }>()
  const refused = new Map<string, number>()
  for (const bytes of envelopes) {
    if (!(bytes instanceof Uint8Array)) return last
    const receipt = receive(turn, row, bytes, logs)
    if (receipt.took === 'refused') refused.set(receipt.why, (refused.get(receipt.why) ?? 0) + 1)
    else if (receipt.took === 'gap') {
      const earlier = wants.get(logName(receipt))
      if (!earlier || receipt.from < earlier.from) wants.set(logName(receipt), receipt)
    } else {
      last = receipt
      holdsNow(turn, session, row, receipt)
    }
  }
  for (const [why, times] of refused) {
    turn.effects.push({ type: 'note', level: 'warn', text: 'envelopes refused', about: { why, times } })
  }
  // what follows something refused would be refused again: the next summary asks once more
  if (refused.size === 0) for (const want of wants.values()) sendWant(turn, session, row, want, want.from)
  return wants.size === 0 ? last : undefined
}

type Taken = Exclude<Receipt, { took: 'gap' | 'refused' }>

/** Who sends an envelope holds it. One of this device's own that was not held here says that the vault was set back. */
function holdsNow(turn: Turn, session: Session, row: ArtifactRow, { took, log, seq }: Taken): void {
  holdingTold(turn, session, log, seq + 1)
  const known = session.known.get(row.key)?.get(logName(log)) ?? 0
  setKnown(session, row, logName(log), Math.max(seq + 1, known))
  const me = self(turn)
  const isOwn = took !== 'known' && log.kind === 'writer' && log.device === me.device
  if (isOwn && log.incarnation >= me.incarnation) beginIncarnation(turn)
}

/** One page of what counts; with the last of it, where the author forked, both envelopes that prove it. */
function sendPage(turn: Turn, session: Session, row: ArtifactRow, log: LogRow, from: number): void {
  const { length, forkAt } = standingOf(turn, row, log)
  const page: Bytes[] = []
  let size = 0
  const held = turn.tables.envelopes.from(log.key, from, Math.max(0, Math.min(pageCount, length - from)))
  for (const { bytes } of held) {
    if (page.length > 0 && size + bytes.length > pageBytes) break
    page.push(bytes)
    size += bytes.length
  }
  const end = from + page.length
  setKnown(session, row, logName(log), end)
  if (forkAt !== undefined && end >= forkAt) page.push(...proofOf(turn, log, forkAt))
  const name = nameOn(session, row)
  session.names.set(hex(name), row.key)
  sendFrame(turn, session.connection, 'envelopes', name, page, end < length)
}

/** Both envelopes of a fork: whoever holds one of them sees that its author is not to be followed further. */
function proofOf(turn: Turn, log: LogRow, at: number): Bytes[] {
  const held = turn.tables.envelopes.at(log.key, at)
  const sibling = turn.tables.envelopes.siblings(log.key).find((each) => each.seq === at)
  return held && sibling ? [held.bytes, sibling.bytes] : []
}

/** An earlier fork than known here, more than is held here, or another end of it: each is worth asking for. */
function wantMissing(
  turn: Turn,
  session: Session,
  row: ArtifactRow,
  log: LogRow | undefined,
  theirs: VectorEntry,
): void {
  const mine = log && standingOf(turn, row, log)
  const length = mine?.length ?? 0
  const isEarlierFork = theirs.forkAt !== undefined && theirs.forkAt < (mine?.forkAt ?? Number.POSITIVE_INFINITY)
  if (isEarlierFork) return sendWant(turn, session, row, theirs, Math.min(length, theirs.forkAt ?? 0))
  if (mine?.forkAt !== undefined && theirs.forkAt === undefined) return
  if (theirs.length > length) return sendWant(turn, session, row, theirs, length)
  const held = log && theirs.length > 0 ? turn.tables.envelopes.at(log.key, theirs.length - 1) : undefined
  if (held && !equal(held.hash.subarray(0, 8), theirs.head)) sendWant(turn, session, row, theirs, theirs.length - 1)
}

function sendWant(
  turn: Turn,
  session: Session,
  row: ArtifactRow,
  log: Pick<LogRow, 'kind' | 'device' | 'incarnation'>,
  from: number,
): void {
  const fields: Canonical[] = [nameOn(session, row), log.kind, fromHex(log.device), log.incarnation, from]
  sendFrame(turn, session.connection, 'want', ...fields)
}

function setKnown(session: Session, row: ArtifactRow, name: string, length: number): void {
  const known = session.known.get(row.key) ?? new Map<string, number>()
  session.known.set(row.key, known)
  known.set(name, length)
}

function vectorHere(turn: Turn, row: ArtifactRow, logs: readonly LogRow[]): Canonical {
  return vectorOf(logs.map((log) => ({ log, standing: standingOf(turn, row, log) })))
}
