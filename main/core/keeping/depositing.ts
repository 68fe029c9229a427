import { type Bytes, concat } from '../../crypto/bytes.ts'
import { acknowledgement } from '../logs/acknowledgements.ts'
import { parseEnvelope } from '../logs/envelope.ts'
import { recallEverywhere } from '../logs/private-notes.ts'
import { isCount } from '../logs/state-vector.ts'
import { type Frame, sendFrame } from '../meeting/frame.ts'
import type { Session } from '../meeting/session.ts'
import type { ArtifactRow, LogRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { isOpen } from './boxes.ts'
import { joinDeposits } from './keeper-joining.ts'
import { type KeeperLink, mayUse } from './keeper-link.ts'
import { logMark } from './keeper-marks.ts'
import { announcedIn, isOwnKeeper, servingKeepers } from './keeper-record.ts'
import { keepingLimits } from './keeping-limits.ts'
import { itemKinds, lettersFor } from './letters.ts'
import { dmSecret, mailbox, treeSecret } from './mailboxes.ts'
import { type Mailbox, sealOuter } from './outer-envelope.ts'

/** One item on its way to a keeper; when it was taken, its mark moves to its value. */
export type Deposit = {
  readonly mailbox: Mailbox
  readonly item: Bytes
  readonly mark: string
  readonly value: number
  /** of a log: where its mark has to stand, or something before this is still missing there */
  readonly after?: number
}

/** Stands among artifacts for what belongs to none: requests to be let in. */
const requests = 0

/** Deposits that may be unanswered at a time. */
const mostUnderWay = 8
const pageLength = 500
/** Milliseconds until a keeper that found it too fast is asked again. */
const breath = 2_000

/** What came new to an artifact's logs may be lacking at every keeper it goes to. */
export function noteDue(turn: Turn, link: KeeperLink, row: ArtifactRow, ownServe: boolean): void {
  if (!isOpen(turn, row) || !mayUse(turn, link, ownServe)) return
  const goesThere = isOwnKeeper(turn, link.player) || announcedIn(turn, row).some((each) => each.player === link.player)
  if (goesThere) link.due.add(row.key)
}

export function noteAllDue(turn: Turn, link: KeeperLink): void {
  const ownServe = servingKeepers(turn).length > 0
  if (link.mayDeposit) link.due.add(requests)
  for (const row of turn.tables.artifacts.shared()) noteDue(turn, link, row, ownServe)
  if (!mayUse(turn, link, ownServe)) return
  for (const row of turn.tables.artifacts.recalled()) link.due.add(row.key)
  for (const prefix of ['reply:', 'removed:']) {
    for (const note of recallEverywhere(turn, prefix)) link.due.add(note.artifact)
  }
}

/** Sends on, page by page, as much as may be under way. */
export function depositDue(turn: Turn, session: Session): void {
  const link = session.keeper
  if (!link?.mayDeposit || link.refusal !== undefined) return
  for (const key of link.due) {
    for (;;) {
      if (link.underWay.size >= mostUnderWay) return
      const page = nextPage(turn, link, key)
      if (page.length === 0) break
      sendPage(turn, session, link, page)
    }
    link.due.delete(key)
  }
}

function nextPage(turn: Turn, link: KeeperLink, artifact: number): Deposit[] {
  if (artifact === requests) {
    const isThere = ({ mark, value }: Deposit) => reached(turn, link, mark) === value
    return joinDeposits(turn, link)
      .filter((each) => !isThere(each))
      .slice(0, 8)
  }
  const row = turn.tables.artifacts.byKey(artifact)
  return row?.status === 'active' || row?.status === 'recalled' ? pageOf(turn, link, row) : []
}

function sendPage(turn: Turn, session: Session, link: KeeperLink, page: readonly Deposit[]): void {
  link.lastNumber += 1
  for (const { mark, value } of page) link.sent.set(mark, value)
  link.underWay.set(link.lastNumber, page)
  const items = page.map(({ mailbox, item }) => sealOuter(mailbox, item))
  sendFrame(turn, session.connection, 'deposit', link.lastNumber, items)
}

function pageOf(turn: Turn, link: KeeperLink, row: ArtifactRow): Deposit[] {
  const page: Deposit[] = []
  let size = 0
  for (const deposit of depositsOf(turn, link, row)) {
    if (page.length > 0 && size + deposit.item.length > keepingLimits.pageBytes) break
    page.push(deposit)
    size += deposit.item.length
    if (page.length === keepingLimits.pageItems) break
  }
  return page
}

function* depositsOf(turn: Turn, link: KeeperLink, row: ArtifactRow): Generator<Deposit> {
  const own = turn.tables.logs.of(row.key).filter((log) => log.device === self(turn).device)
  const isShared = isOpen(turn, row)
  for (const log of own) {
    if (log.kind === 'authority' && (isShared || row.status === 'recalled')) yield* logDeposits(turn, link, row, log)
  }
  const isLeftHere = isOwnKeeper(turn, link.player) || servingKeepers(turn).length === 0
  for (const log of own) {
    if (log.kind === 'writer' && isShared && isLeftHere) yield* logDeposits(turn, link, row, log)
  }
  if (isShared && link.acks.has(row.key)) {
    const box = currentMailbox(turn, row)
    const ack = box && acknowledgement(turn, row, box)
    if (ack && reached(turn, link, ack.mark) !== ack.value) yield ack
    else link.acks.delete(row.key)
  }
  if (!link.settled.has(row.key)) {
    yield* lettersFor(turn, row, (mark, value) => reached(turn, link, mark) === value)
    link.settled.add(row.key)
  }
}

function* logDeposits(turn: Turn, link: KeeperLink, row: ArtifactRow, log: LogRow): Generator<Deposit> {
  const mark = logMark(row, log)
  const end = Math.min(log.length, log.forkAt ?? log.length)
  const from = reached(turn, link, mark) ?? 0
  let after = from
  for (const { seq, bytes } of turn.tables.envelopes.from(
    log.key,
    from,
    Math.min(pageLength, Math.max(0, end - from)),
  )) {
    const box = mailboxOf(turn, row, log, bytes)
    if (!box) continue
    yield { mailbox: box, item: envelopeItem(bytes), mark, value: seq + 1, after }
    after = seq + 1
  }
}

function reached(turn: Turn, link: KeeperLink, mark: string): number | undefined {
  return link.sent.get(mark) ?? turn.tables.marks.get(link.player, mark)
}

/** Where what this device says now goes. */
function currentMailbox(turn: Turn, row: ArtifactRow): Mailbox | undefined {
  const { device } = self(turn)
  const latest = turn.tables.keys.latest(row.key, row.type === 'dm' ? device : 'seat')
  if (!latest) return undefined
  const { epoch, key } = latest
  return mailbox(row.type === 'dm' ? dmSecret(row, device, epoch) : treeSecret(row, epoch, key))
}

export function mailboxOf(turn: Turn, row: ArtifactRow, log: LogRow, bytes: Bytes): Mailbox | undefined {
  const envelope = parseEnvelope(bytes)
  if (!envelope) return undefined
  if (row.type === 'dm') return mailbox(dmSecret(row, log.device, envelope.epoch))
  const key = turn.tables.keys.get(row.key, 'seat', envelope.epoch)
  return key && mailbox(treeSecret(row, envelope.epoch, key))
}

/** What was taken is kept; what was not goes again when the keeper is asked anew. */
export function depositedTold(turn: Turn, session: Session, frame: Frame): void {
  const link = session.keeper
  const [number, taken, refusal] = frame.fields
  const page = isCount(number) ? link?.underWay.get(number) : undefined
  if (!link || !page || !isCount(number) || !isCount(taken)) return
  link.underWay.delete(number)
  for (const deposit of page.slice(0, taken)) markKept(turn, link, deposit)
  turn.tables.marks.put(link.player, 'synced', turn.now)
  if (taken < page.length) {
    // whatever else is under way comes after something that is missing now, and goes again with it
    link.sent.clear()
    link.underWay.clear()
    noteAllDue(turn, link)
    link.refusal = typeof refusal === 'string' ? refusal.slice(0, 32) : 'refused'
    if (link.refusal === 'rate') link.askAgainAt ??= turn.now + breath
  }
  depositDue(turn, session)
}

function markKept(turn: Turn, link: KeeperLink, { mark, value, after = 0 }: Deposit): void {
  const before = turn.tables.marks.get(link.player, mark) ?? 0
  if (before < after) return
  turn.tables.marks.put(link.player, mark, value)
  const log = mark.startsWith('log:') ? turn.tables.logs.byKey(Number(mark.split(':')[1])) : undefined
  if (!log || value <= before) return
  const from = Math.min(before, turn.changes.held.get(log.key)?.from ?? before)
  turn.changes.held.set(log.key, { log, from, to: Math.max(value, turn.changes.held.get(log.key)?.to ?? 0) })
}

/** What was sent and never answered is sent again. */
export function depositAnew(turn: Turn, session: Session): void {
  const link = session.keeper
  if (!link) return
  link.sent.clear()
  link.underWay.clear()
  link.refusal = undefined
  noteAllDue(turn, link)
  depositDue(turn, session)
}

export function envelopeItem(bytes: Bytes): Bytes {
  return concat(new Uint8Array([itemKinds.envelope]), bytes)
}

/** Envelopes of own logs that this keeper has not confirmed. */
export function lacking(turn: Turn, keeper: KeeperLink['player']): number {
  let count = 0
  for (const row of turn.tables.artifacts.shared()) {
    if (!isOpen(turn, row)) continue
    for (const log of turn.tables.logs.of(row.key)) {
      if (log.device === self(turn).device) {
        count += Math.max(0, log.length - (turn.tables.marks.get(keeper, logMark(row, log)) ?? 0))
      }
    }
  }
  return count
}
