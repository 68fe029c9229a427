import type { Args, Value } from '../../shared/contract.ts'
import { ok, type Result, refuse } from '../../shared/fault.ts'
import type { DeviceId, PlayerId } from '../../shared/ids.ts'
import { type Bytes, equal, hex, toUint, uint } from '../crypto/bytes.ts'
import {
  type AttentionEvent,
  compareLogs,
  continues,
  type Integrity,
  noHash,
  parseAttention,
  signAttention,
} from './attention-chain.ts'
import { bytesAt, type Frame, sendFrame } from './frame.ts'
import type { Session } from './session.ts'
import { self, type Turn } from './state.ts'

/**
 * Navigating is attending: every move is an event in this device's own chain. The vault file has it first; the Hypercore
 * carries it to mutual peers, who check every link again.
 */
export function navigate(turn: Turn, args: Args<'attention.navigate'>): Result<Record<string, never>> {
  const row = turn.tables.artifacts.byId(args.to)
  if (!row) return refuse('ArtifactNotFound')
  move(turn, row.attentionTag)
  return ok({})
}

/** A farewell: nobody is anywhere on this device any more. */
export function end(turn: Turn): Result<Record<string, never>> {
  move(turn, undefined)
  return ok({})
}

export function log(turn: Turn, args: Args<'attention.log'>): Result<Value<'attention.log'>> {
  const player = args.playerId ?? self(turn).player
  const events = turn.tables.attention
    .devicesOf(player)
    .flatMap((device) => chainsOf(turn, device).flat())
    .filter((event) => event.wallTime >= (args.since ?? 0))
    .sort((a, b) => a.wallTime - b.wallTime)
    .slice(-10_000)
  return ok({ events: events.map((event) => shown(turn, event)), integrity: integrityOf(turn, player, events.length) })
}

/** A fork is a proof that is kept; the rest is what was seen since the start. */
function integrityOf(turn: Turn, player: PlayerId, held: number): Integrity {
  const devices = turn.tables.attention.devicesOf(player)
  const fork = turn.tables.attention.forks().find((each) => devices.includes(each.device))
  if (fork) return { state: 'diverged', firstMismatchIndex: fork.seq }
  const seen = devices[0] && turn.state.integrity.get(devices[0])
  return seen ?? { state: held > 0 ? 'consistent' : 'noPriorReplica' }
}

/** Our log was opened: bring it up to the vault, or begin another where it holds what the vault does not know. */
export function opened(turn: Turn, input: { core: Bytes; length: number; rotated: boolean }): void {
  const me = self(turn)
  me.attentionCore = input.core
  turn.tables.facts.put('attention-core', input.core)
  if (input.rotated && turn.tables.attention.last(me.device, incarnation(turn))) {
    turn.tables.facts.put('attention-incarnation', uint(Math.max(incarnation(turn) + 1, turn.now), 6))
    turn.effects.push({ type: 'note', level: 'warn', text: 'the attention log was damaged; a new one begins' })
  }
  const mine = turn.tables.attention.of(me.device, incarnation(turn), 0, 1_000_000)
  if (input.length > mine.length) return void turn.effects.push({ type: 'rotate-attention' })
  const missing = mine.slice(input.length).map((row) => row.bytes)
  if (missing.length > 0) turn.effects.push({ type: 'attend', from: input.length, events: missing })
  for (const session of turn.state.sessions.values()) sendAttentionCore(turn, session)
}

/** To mutual peers only. */
export function sendAttentionCore(turn: Turn, session: Session): void {
  const { attentionCore } = self(turn)
  if (!session.player || turn.tables.peers.get(session.player)?.status !== 'confirmed') return
  turn.effects.push({ type: 'replicate', connection: session.connection })
  if (attentionCore) sendFrame(turn, session.connection, 'attention', attentionCore)
}

export function attentionTold(turn: Turn, session: Session, frame: Frame): void {
  const core = bytesAt(frame, 0, 32)
  if (!core || !session.player || turn.tables.peers.get(session.player)?.status !== 'confirmed') return
  turn.tables.notes.put(0, `core:${session.device}`, core.slice())
  turn.due.follow = true
}

/** The logs kept: those of confirmed peers' devices. */
export function follow(turn: Turn): void {
  const cores = new Map<string, Bytes>()
  for (const note of turn.tables.notes.all(0, 'core:')) {
    const isPeers = isConfirmed(turn, turn.tables.devices.ownerOf(note.name.slice(5) as DeviceId))
    if (isPeers) cores.set(hex(note.value), note.value)
  }
  turn.effects.push({ type: 'follow', cores: [...cores.values()] })
}

function isConfirmed(turn: Turn, player: PlayerId | undefined): boolean {
  return player !== undefined && turn.tables.peers.get(player)?.status === 'confirmed'
}

/**
 * Blocks of a peer's log. An event counts in the log its own device said is its: naming another's log as one's own
 * changes nothing for either. A link that does not hold is where we stop; two different links at one seq are a proof.
 */
export function arrived(turn: Turn, input: { core: Bytes; from: number; events: readonly Bytes[] }): void {
  for (const bytes of input.events) {
    const event = parseAttention(bytes)
    const owner = event && turn.tables.devices.ownerOf(event.device)
    const core = event && turn.tables.notes.get(0, `core:${event.device}`)
    if (!event || !core || !equal(core, input.core)) return
    if (owner !== event.author || !isConfirmed(turn, owner)) return
    if (!take(turn, event, event.author)) return
  }
}

