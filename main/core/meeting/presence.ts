import type { PlayerId } from '../../../shared/ids.ts'
import { mayWriteEntries } from '../authority/rights.ts'
import { settingsOf } from '../identity/settings.ts'
import { isShared, nameOn, rowNamed } from '../logs/sharing.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { bytesAt, type Frame, sendFrame } from './frame.ts'
import { type Presence, type Session, sessionsOf } from './session.ts'

/**
 * Where people are and that they type: said over a connection, to the audience of the place only, under its blind name
 * there; never stored, and gone with the connection. To everyone else one is somewhere they are not told of. Who
 * switched it off says so once and nothing after.
 */
const awayAfter = 5 * 60_000
const typingFor = 5_000
/** While someone types, others are told so again after this long. */
const typingAgain = 2_000
/** While someone does things, others are told so again after this long. */
const signAgain = 60_000
/** Ephemeral frames listened to from one connection: a burst, and each second. */
const [burst, perSecond] = [20, 10]
const mostTypedIn = 8
const longestIdle = 24 * 3_600_000

export function newPresence(now: number): Presence {
  return {
    isTold: false,
    place: undefined,
    signAt: undefined,
    isAway: false,
    typing: new Map(),
    left: burst,
    countedAt: now,
    told: undefined,
  }
}

/** Commands that only look: a surface asks them by itself, so they are no sign of a person. */
const looks = /\.(get|list|quickFound|joins|entries|children|members|requests|status|text|log|root|search|verify|end)$/

export function notice(turn: Turn, command: string): void {
  if (looks.test(command)) return
  turn.state.activeAt = turn.now
  turn.due.presence = true
}

/** Tells each connection what it may know and does not yet; at most once a minute that somebody is still there. */
export function tell(turn: Turn): void {
  const isOn = settingsOf(turn).presence
  const here = isOn ? ownPlace(turn) : undefined
  for (const session of turn.state.sessions.values()) if (session.player) tellOne(turn, session, isOn, here)
}

function tellOne(turn: Turn, session: Session, isOn: boolean, here: ArtifactRow | undefined): void {
  const { activeAt } = turn.state
  const { told } = session.presence
  if (!isOn) {
    if (!told?.isOn) return
    session.presence.told = { place: undefined, activeAt: turn.now, isOn }
    return sendFrame(turn, session.connection, 'ephemeral', 'here', new Uint8Array(0), null)
  }
  if (activeAt === undefined) return
  const row = here && isShared(turn, session, here) ? here : undefined
  if (told?.isOn && told.place === row?.key && activeAt - told.activeAt < signAgain) return
  session.presence.told = { place: row?.key, activeAt, isOn }
  const name = row ? nameOn(session, row) : new Uint8Array(0)
  sendFrame(turn, session.connection, 'ephemeral', 'here', name, Math.max(0, turn.now - activeAt))
}

/** The place of this device's open visit. */
function ownPlace(turn: Turn): ArtifactRow | undefined {
  const { device } = self(turn)
  const visit = turn.tables.visits.open().find((each) => each.device === device)
  return visit && turn.tables.artifacts.byAttentionTag(visit.tag)
}

export function tellTyping(turn: Turn, row: ArtifactRow): void {
  const last = turn.state.typed.get(row.key)
  if (!settingsOf(turn).presence || (last !== undefined && turn.now - last < typingAgain)) return
  turn.state.typed.set(row.key, turn.now)
  for (const session of turn.state.sessions.values()) {
    if (!session.player || !isShared(turn, session, row)) continue
    sendFrame(turn, session.connection, 'ephemeral', 'typing', nameOn(session, row))
  }
}

export function told(turn: Turn, session: Session, frame: Frame): void {
  if (!session.player || !isAllowed(session.presence, turn.now)) return
  const name = bytesAt(frame, 1)
  const row = name?.length === 16 ? rowNamed(turn, session, name) : undefined
  const [kind, , idle] = frame.fields
  if (kind === 'here') moved(turn, session, row, typeof idle === 'number' && idle >= 0 ? idle : undefined)
  else if (kind === 'typing' && row && mayWriteEntries(row)) typed(turn, session, row)
}

function moved(turn: Turn, session: Session, row: ArtifactRow | undefined, idle: number | undefined): void {
  const { presence } = session
  const place = idle === undefined ? undefined : row?.key
  for (const key of [presence.place, place]) if (key && presence.place !== place) turn.changes.touched.add(key)
  presence.place = place
  presence.isTold = true
  presence.signAt = idle === undefined ? undefined : turn.now - Math.min(idle, longestIdle)
  setAway(turn, session)
}

function typed(turn: Turn, session: Session, row: ArtifactRow): void {
  const { typing } = session.presence
  const isNew = !typing.has(row.key)
  if (isNew && typing.size >= mostTypedIn) return
  typing.set(row.key, turn.now + typingFor)
  if (isNew) turn.changes.typing.add(row.key)
  session.presence.signAt = turn.now
  setAway(turn, session)
}

function isAllowed(presence: Presence, now: number): boolean {
  presence.left = Math.min(burst, presence.left + ((now - presence.countedAt) * perSecond) / 1_000)
  presence.countedAt = now
  if (presence.left < 1) return false
  presence.left -= 1
  return true
}

function setAway(turn: Turn, session: Session): void {
  const { presence, player } = session
  const isAwayNow = presence.signAt !== undefined && turn.now - presence.signAt >= awayAfter
  if (presence.isAway !== isAwayNow && player) turn.changes.peers.add(player)
  presence.isAway = isAwayNow
}

/** What was said is over: typing by the clock or by what was typed, everything with the connection. */
export function expire(turn: Turn): void {
  for (const session of turn.state.sessions.values()) {
    setAway(turn, session)
    for (const [key, until] of session.presence.typing) if (turn.now >= until) stop(turn, session, key)
  }
}

export function endTyping(turn: Turn, player: PlayerId, key: number): void {
  for (const session of sessionsOf(turn, player)) if (session.presence.typing.has(key)) stop(turn, session, key)
}

export function leave(turn: Turn, session: Session): void {
  for (const key of session.presence.typing.keys()) stop(turn, session, key)
  if (session.presence.place) turn.changes.touched.add(session.presence.place)
}

function stop(turn: Turn, session: Session, key: number): void {
  session.presence.typing.delete(key)
  turn.changes.typing.add(key)
}

export function nextChange(turn: Turn): number | undefined {
  const times = [...turn.state.sessions.values()].flatMap(({ presence }) => [
    ...presence.typing.values(),
    ...(presence.signAt === undefined || presence.isAway ? [] : [presence.signAt + awayAfter]),
  ])
  return times.length > 0 ? Math.min(...times) : undefined
}

export function typingIn(turn: Turn, row: ArtifactRow): PlayerId[] {
  const me = self(turn).player
  const all = new Set<PlayerId>()
  for (const { player, presence } of turn.state.sessions.values()) {
    if (player && player !== me && (presence.typing.get(row.key) ?? 0) > turn.now) all.add(player)
  }
  return [...all].sort()
}

/** On every device that is connected. */
export function isAway(turn: Turn, player: PlayerId): boolean {
  const sessions = sessionsOf(turn, player)
  return sessions.length > 0 && sessions.every(({ presence }) => presence.isAway)
}

/** `undefined` where they have said nothing of it. */
export function isToldHere(turn: Turn, player: PlayerId, row: ArtifactRow): boolean | undefined {
  const places = sessionsOf(turn, player).filter(({ presence }) => presence.isTold)
  return places.length === 0 ? undefined : places.some(({ presence }) => presence.place === row.key)
}
