import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { ArtifactId, DeviceId } from '../../../shared/ids.ts'
import { type Bytes, equal, hex, uint } from '../../crypto/bytes.ts'
import type { Canonical } from '../../crypto/canonical.ts'
import { leafNamed } from '../leaves/leaf-access.ts'
import { attendLeaf } from '../leaves/leaf-commands.ts'
import { sendFrame } from '../meeting/frame.ts'
import type { Session } from '../meeting/session.ts'
import { self, type Turn } from '../state.ts'
import { attentionTag } from '../trees/artifact-id.ts'
import { type AttentionEvent, noHash, parseAttention, signAttention } from './attention-chain.ts'
import { countedEvents, integrityOf, isConfirmed, keepEvent, lastOf, ownChain } from './attention-replica.ts'
import { sayWitness, witnessesOf } from './attention-witness.ts'

/**
 * Navigating is attending: every move is an event in this device's own chain. The vault file has it first; the Hypercore
 * carries it to mutual peers, who check every link again.
 */
export function navigate(turn: Turn, args: Args<'attention.navigate'>): Result<Record<string, never>> {
  if (args.to.startsWith('blob:')) return attendTo(turn, args.to)
  const row = turn.tables.artifacts.byId(args.to)
  if (!row) return refuse('ArtifactNotFound')
  move(turn, row.attentionTag)
  return ok({})
}

/** Attending to a Leaf is what its bytes are fetched for. Its tag is known to those it lies with. */
function attendTo(turn: Turn, id: ArtifactId): Result<Record<string, never>> {
  const lying = leafNamed(turn, id)
  if (!lying) return refuse('ArtifactNotFound')
  attendLeaf(turn, lying)
  move(turn, attentionTag(lying.row.secret, id))
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
    .flatMap((device) => eventsOf(turn, device))
    .filter((event) => event.wallTime >= (args.since ?? 0))
    .sort((a, b) => a.wallTime - b.wallTime)
    .slice(-10_000)
  return ok({
    events: events.map((event) => shown(turn, event)),
    integrity: integrityOf(turn, player, events.length),
    witnesses: witnessesOf(turn, player),
  })
}

function eventsOf(turn: Turn, device: DeviceId): AttentionEvent[] {
  return turn.tables.attention
    .incarnations(device)
    .flatMap((chain) => countedEvents(turn, device, chain).flatMap((row) => parseAttention(row.bytes) ?? []))
}

/** Our log was opened: bring it up to the vault, or begin another where it holds what the vault does not know. */
export function opened(turn: Turn, input: { core: Bytes; length: number; rotated: boolean }): void {
  const me = self(turn)
  me.attentionCore = input.core
  turn.tables.facts.put('attention-core', input.core)
  if (input.rotated && turn.tables.attention.last(me.device, ownChain(turn))) {
    turn.tables.facts.put('attention-incarnation', uint(Math.max(ownChain(turn) + 1, turn.now), 6))
    turn.effects.push({ type: 'note', level: 'warn', text: 'the attention log was damaged; a new one begins' })
  }
  const mine = turn.tables.attention.of(me.device, ownChain(turn), 0, 1_000_000)
  if (input.length > mine.length) return void turn.effects.push({ type: 'rotate-attention' })
  const missing = mine.slice(input.length).map((row) => row.bytes)
  if (missing.length > 0) turn.effects.push({ type: 'attend', from: input.length, events: missing })
  for (const session of turn.state.sessions.values()) sendAttentionCore(turn, session)
}

/** To mutual peers only. */
export function sendAttentionCore(turn: Turn, session: Session): void {
  const { attentionCore } = self(turn)
  if (!isConfirmed(turn, session.player)) return
  turn.effects.push({ type: 'replicate', connection: session.connection })
  if (!attentionCore) return
  const last = turn.tables.attention.last(self(turn).device, ownChain(turn))
  const head: Canonical[] = [ownChain(turn), last ? last.seq + 1 : 0, last?.hash ?? noHash]
  sendFrame(turn, session.connection, 'attention', attentionCore, ...head)
  sayWitness(turn, session)
}

function move(turn: Turn, to: Bytes | undefined): void {
  const me = self(turn)
  const last = lastOf(turn, me.device, ownChain(turn))
  const isThere = last ? (last.to && to ? equal(last.to, to) : last.to === to) : to === undefined
  if (!isThere) say(turn, last, to)
}

/** Who is there stays, and begins to stay anew: what was until now is a whole visit. */
export function stay(turn: Turn, tag: Bytes): void {
  const last = lastOf(turn, self(turn).device, ownChain(turn))
  if (last?.to && equal(last.to, tag)) say(turn, last, tag)
}

function say(turn: Turn, last: AttentionEvent | undefined, to: Bytes | undefined): void {
  const me = self(turn)
  const event = signAttention(
    {
      author: me.player,
      device: me.device,
      incarnation: ownChain(turn),
      seq: last ? last.seq + 1 : 0,
      wallTime: Math.max(turn.now, last?.wallTime ?? 0),
      from: last?.to,
      to,
      prev: last?.hash ?? noHash,
    },
    me.deviceKeys.secretKey,
  )
  keepEvent(turn, event, me.player)
  turn.effects.push({ type: 'attend', from: event.seq, events: [event.bytes] })
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
