import type { DeviceId } from '../../shared/ids.ts'
import { type Bytes, compare, concat, equal, fromHex, hex, utf8 } from '../crypto/bytes.ts'
import type { Canonical } from '../crypto/canonical.ts'
import { digest, keyedDigest } from '../crypto/digest.ts'
import { bytesAt, type Frame, listAt, sendFrame } from './frame.ts'
import { beginIncarnation } from './identity.ts'
import { judge } from './judgement.ts'
import { logsDigest } from './log.ts'
import { logName, type Receipt, receive } from './reception.ts'
import type { Session } from './session.ts'
import { self, type Turn } from './state.ts'
import { readVector, type VectorEntry, vectorOf } from './state-vector.ts'
import type { ArtifactRow, LogRow } from './tables.ts'

/**
 * Reconciling with one device. `summary`: one digest over a token per shared interface, keyed by its secret and this
 * handshake, so that an idle reconnect costs a few bytes and nobody learns what they do not share. Where it differs:
 * `tokens`; for those the other lacks: `vector`; then each side `want`s what it misses, page by page, at its own pace.
 */
const tokenLength = 6
const pageBytes = 262_144
const pageCount = 1_000
const summaryEvery = 30_000

export function summarise(turn: Turn, session: Session): void {
  session.lastSummary = turn.now
  sendFrame(turn, session.connection, 'summary', digest(concat(...tokens(turn, session).map(([, token]) => token))))
}

/** Every 30 s the full summary heals whatever a push missed. */
export function summariseDue(turn: Turn): void {
  for (const session of turn.state.sessions.values()) {
    if (session.player && turn.now - session.lastSummary >= summaryEvery) summarise(turn, session)
  }
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
  for (const [row] of mine) session.matched.add(row.key)
}

export function tokensTold(turn: Turn, session: Session, frame: Frame): void {
  const all = bytesAt(frame, 0)
  if (!all || all.length % tokenLength !== 0) return
  const theirs = new Set<string>()
  for (let at = 0; at < all.length; at += tokenLength) theirs.add(hex(all.subarray(at, at + tokenLength)))
  for (const [row, token] of tokens(turn, session)) {
    if (theirs.has(hex(token))) session.matched.add(row.key)
    else sendVector(turn, session, row, true)
  }
}

export function sendVector(turn: Turn, session: Session, row: ArtifactRow, wantsAnswer: boolean): void {
  const name = nameOn(session, row)
  session.names.set(hex(name), row.key)
  sendFrame(turn, session.connection, 'vector', name, vectorOf(turn.tables.logs.of(row.key)), wantsAnswer)
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
    if (log) holdingTold(turn, session, log, theirs.length)
    known.set(logName(theirs), theirs.length)
    if (log?.forkAt !== undefined && theirs.forkAt === undefined) sendProof(turn, session, row, log)
    else wantMissing(turn, session, row, log, theirs)
    noticeRollback(turn, theirs, log)
  }
  if (frame.fields[2] === true) sendVector(turn, session, row, false)
}

export function wanted(turn: Turn, session: Session, frame: Frame): void {
  const row = rowNamed(turn, session, bytesAt(frame, 0, 16))
  const [, kind, device, incarnation, from] = frame.fields
  if (!row || !(device instanceof Uint8Array) || typeof incarnation !== 'number' || typeof from !== 'number') return
  const name = `${kind}:${hex(device)}:${incarnation}`
  const log = turn.tables.logs.of(row.key).find((each) => logName(each) === name)
  if (log) sendPage(turn, session, row, log, from)
}

export function envelopesTold(turn: Turn, session: Session, frame: Frame): void {
  const row = rowNamed(turn, session, bytesAt(frame, 0, 16))
  const envelopes = listAt(frame, 1, pageCount)
  if (!row || !envelopes) return
  const logs = new Map(turn.tables.logs.of(row.key).map((log) => [logName(log), log]))
  const last = takeAll(turn, session, row, envelopes, logs)
  if (frame.fields[2] === true && last) sendWant(turn, session, row, last, last.length)
  judge(turn, turn.tables.artifacts.byKey(row.key) ?? row)
}

