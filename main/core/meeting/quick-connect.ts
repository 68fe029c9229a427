import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { PlayerId } from '../../../shared/ids.ts'
import { type Bytes, concat, equal, fromHex, toUint, utf8 } from '../../crypto/bytes.ts'
import { digest, keyedDigest } from '../../crypto/digest.ts'
import { boundedName, nameLimit } from '../showing/text.ts'
import { self, type Turn } from '../state.ts'
import { bytesAt, type Frame, sendFrame, stringAt } from './frame.ts'
import { request } from './peering.ts'
import { accepted, openDigits, quickSecrets, secretOf, wrongTry } from './quick-code.ts'
import type { Session } from './session.ts'

/**
 * Two people in one room: one shows six digits, the other types them. The digits only lead the two devices together;
 * anyone could guess them, so nothing rests on them. Once both have proved who they are, they make a check of six digits
 * from both players, this connection and two fresh numbers, the first committed to before the second is known
 * (Vaudenay's SAS): whoever stands between two connections, or guessed, shows another check, except once in a million
 * tries, and gets one try for each six digits shown. Nothing is kept before a person says that both screens agree.
 */
const minute = 60_000
const confirmable = 5 * minute
const mostTries = 5

/** The digits to show now: the same for a minute. */
export function show(turn: Turn): Result<Value<'peer.quick'>> {
  const { quick } = turn.state
  const last = quick.shown.at(-1)
  const isFresh = last !== undefined && turn.now >= last.madeAt && turn.now - last.madeAt < minute
  if (last && isFresh) return ok({ digits: last.digits, until: last.madeAt + minute })
  const digits = sixDigits(turn.chance(32))
  quick.shown = [...openDigits(turn.state.quick, turn.now), { digits, madeAt: turn.now, wrong: 0 }].slice(-2)
  turn.due.seek = true
  return ok({ digits, until: turn.now + minute })
}

export function type(turn: Turn, args: Args<'peer.quickJoin'>): Result<Value<'peer.quickJoin'>> {
  const { quick } = turn.state
  const digits = args.digits.replace(/\D/gu, '')
  if (digits.length !== 6) return refuse('InvalidCode', 'A quick code has six digits.')
  quick.tries = quick.tries.filter((at) => at <= turn.now && turn.now - at < minute)
  if (quick.tries.length >= mostTries) return refuse('RateLimited')
  quick.tries.push(turn.now)
  quick.typed = { digits, at: turn.now }
  for (const session of turn.state.sessions.values()) {
    session.hasTried = false
    attempt(turn, session)
  }
  turn.due.seek = true
  return ok({ until: turn.now + accepted })
}

/** Who was found this way and what both screens have to show alike. */
export function found(turn: Turn): Value<'peer.quickFound'> {
  return [...turn.state.sessions.values()].flatMap((session) => {
    const view = exchangeView(turn, session)
    return view ? [view] : []
  })
}

/** The person says that both screens show the same. The other's word is awaited: two requests that cross make peers. */
export function confirm(turn: Turn, args: Args<'peer.quickConfirm'>): Result<Value<'peer.quickConfirm'>> {
  const session = [...turn.state.sessions.values()].find(
    (each) => each.player === args.playerId && exchangeView(turn, each),
  )
  if (!session) return refuse('CodeExpired', 'Nobody found by quick codes is waiting to be confirmed.')
  const name = session.exchange?.name ?? ''
  session.exchange = undefined
  return request(turn, args.playerId, name, '')
}

/** With everyone who has proved who they are: do you show what was typed here? */
export function attempt(turn: Turn, session: Session): void {
  const [secret] = quickSecrets(turn.state.quick, turn.now).typed
  if (!secret || !session.player || session.player === self(turn).player || session.hasTried) return
  session.hasTried = true
  sendFrame(turn, session.connection, 'quick', 'try', proof(secret, session, fromHex(self(turn).device)))
}

export function quickTold(turn: Turn, session: Session, frame: Frame): void {
  const [step] = frame.fields
  if (step === 'try') tried(turn, session, bytesAt(frame, 1, 16))
  else if (step === 'commit') committed(turn, session, bytesAt(frame, 1, 32), stringAt(frame, 2, nameLimit))
  else if (step === 'nonce') answered(turn, session, bytesAt(frame, 1, 32), stringAt(frame, 2, nameLimit))
  else if (step === 'reveal') revealed(turn, session, bytesAt(frame, 1, 32))
}

