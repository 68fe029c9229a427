import { type Bytes, compare, fromHex, hex } from '../../crypto/bytes.ts'
import type { Canonical } from '../../crypto/canonical.ts'
import { isBytes } from '../identity/device-list.ts'
import { beginIncarnation } from '../identity/identity.ts'
import { type Envelope, parseEnvelope } from '../logs/envelope.ts'
import { judge } from '../logs/judgement.ts'
import { logName, receive } from '../logs/reception.ts'
import { isCount } from '../logs/state-vector.ts'
import { bytesAt, type Frame, listAt, sendFrame } from '../meeting/frame.ts'
import type { Session } from '../meeting/session.ts'
import type { ArtifactRow, LogRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { type Box, boxesAt } from './boxes.ts'
import { depositDue } from './depositing.ts'
import type { KeeperLink } from './keeper-link.ts'
import { cursorMark } from './keeper-marks.ts'
import { keepingLimits, spend } from './keeping-limits.ts'
import { itemKinds } from './letters.ts'
import { takeLetter } from './letters-taken.ts'
import { isDepositable, openOuter, outerLimit } from './outer-envelope.ts'

const asked = 500
const mostStrikes = 32

/** Asks for what is there of every mailbox not yet followed on this connection. */
export function follow(turn: Turn, session: Session): void {
  const link = session.keeper
  if (!link || link.mayDeposit === undefined) return
  const fresh = boxesAt(turn, link).filter((box) => !link.boxes.has(hex(box.mailbox.address)))
  for (const box of fresh) {
    box.at = isReadWhole(box)
      ? 0
      : (turn.tables.marks.get(link.player, cursorMark(box.artifact, box.mailbox.address)) ?? 0)
    link.boxes.set(hex(box.mailbox.address), box)
  }
  fetch(turn, session, link, fresh)
}

/** Everything again, from where it was read up to: for what was pushed and lost. */
export function followAnew(turn: Turn, session: Session): void {
  session.keeper?.boxes.clear()
  follow(turn, session)
}

/** Small ones, of which the whole is looked at on each connection. */
function isReadWhole(box: Box): boolean {
  return box.kind !== 'entries'
}

function fetch(turn: Turn, session: Session, link: KeeperLink, boxes: readonly Box[]): void {
  for (let at = 0; at < boxes.length; at += asked) {
    link.lastNumber += 1
    const wants = boxes.slice(at, at + asked).map((box): Canonical => [box.mailbox.address, box.at])
    sendFrame(turn, session.connection, 'fetch', link.lastNumber, wants)
  }
}

export function fetchedTold(turn: Turn, session: Session): void {
  if (session.keeper) turn.tables.marks.put(session.keeper.player, 'synced', turn.now)
}

/** A page of one mailbox. A keeper that repeats itself is not asked for more. */
export function keptTold(turn: Turn, session: Session, frame: Frame): void {
  const link = session.keeper
  const address = bytesAt(frame, 0, 32)
  const page = pageOf(listAt(frame, 1, keepingLimits.pageItems))
  const box = link && address && link.boxes.get(hex(address))
  if (!link || !box || !page || !isPaced(turn, session, link, page)) return
  if (page.length === 0) return askLater(turn, link, box)
  const opened = page.flatMap(({ position, bytes }): Opened[] => {
    const item = openOuter(box.mailbox, bytes)
    return item ? [{ position, item }] : []
  })
  if (opened.length === 0 && page.some((each) => !isDepositable(each.bytes))) return strike(turn, session, link)
  const last = Math.max(...page.map((each) => each.position))
  const isNew = last > box.at
  box.at = Math.max(box.at, last)
  for (const { item } of opened) if (item[0] === itemKinds.letter) takeLetter(turn, session, box, item.subarray(1))
  takeEnvelopes(turn, session, link, box, opened)
  if (frame.fields[2] === true && isNew) fetch(turn, session, link, [box])
}

/** Twice what an honest keeper serves: whoever sends more is hung up on. */
function isPaced(turn: Turn, session: Session, link: KeeperLink, page: readonly { readonly bytes: Bytes }[]): boolean {
  const size = page.reduce((sum, each) => sum + each.bytes.length, 1_000)
  const { servedBurst, servedPerSecond } = keepingLimits
  if (spend(link.taken, size, turn.now, 2 * servedBurst, 2 * servedPerSecond)) return true
  turn.effects.push({ type: 'hang-up', connection: session.connection, reason: 'serves too much' })
  return false
}

const breath = 2_000

function askLater(turn: Turn, link: KeeperLink, box: Box): void {
  link.later.add(box)
  link.askAgainAt ??= turn.now + breath
}

/** What the keeper would not serve or take at once; and word of what came from it. */
export function askAgain(turn: Turn, session: Session): void {
  const link = session.keeper
  if (link?.askAgainAt === undefined || turn.now < link.askAgainAt) return
  link.askAgainAt = undefined
  const boxes = [...link.later]
  link.later.clear()
  fetch(turn, session, link, boxes)
  if (link.refusal === 'rate') link.refusal = undefined
  for (const artifact of link.acks) link.due.add(artifact)
  depositDue(turn, session)
}

type Opened = { readonly position: number; readonly item: Bytes }

function pageOf(list: readonly unknown[] | undefined): { position: number; bytes: Bytes }[] | undefined {
  const page = list?.map((each) => {
    if (!Array.isArray(each) || !isCount(each[0]) || !isBytes(each[1]) || each[1].length > outerLimit) return undefined
    return { position: each[0], bytes: each[1] }
  })
  return page?.every((each) => each !== undefined) ? (page as { position: number; bytes: Bytes }[]) : undefined
}

/** What no one who knows the mailbox's secret signed was made by the keeper itself. */
function strike(turn: Turn, session: Session, link: KeeperLink): void {
  link.strikes += 1
  if (link.strikes < mostStrikes) return
  turn.effects.push({ type: 'hang-up', connection: session.connection, reason: 'serves what nobody deposited' })
}

/**
 * The cursor stands before the first envelope that found no place yet, so that it is read again; from the beginning
 * where what is missing lies before all that was read.
 */
function takeEnvelopes(turn: Turn, session: Session, link: KeeperLink, box: Box, opened: readonly Opened[]): void {
  const row = turn.tables.artifacts.byKey(box.artifact)
  if (box.kind !== 'entries' || !row || row.status !== 'active') return
  const { gapAt, grew } = receiveAll(turn, row, opened)
  const name = cursorMark(box.artifact, box.mailbox.address)
  const stored = turn.tables.marks.get(link.player, name) ?? 0
  const isHeld = link.held.get(row.key)?.has(box) === true
  if (gapAt !== undefined) {
    hold(link, row, box)
    if (!isHeld) turn.tables.marks.put(link.player, name, Math.max(stored, gapAt - 1))
    if (stored > 0 && !box.isReread) reread(turn, session, link, box)
  } else if (!isHeld) turn.tables.marks.put(link.player, name, Math.max(stored, box.at))
  if (!grew) return
  link.acks.add(row.key)
  link.askAgainAt ??= turn.now + breath
  judge(turn, turn.tables.artifacts.byKey(row.key) ?? row)
  readHeld(turn, session, link, row)
}

function hold(link: KeeperLink, row: ArtifactRow, box: Box): void {
  link.held.set(row.key, (link.held.get(row.key) ?? new Set()).add(box))
}

function reread(turn: Turn, session: Session, link: KeeperLink, box: Box): void {
  box.isReread = true
  box.at = 0
  turn.tables.marks.put(link.player, cursorMark(box.artifact, box.mailbox.address), 0)
  fetch(turn, session, link, [box])
}

/** Something new came to this artifact: what waited for it may find its place. */
function readHeld(turn: Turn, session: Session, link: KeeperLink, row: ArtifactRow): void {
  const held = [...(link.held.get(row.key) ?? [])]
  link.held.delete(row.key)
  for (const box of held)
    box.at = turn.tables.marks.get(link.player, cursorMark(box.artifact, box.mailbox.address)) ?? 0
  if (held.length > 0) fetch(turn, session, link, held)
}

function receiveAll(turn: Turn, row: ArtifactRow, opened: readonly Opened[]): { gapAt?: number; grew: boolean } {
  const logs = new Map<string, LogRow>(turn.tables.logs.of(row.key).map((log) => [logName(log), log]))
  let gapAt: number | undefined
  let grew = false
  for (const { position, envelope } of inOrder(opened)) {
    const receipt = receive(turn, row, envelope.bytes, logs)
    if (receipt.took === 'gap') gapAt = Math.min(gapAt ?? position, position)
    if (receipt.took === 'stored' || receipt.took === 'forked') {
      grew = true
      const { device, incarnation } = self(turn)
      const isOwn = receipt.log.kind === 'writer' && receipt.log.device === device
      if (isOwn && receipt.log.incarnation >= incarnation) beginIncarnation(turn)
    }
  }
  return gapAt === undefined ? { grew } : { gapAt, grew }
}

/** A keeper may hand a page over in any order; each log has its own. */
function inOrder(opened: readonly Opened[]): { position: number; envelope: Envelope }[] {
  return opened
    .flatMap(({ position, item }) => {
      const envelope = item[0] === itemKinds.envelope ? parseEnvelope(item.subarray(1)) : undefined
      return envelope ? [{ position, envelope }] : []
    })
    .sort((a, b) => order(a.envelope, b.envelope))
}

function order(a: Envelope, b: Envelope): number {
  if (a.kind !== b.kind) return a.kind === 'authority' ? -1 : 1
  if (a.device !== b.device) return compare(fromHex(a.device), fromHex(b.device))
  return a.incarnation - b.incarnation || a.seq - b.seq
}