export function haveTold(turn: Turn, session: Session, frame: Frame): void {
  const row = rowNamed(turn, session, bytesAt(frame, 0, 16))
  const vector = readVector(listAt(frame, 1, 4_096))
  if (!row || !vector) return
  const mine = new Map(turn.tables.logs.of(row.key).map((log) => [logName(log), log]))
  for (const theirs of vector) {
    const log = mine.get(logName(theirs))
    if (log) holdingTold(turn, session, log, theirs.length)
    setKnown(session, row, logName(theirs), theirs.length)
    const isAuthorHere = [...turn.state.sessions.values()].some((each) => each.player && each.device === theirs.device)
    if (theirs.length > (log?.length ?? 0) && !isAuthorHere) sendWant(turn, session, row, theirs, log?.length ?? 0)
    noticeRollback(turn, theirs, log)
  }
}

/** At the end of a step: what grew goes at once to everyone who shares it and had all before; others hear of it. */
export function pushGrowth(turn: Turn): void {
  const me = self(turn)
  for (const [artifact, before] of turn.grown) {
    const row = turn.tables.artifacts.byKey(artifact)
    if (!row) continue
    const logs = turn.tables.logs.of(artifact)
    turn.tables.artifacts.update({ ...row, digest: logsDigest(logs) })
    if (row.others === 0) continue
    const grown = logs.filter((log) => before.has(log.key))
    for (const session of turn.state.sessions.values()) {
      if (!session.player || !isShared(turn, session, row)) continue
      for (const log of grown) if (log.device === me.device) push(turn, session, row, log, before.get(log.key) ?? 0)
      const others = grown.filter((log) => log.device !== me.device)
      if (others.length > 0) sendFrame(turn, session.connection, 'have', nameOn(session, row), vectorOf(others))
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

function takeAll(
  turn: Turn,
  session: Session,
  row: ArtifactRow,
  envelopes: readonly unknown[],
  logs: Map<string, LogRow>,
): LogRow | undefined {
  let last: LogRow | undefined
  const wants = new Map<string, Receipt & { took: 'gap' }>()
  for (const bytes of envelopes) {
    if (!(bytes instanceof Uint8Array)) return last
    const receipt = receive(turn, row, bytes, logs)
    if (receipt.took === 'refused') {
      turn.effects.push({ type: 'note', level: 'warn', text: 'envelope refused', about: { why: receipt.why } })
    } else if (receipt.took === 'gap') wants.set(logName(receipt), receipt)
    else {
      last = logs.get(logName(receipt.log)) ?? receipt.log
      holdingTold(turn, session, last, last.length)
      setKnown(session, row, logName(last), Math.max(last.length, session.known.get(row.key)?.get(logName(last)) ?? 0))
    }
  }
  for (const want of wants.values()) sendWant(turn, session, row, want, want.from)
  return wants.size === 0 ? last : undefined
}

function sendPage(turn: Turn, session: Session, row: ArtifactRow, log: LogRow, from: number): void {
  const page: Bytes[] = []
  let size = 0
  const held = turn.tables.envelopes.from(log.key, Math.max(0, from), pageCount)
  for (const { bytes } of held) {
    if (page.length > 0 && size + bytes.length > pageBytes) break
    page.push(bytes)
    size += bytes.length
  }
  const end = from + page.length
  setKnown(session, row, logName(log), end)
  const name = nameOn(session, row)
  session.names.set(hex(name), row.key)
  sendFrame(turn, session.connection, 'envelopes', name, page, end < log.length)
}

/** Both envelopes of a fork: whoever holds one of them sees that its author is not to be followed further. */
function sendProof(turn: Turn, session: Session, row: ArtifactRow, log: LogRow): void {
  const at = log.forkAt ?? 0
  const held = turn.tables.envelopes.at(log.key, at)
  const siblings = turn.tables.envelopes.siblings(log.key).filter((each) => each.seq === at)
  const proof = [...(held ? [held.bytes] : []), ...siblings.map((each) => each.bytes)]
  sendFrame(turn, session.connection, 'envelopes', nameOn(session, row), proof, false)
}

function wantMissing(
  turn: Turn,
  session: Session,
  row: ArtifactRow,
  log: LogRow | undefined,
  theirs: VectorEntry,
): void {
  if (log?.forkAt !== undefined || theirs.forkAt !== undefined || theirs.length === 0) return
  if (!log || theirs.length > log.length) return sendWant(turn, session, row, theirs, log?.length ?? 0)
  const held = turn.tables.envelopes.at(log.key, theirs.length - 1)
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

/** A peer holds more of this device's own log than this vault does: the vault was set back. Never append there again. */
function noticeRollback(
  turn: Turn,
  theirs: { device: DeviceId; incarnation: number; length: number },
  log: LogRow | undefined,
): void {
  const me = self(turn)
  if (theirs.device !== me.device || theirs.length <= (log?.length ?? 0)) return
  if (theirs.incarnation >= me.incarnation) beginIncarnation(turn)
}

/** Never more than is here: nobody can claim to hold what was not written yet. */
function holdingTold(turn: Turn, session: Session, log: LogRow, told: number): void {
  if (!session.player) return
  const length = Math.min(told, log.length)
  const before = session.held.get(log.key) ?? 0
  if (length <= before) return
  session.held.set(log.key, length)
  const row = {
    artifact: log.artifact,
    holder: session.device,
    player: session.player,
    log: log.key,
    length,
    at: turn.now,
  }
  turn.tables.holdings.put(row)
  turn.held.set(log.key, { log, from: Math.min(before, turn.held.get(log.key)?.from ?? before), to: length })
}

function setKnown(session: Session, row: ArtifactRow, name: string, length: number): void {
  const known = session.known.get(row.key) ?? new Map<string, number>()
  session.known.set(row.key, known)
  known.set(name, length)
}

function tokens(turn: Turn, session: Session): [ArtifactRow, Bytes][] {
  return sharedRows(turn, session)
    .map((row): [ArtifactRow, Bytes] => [
      row,
      keyedDigest(row.secret, concat(session.handshake, row.digest)).subarray(0, tokenLength),
    ])
    .sort((a, b) => compare(a[1], b[1]))
}

function sharedRows(turn: Turn, session: Session): ArtifactRow[] {
  if (!session.player) return []
  return turn.tables.artifacts.sharedWith(session.player).filter((row) => isOpenTo(turn, session, row))
}

/** A DM is shared with a confirmed peer only; everything else with whoever is a member now. */
function isOpenTo(turn: Turn, session: Session, row: ArtifactRow): boolean {
  if (row.status !== 'active' || !session.player) return false
  const status = turn.tables.peers.get(session.player)?.status
  return row.type === 'dm' ? status === 'confirmed' : status !== 'blocked'
}

function isShared(turn: Turn, session: Session, row: ArtifactRow): boolean {
  if (!isOpenTo(turn, session, row)) return false
  return turn.tables.members.of(row.key).some((member) => member.player === session.player)
}

function nameOn(session: Session, row: ArtifactRow): Bytes {
  return keyedDigest(row.secret, concat(utf8('name'), session.handshake)).subarray(0, 16)
}

function rowNamed(turn: Turn, session: Session, name: Bytes | undefined): ArtifactRow | undefined {
  if (!name || !session.player) return undefined
  const known = session.names.get(hex(name))
  const found = known === undefined ? nameAll(turn, session).get(hex(name)) : known
  const row = found === undefined ? undefined : turn.tables.artifacts.byKey(found)
  return row && isShared(turn, session, row) ? row : undefined
}

function nameAll(turn: Turn, session: Session): Map<string, number> {
  for (const row of sharedRows(turn, session)) session.names.set(hex(nameOn(session, row)), row.key)
  return session.names
}