/** At who shows: the digits are spent with the first right try. */
function tried(turn: Turn, session: Session, shown: Bytes | undefined): void {
  if (!shown || session.exchange) return
  const { quick } = turn.state
  const from = fromHex(session.device)
  const match = openDigits(turn.state.quick, turn.now).find(({ digits }) =>
    equal(proof(secretOf(digits), session, from), shown),
  )
  if (!match) return wrongTry(quick)
  quick.shown = quick.shown.filter((each) => each !== match)
  turn.due.seek = true
  const nonce = turn.chance(32)
  session.exchange = { isHost: true, nonce, commitment: undefined, check: undefined, name: '', at: turn.now }
  sendFrame(turn, session.connection, 'quick', 'commit', commitmentTo(nonce), self(turn).name)
}

/** At who typed: one answer is taken for what was typed, the first. */
function committed(turn: Turn, session: Session, commitment: Bytes | undefined, name: string | undefined): void {
  const { quick } = turn.state
  if (!commitment || name === undefined || !session.hasTried || !quick.typed || session.exchange) return
  quick.typed = undefined
  turn.due.seek = true
  const nonce = turn.chance(32)
  session.exchange = {
    isHost: false,
    nonce,
    commitment: commitment.slice(),
    check: undefined,
    name: boundedName(name),
    at: turn.now,
  }
  sendFrame(turn, session.connection, 'quick', 'nonce', nonce, self(turn).name)
}

function answered(turn: Turn, session: Session, theirs: Bytes | undefined, name: string | undefined): void {
  const { exchange } = session
  if (!exchange?.isHost || exchange.check || !theirs || name === undefined) return
  exchange.check = checkOf(turn, session, exchange.nonce, theirs)
  exchange.name = boundedName(name)
  sendFrame(turn, session.connection, 'quick', 'reveal', exchange.nonce)
  announceFound(turn, session)
}

function revealed(turn: Turn, session: Session, theirs: Bytes | undefined): void {
  const { exchange } = session
  if (!exchange?.commitment || exchange.check || !theirs) return
  if (!equal(commitmentTo(theirs), exchange.commitment)) {
    session.exchange = undefined
    return
  }
  exchange.check = checkOf(turn, session, theirs, exchange.nonce)
  announceFound(turn, session)
}

export function expireQuick(turn: Turn): void {
  const { quick } = turn.state
  const before = quick.shown.length + Number(quick.typed !== undefined)
  quick.shown = openDigits(turn.state.quick, turn.now)
  if (quick.typed && turn.now - quick.typed.at >= accepted) quick.typed = undefined
  if (before > quick.shown.length + Number(quick.typed !== undefined)) turn.due.seek = true
}

export function nextExpiry(turn: Turn): number | undefined {
  const { shown, typed } = turn.state.quick
  const times = [...shown.map(({ madeAt }) => madeAt), ...(typed ? [typed.at] : [])]
  return times.length > 0 ? Math.min(...times) + accepted : undefined
}

function exchangeView(turn: Turn, session: Session): Value<'peer.quickFound'>[number] | undefined {
  const { exchange, player } = session
  if (!exchange?.check || !player || turn.now - exchange.at >= confirmable) return undefined
  return { playerId: player, name: exchange.name, check: exchange.check }
}

function announceFound(turn: Turn, session: Session): void {
  const view = exchangeView(turn, session)
  if (view) turn.effects.push({ type: 'push', event: { type: 'quick', ...view } })
}

function checkOf(turn: Turn, session: Session, hosts: Bytes, guests: Bytes): string {
  const [me, other]: [PlayerId, PlayerId] = [self(turn).player, session.player as PlayerId]
  const players = session.exchange?.isHost ? [me, other] : [other, me]
  const said = concat(utf8('indra quick check v1'), session.handshake, ...players.map(fromHex), hosts, guests)
  return sixDigits(digest(said))
}

function commitmentTo(nonce: Bytes): Bytes {
  return digest(concat(utf8('indra quick commitment v1'), nonce))
}

function proof(secret: Bytes, session: Session, from: Bytes): Bytes {
  return keyedDigest(secret, concat(utf8('try'), session.handshake, from)).subarray(0, 16)
}

/** 48 bits are so many that no six digits are likelier than others by more than 4 in 10⁹. */
function sixDigits(random: Bytes): string {
  return String(toUint(random.subarray(0, 6)) % 1_000_000).padStart(6, '0')
}
