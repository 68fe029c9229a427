import { type Bytes, concat, fromHex, hex, toUint, utf8 } from '../../crypto/bytes.ts'
import { type Canonical, decode, encode } from '../../crypto/canonical.ts'
import { sign, verify } from '../../crypto/signature.ts'
import { isBytes } from '../identity/device-list.ts'
import { isCount } from '../logs/state-vector.ts'
import { bytesAt, type Frame, listAt, sendFrame } from '../meeting/frame.ts'
import type { Session } from '../meeting/session.ts'
import type { AccountRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { type Allowance, keepingLimits as limits, spend, usualKeeping } from './keeping-limits.ts'
import { addressOf, isDepositable, outerHash, outerLimit } from './outer-envelope.ts'

/**
 * The keeper's side (KEEP-1): keeps sealed items for those it accepted, serves them to whoever names their mailbox, and
 * reads nothing. Whoever comes shows an account: a key made for this keeper alone, so that a keeper need not know who
 * they are; it sees their device, as every connection does.
 */
export type Keeping = {
  /** hex of the account's key */
  readonly account: string
  readonly isAccepted: boolean
  readonly followed: Set<string>
  readonly deposits: Allowance
  readonly asks: Allowance
  readonly served: Allowance
}

const policies = ['nobody', 'peers', 'anyone'] as const
export type KeepingFor = (typeof policies)[number]

const accountContext = utf8('indra keeper account v1')
const receiptContext = utf8('indra keeper receipt v1')

/** For whom, how much of each, for how long; and where it listens for WebSockets, if it does. */
export type Terms = {
  readonly for: KeepingFor
  readonly accountBytes: number
  readonly days: number
  readonly url: string
}

export function keepingFor(turn: Turn): KeepingFor {
  return keepingTerms(turn).for
}

export function keepingTerms(turn: Turn): Terms {
  turn.state.keeping ??= readTerms(turn.tables.facts.get('keeping'))
  return turn.state.keeping
}

export function keepBy(turn: Turn, terms: Terms): void {
  turn.tables.facts.put('keeping', encode([policies.indexOf(terms.for), terms.accountBytes, terms.days, terms.url]))
  turn.state.keeping = terms
  turn.state.sweepAt = 0
}

function readTerms(fact: Bytes | undefined): Terms {
  const value = fact && decode(fact)
  const [policy, accountBytes, days, url] = (Array.isArray(value) ? value : [value]) as unknown[]
  return {
    for: policies[isCount(policy) ? policy : 0] ?? 'nobody',
    accountBytes: isCount(accountBytes) ? accountBytes : usualKeeping.accountBytes,
    days: isCount(days) ? days : usualKeeping.days,
    url: typeof url === 'string' ? url : '',
  }
}

const day = 24 * 3_600_000

export function accountBytes(handshake: Bytes): Bytes {
  return concat(accountContext, handshake)
}

export function receiptBytes(account: Bytes, mailbox: Bytes, count: number, at: number): Bytes {
  return concat(receiptContext, encode([account, mailbox, count, at]))
}

export function accountShown(turn: Turn, session: Session, frame: Frame): void {
  const account = bytesAt(frame, 0, 32)
  const signature = bytesAt(frame, 1, 64)
  if (!account || !signature || session.keeping) return
  if (!verify(signature, accountBytes(session.handshake), account)) return
  const isAccepted = admitAccount(turn, session, account)
  session.keeping = {
    account: hex(account),
    isAccepted,
    followed: new Set(),
    deposits: { left: limits.depositBurst, at: turn.now },
    asks: { left: limits.asksBurst, at: turn.now },
    served: { left: limits.servedBurst, at: turn.now },
  }
  const { accountBytes: most, days, url } = keepingTerms(turn)
  sendFrame(turn, session.connection, 'keeper', storeNumber(turn), isAccepted, most, days, url)
}

/** Whom it keeps for: everyone who has its code, or confirmed peers alone, and nobody who was refused. */
function admitAccount(turn: Turn, session: Session, account: Bytes): boolean {
  const policy = keepingFor(turn)
  const known = turn.tables.kept.account(account)
  const isPeer = session.player !== undefined && turn.tables.peers.get(session.player)?.status === 'confirmed'
  if (known?.isRefused || policy === 'nobody' || (policy === 'peers' && !isPeer)) return false
  if (known) return true
  if (turn.tables.kept.accounts().length >= limits.accounts) return false
  turn.tables.kept.open(account, turn.now)
  return true
}

/** `[number, items]` → `[number, how many were taken, why not more]`: up to the first that was refused. */
export function depositAsked(turn: Turn, session: Session, frame: Frame): void {
  const { keeping } = session
  const [number] = frame.fields
  const items = listAt(frame, 1, limits.pageItems)
  if (!keeping || !isCount(number) || !items) return
  const account = fromHex(keeping.account)
  const row = keeping.isAccepted ? turn.tables.kept.account(account) : undefined
  const room = row && !row.isRefused ? roomFor(turn, row) : undefined
  let taken = 0
  let refusal: string | undefined = room ? undefined : 'account'
  for (const item of items) {
    if (!room || !isBytes(item)) break
    refusal = refusalOf(turn, keeping, room, item)
    if (refusal) break
    keep(turn, account, item)
    taken += 1
  }
  sendFrame(turn, session.connection, 'deposited', number, taken, refusal ?? null)
}

type Room = { bytes: number; mailboxes: number }

function roomFor(turn: Turn, row: AccountRow): Room {
  return {
    bytes: Math.min(keepingTerms(turn).accountBytes - row.bytes, limits.totalBytes - turn.tables.kept.total()),
    mailboxes: limits.accountMailboxes - row.mailboxes,
  }
}

/** The cheap questions first: a signature is looked at only for what there is room for. */
function refusalOf(turn: Turn, keeping: Keeping, room: Room, item: Bytes): string | undefined {
  const address = item.length <= outerLimit ? addressOf(item) : undefined
  if (!address) return 'form'
  if (!spend(keeping.deposits, 1, turn.now, limits.depositBurst, limits.depositsPerSecond)) return 'rate'
  if (item.length > room.bytes) return 'quota'
  const isNew = !turn.tables.kept.hasMailbox(address)
  if (isNew && room.mailboxes < 1) return 'mailboxes'
  if (!isDepositable(item)) return 'signature'
  room.bytes -= item.length
  if (isNew) room.mailboxes -= 1
  return undefined
}

function keep(turn: Turn, account: Bytes, item: Bytes): void {
  const address = item.slice(1, 33)
  const position = turn.tables.kept.put(account, address, outerHash(item), item, turn.now)
  if (position === undefined) return
  const name = hex(address)
  for (const other of turn.state.sessions.values()) {
    if (other.keeping?.followed.has(name) && other.keeping.account !== hex(account)) {
      serve(turn, other, address, [{ position, bytes: item }], false)
    }
  }
}

/** `[number, [[mailbox, after]…]]`: what is there beyond, and from now on whatever comes. */
export function fetchAsked(turn: Turn, session: Session, frame: Frame): void {
  const { keeping } = session
  const [number] = frame.fields
  const wanted = listAt(frame, 1, limits.asked)
  if (!keeping || !isCount(number) || !wanted) return
  if (!spend(keeping.asks, wanted.length, turn.now, limits.asksBurst, limits.asksPerSecond)) return
  for (const want of wanted) {
    if (!Array.isArray(want) || !isBytes(want[0], 32) || !isCount(want[1])) return
    if (keeping.followed.size < limits.followed) keeping.followed.add(hex(want[0]))
    servePage(turn, session, want[0], want[1])
  }
  sendFrame(turn, session.connection, 'fetched', number)
}

function servePage(turn: Turn, session: Session, mailbox: Bytes, after: number): void {
  const held = turn.tables.kept.after(mailbox, after, limits.pageItems)
  const page: typeof held = []
  let size = 0
  for (const each of held) {
    if (page.length > 0 && size + each.bytes.length > limits.pageBytes) break
    page.push(each)
    size += each.bytes.length
  }
  if (page.length > 0)
    serve(turn, session, mailbox, page, page.length < held.length || held.length === limits.pageItems)
}

function serve(
  turn: Turn,
  session: Session,
  mailbox: Bytes,
  page: readonly { position: number; bytes: Bytes }[],
  hasMore: boolean,
): void {
  const { keeping } = session
  if (!keeping) return
  const size = page.reduce((sum, each) => sum + each.bytes.length, 0)
  const mayHave = spend(keeping.served, size, turn.now, limits.servedBurst, limits.servedPerSecond)
  const items = mayHave ? page.map(({ position, bytes }): Canonical => [position, bytes]) : []
  // nothing, and more: there is something that has to be asked for again a little later
  sendFrame(turn, session.connection, 'kept', mailbox, items, hasMore || !mayHave)
}

/** `[mailbox, hashes or null]`: what this account deposited there goes, with a signed receipt. */
export function discardAsked(turn: Turn, session: Session, frame: Frame): void {
  const mailbox = bytesAt(frame, 0, 32)
  const hashes = frame.fields[1] === null ? undefined : listAt(frame, 1, limits.pageItems)
  const { keeping } = session
  if (!keeping || !mailbox || (hashes && !hashes.every((hash) => isBytes(hash, 32)))) return
  const cost = hashes?.length ?? 1
  if (!spend(keeping.asks, 10 * cost, turn.now, limits.asksBurst, limits.asksPerSecond)) return
  const account = fromHex(keeping.account)
  const count = turn.tables.kept.discard(account, mailbox, hashes as Bytes[] | undefined)
  const signature = sign(receiptBytes(account, mailbox, count, turn.now), self(turn).deviceKeys.secretKey)
  sendFrame(turn, session.connection, 'discarded', mailbox, count, turn.now, signature)
}

const sweepEvery = 3_600_000
const mostSwept = 10_000

/** What has been kept for long enough goes, an hour's worth at a time. */
export function sweep(turn: Turn): void {
  if (turn.now < turn.state.sweepAt) return
  const gone = turn.tables.kept.expire(turn.now - keepingTerms(turn).days * day, mostSwept)
  turn.state.sweepAt = turn.now + (gone === mostSwept ? 1_000 : sweepEvery)
}

export function nextSweep(turn: Turn): number | undefined {
  return keepingFor(turn) === 'nobody' ? undefined : turn.state.sweepAt
}

/** Tells one store of a keeper from another: who comes to a new one begins anew. */
function storeNumber(turn: Turn): number {
  const known = turn.tables.facts.get('keeping-store')
  const bytes = known ?? turn.chance(6)
  if (!known) turn.tables.facts.put('keeping-store', bytes)
  return toUint(bytes)
}
