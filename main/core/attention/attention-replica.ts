import type { Value } from '../../../shared/contract.ts'
import type { DeviceId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, equal, hex, toUint } from '../../crypto/bytes.ts'
import { isCount } from '../logs/state-vector.ts'
import { bytesAt, type Frame } from '../meeting/frame.ts'
import type { Session } from '../meeting/session.ts'
import type { AttentionRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { type AttentionEvent, continues, type Integrity, parseAttention } from './attention-chain.ts'

/**
 * Blocks of a peer's log. An event counts in the log its own device said is its: naming another's log as one's own
 * changes nothing for either. A link that does not hold is where we stop; two different links at one seq are a proof.
 */
export function arrived(turn: Turn, input: { core: Bytes; from: number; events: readonly Bytes[] }): void {
  const fresh = new Map<DeviceId, number>()
  for (const bytes of input.events) {
    const event = parseAttention(bytes)
    const core = event && turn.tables.notes.get(0, `core:${event.device}`)
    if (!event || !core || !equal(core, input.core) || !isFollowed(turn, event)) break
    const took = take(turn, event)
    if (took === 'stopped') break
    fresh.set(event.device, (fresh.get(event.device) ?? 0) + (took === 'new' ? 1 : 0))
  }
  for (const [device, count] of fresh) noteArrival(turn, device, count)
}

/** The author's device says which log is its own and how far it goes: shorter than what it showed before is a lie. */
export function attentionTold(turn: Turn, session: Session, frame: Frame): void {
  const core = bytesAt(frame, 0, 32)
  if (!core || !isConfirmed(turn, session.player)) return
  turn.tables.notes.put(0, `core:${session.device}`, core.slice())
  turn.due.follow = true
  const [, chain, length] = frame.fields
  const hash = bytesAt(frame, 3, 32)
  if (!isCount(chain) || !isCount(length) || !hash) return
  const held = session.witnessed.get(chain)
  const isNewest = [...session.witnessed.keys()].every((known) => known < chain)
  if (isNewest) turn.state.integrity.delete(session.device)
  if (held !== undefined && length < held) {
    turn.state.integrity.set(session.device, { state: 'diverged', firstMismatchIndex: length })
    turn.effects.push({ type: 'note', level: 'warn', text: 'a peer showed a shorter attention log', about: { length } })
  }
}

/** What is held of this device's log as the connection begins: what its head is compared with. */
export function noteHeld(turn: Turn, session: Session): void {
  for (const chain of turn.tables.attention.incarnations(session.device)) {
    session.witnessed.set(chain, (turn.tables.attention.last(session.device, chain)?.seq ?? -1) + 1)
  }
}

/** The logs kept: those of confirmed peers' devices, and of one's own others. */
export function follow(turn: Turn): void {
  const cores = new Map<string, Bytes>()
  for (const note of turn.tables.notes.all(0, 'core:')) {
    const isPeers = isConfirmed(turn, turn.tables.devices.ownerOf(note.name.slice(5) as DeviceId))
    if (isPeers) cores.set(hex(note.value), note.value)
  }
  turn.effects.push({ type: 'follow', cores: [...cores.values()] })
}

/** Is it by a device of a mutual peer, or another of one's own, under that player's name? */
export function isFollowed(turn: Turn, event: AttentionEvent): boolean {
  const owner = turn.tables.devices.ownerOf(event.device)
  return owner === event.author && isConfirmed(turn, owner)
}

export function isConfirmed(turn: Turn, player: PlayerId | undefined): boolean {
  if (player === undefined) return false
  return player === self(turn).player || turn.tables.peers.get(player)?.status === 'confirmed'
}

/** ATTN-5: a second event at a place of this chain. Both are kept, and nothing from there on counts any more. */
export function keepProof(turn: Turn, event: AttentionEvent): void {
  turn.tables.attention.addFork(rowOf(event, event.author))
  showChain(turn, event.device, event.incarnation, event.author)
  turn.changes.peers.add(event.author)
  const about = { seq: event.seq }
  turn.effects.push({ type: 'note', level: 'warn', text: 'a peer showed two attention logs', about })
}

/** The first place at which this chain has two events; `undefined` where it has one history. */
export function forkOf(turn: Turn, device: DeviceId, chain: number): number | undefined {
  const seqs = turn.tables.attention
    .forks()
    .filter((fork) => fork.device === device && fork.incarnation === chain)
    .map((fork) => fork.seq)
  return seqs.length > 0 ? Math.min(...seqs) : undefined
}

/** What counts of a chain: up to its fork. */
export function countedEvents(turn: Turn, device: DeviceId, chain: number): AttentionRow[] {
  const fork = forkOf(turn, device, chain) ?? Number.POSITIVE_INFINITY
  return turn.tables.attention.of(device, chain, 0, mostEvents).filter((row) => row.seq < fork)
}

/** A fork is a proof that is kept; the rest is what was seen since the start. */
export function integrityOf(turn: Turn, player: PlayerId, held: number): Integrity {
  const devices = turn.tables.attention.devicesOf(player)
  const forks = turn.tables.attention.forks().filter((each) => devices.includes(each.device))
  if (forks.length > 0) {
    return { state: 'diverged', firstMismatchIndex: Math.min(...forks.map((each) => each.seq)) }
  }
  const seen = devices.flatMap((device) => turn.state.integrity.get(device) ?? [])
  const worst = seen.find((each) => each.state === 'diverged') ?? seen[0]
  return worst ?? { state: held > 0 ? 'consistent' : 'noPriorReplica' }
}

/** Every equivocation known, with the events that prove it. */
export function proofs(turn: Turn): Value<'attention.proofs'> {
  const places = new Map<string, AttentionRow[]>()
  for (const fork of turn.tables.attention.forks()) {
    const name = `${fork.device} ${fork.incarnation} ${fork.seq}`
    const held = turn.tables.attention
      .of(fork.device, fork.incarnation, fork.seq, 1)
      .filter((row) => row.seq === fork.seq)
    places.set(name, [...(places.get(name) ?? held), fork])
  }
  return [...places.values()].flatMap((rows) => {
    const [first] = rows
    if (!first) return []
    const events = [...new Set(rows.map((row) => hex(row.bytes)))]
    return [{ playerId: first.player, deviceId: first.device, incarnation: first.incarnation, seq: first.seq, events }]
  })
}

/** The chain this device writes at present: it begins anew when its log was damaged or set back. */
export function ownChain(turn: Turn): number {
  const stored = turn.tables.facts.get('attention-incarnation')
  return stored ? toUint(stored) : self(turn).incarnation
}

export function lastOf(turn: Turn, device: DeviceId, chain: number): AttentionEvent | undefined {
  const row = turn.tables.attention.last(device, chain)
  return row && parseAttention(row.bytes)
}

/** One more event of a chain, and the visit it begins or ends. */
export function keepEvent(turn: Turn, event: AttentionEvent, player: PlayerId): void {
  const before = lastOf(turn, event.device, event.incarnation)
  turn.tables.attention.append(rowOf(event, player))
  showMove(turn, event, player, before)
}

/** Visits of one chain made again from its events, up to where it forked: there the last one ends. */
export function showChain(turn: Turn, device: DeviceId, chain: number, player: PlayerId): void {
  turn.tables.visits.clear(device, chain)
  let before: AttentionEvent | undefined
  for (const row of countedEvents(turn, device, chain)) {
    const event = parseAttention(row.bytes)
    if (!event) continue
    showMove(turn, event, player, before)
    before = event
  }
  const fork = forkOf(turn, device, chain)
  if (fork === undefined || !before) return
  const { seq, wallTime } = before
  const ends = [...turn.tables.attention.of(device, chain, fork, 1), ...turn.tables.attention.forks()]
    .filter((row) => row.device === device && row.incarnation === chain && row.seq === fork)
    .flatMap((row) => parseAttention(row.bytes)?.wallTime ?? [])
  turn.tables.visits.end(device, chain, seq, Math.max(wallTime, Math.min(...ends)))
}

const mostEvents = 1_000_000

function take(turn: Turn, event: AttentionEvent): 'new' | 'known' | 'stopped' {
  const held = turn.tables.attention.of(event.device, event.incarnation, event.seq, 1)[0]
  if (held?.seq === event.seq) {
    if (equal(held.hash, event.hash)) return 'known'
    keepProof(turn, event)
    return 'stopped'
  }
  const isForked = forkOf(turn, event.device, event.incarnation) !== undefined
  if (isForked || !continues(lastOf(turn, event.device, event.incarnation), event)) return 'stopped'
  keepEvent(turn, event, event.author)
  return 'new'
}

function noteArrival(turn: Turn, device: DeviceId, count: number): void {
  const before = turn.state.integrity.get(device)
  if (before?.state === 'diverged') return
  turn.state.integrity.set(device, count > 0 ? { state: 'extended', newEvents: count } : { state: 'consistent' })
}

function showMove(turn: Turn, event: AttentionEvent, player: PlayerId, before: AttentionEvent | undefined): void {
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

function rowOf(event: AttentionEvent, player: PlayerId): AttentionRow {
  const { device, incarnation: chain, seq, hash, bytes } = event
  return { device, incarnation: chain, seq, player, hash, bytes }
}