function take(turn: Turn, event: AttentionEvent, player: PlayerId): boolean {
  const held = turn.tables.attention.of(event.device, event.incarnation, event.seq, 1)[0]
  if (held) {
    if (equal(held.hash, event.hash)) return note(turn, event.device, { state: 'consistent' })
    turn.tables.attention.addFork(rowOf(event, player))
    note(turn, event.device, { state: 'diverged', firstMismatchIndex: event.seq })
    turn.effects.push({
      type: 'note',
      level: 'warn',
      text: 'a peer showed two attention logs',
      about: { seq: event.seq },
    })
    return false
  }
  const isForked = turn.tables.attention
    .forks()
    .some((fork) => fork.device === event.device && fork.incarnation === event.incarnation)
  if (isForked || !continues(lastOf(turn, event.device, event.incarnation), event)) return false
  note(turn, event.device, compareLogs(event.seq === 0 ? undefined : [noHash], [noHash, event.hash], true))
  keep(turn, event, player)
  return true
}

function note(turn: Turn, device: DeviceId, integrity: Integrity): true {
  turn.state.integrity.set(device, integrity)
  return true
}

function move(turn: Turn, to: Bytes | undefined): void {
  const me = self(turn)
  const last = lastOf(turn, me.device, incarnation(turn))
  const isThere = last ? (last.to && to ? equal(last.to, to) : last.to === to) : to === undefined
  if (isThere) return
  const event = signAttention(
    {
      author: me.player,
      device: me.device,
      incarnation: incarnation(turn),
      seq: last ? last.seq + 1 : 0,
      wallTime: Math.max(turn.now, last?.wallTime ?? 0),
      from: last?.to,
      to,
      prev: last?.hash ?? noHash,
    },
    me.deviceKeys.secretKey,
  )
  keep(turn, event, me.player)
  turn.effects.push({ type: 'attend', from: event.seq, events: [event.bytes] })
}

function keep(turn: Turn, event: AttentionEvent, player: PlayerId): void {
  const before = lastOf(turn, event.device, event.incarnation)
  turn.tables.attention.append(rowOf(event, player))
  showMove(turn, event, player, before)
}

/** The projection: ends the visit before, begins the next. Also how visits are made again after `forget`. */
export function showMove(
  turn: Turn,
  event: AttentionEvent,
  player: PlayerId,
  before: AttentionEvent | undefined,
): void {
  const { device, incarnation: chain, seq, wallTime } = event
  for (const visit of turn.tables.visits.open()) {
    if (visit.device === device)
      turn.tables.visits.end(device, visit.incarnation, visit.seq, Math.max(visit.start, wallTime))
  }
  if (event.to) {
    turn.tables.visits.put({ device, incarnation: chain, seq, player, tag: event.to, start: wallTime, end: undefined })
  }
  for (const tag of [before?.to, event.to]) {
    const row = tag && turn.tables.artifacts.byAttentionTag(tag)
    if (row) turn.changes.touched.add(row.key)
  }
}

function chainsOf(turn: Turn, device: DeviceId): AttentionEvent[][] {
  return turn.tables.attention
    .incarnations(device)
    .map((chain) =>
      turn.tables.attention.of(device, chain, 0, 100_000).flatMap((row) => parseAttention(row.bytes) ?? []),
    )
}

function lastOf(turn: Turn, device: DeviceId, chain: number): AttentionEvent | undefined {
  const row = turn.tables.attention.last(device, chain)
  return row && parseAttention(row.bytes)
}

function incarnation(turn: Turn): number {
  const stored = turn.tables.facts.get('attention-incarnation')
  return stored ? toUint(stored) : self(turn).incarnation
}

function rowOf(event: AttentionEvent, player: PlayerId) {
  const { device, incarnation: chain, seq, hash, bytes } = event
  return { device, incarnation: chain, seq, player, hash, bytes }
}

function shown(turn: Turn, event: AttentionEvent): Value<'attention.log'>['events'][number] {
  const name = (tag: Bytes) => turn.tables.artifacts.byAttentionTag(tag)?.id ?? hex(tag)
  const { version, author, device, incarnation: chain, seq, wallTime, from, to, prev, hash } = event
  return {
    version,
    author,
    device,
    incarnation: chain,
    seq,
    wallTime,
    ...(from ? { from: name(from) } : {}),
    ...(to ? { to: name(to) } : {}),
    prev: hex(prev),
    hash: hex(hash),
  }
}

const warmingEvery = 10_000

/** While someone is somewhere, what they warm is shown again every ten seconds. */
export function rewarm(turn: Turn): void {
  if (turn.now < turn.state.warmAt) return
  turn.state.warmAt = turn.now + warmingEvery
  for (const visit of turn.tables.visits.open()) {
    const row = turn.tables.artifacts.byAttentionTag(visit.tag)
    if (row) turn.changes.touched.add(row.key)
  }
}

export function nextWarming(turn: Turn): number | undefined {
  return turn.tables.visits.open().length > 0 ? Math.max(turn.now + 1, turn.state.warmAt) : undefined
}
