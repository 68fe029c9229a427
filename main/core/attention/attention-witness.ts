import type { Value } from '../../../shared/contract.ts'
import type { DeviceId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, concat, equal, fromHex, hex, uint, utf8 } from '../../crypto/bytes.ts'
import { type Canonical, decode, encode } from '../../crypto/canonical.ts'
import { digest } from '../../crypto/digest.ts'
import { isBytes } from '../identity/device-list.ts'
import { isCount } from '../logs/state-vector.ts'
import { bytesAt, type Frame, listAt, sendFrame } from '../meeting/frame.ts'
import type { Session } from '../meeting/session.ts'
import type { AttentionRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { type AttentionEvent, type Integrity, parseAttention } from './attention-chain.ts'
import { forkOf, isConfirmed, isFollowed, keepProof, ownChain } from './attention-replica.ts'

/**
 * The social graph is the verification layer: two mutual peers who both follow a third compare what that one showed
 * them. Devices go by tokens of this connection, so that only who knows a device recognises it. Where two histories
 * differ, the signed event itself is asked for: it is the proof, whoever brings it.
 */
const mostTold = 256
const mostEvents = 16
const tokenLength = 16
const tokenContext = utf8('indra witness v1')

/** To a confirmed peer at a meeting: how far each followed log goes here. */
export function sayWitness(turn: Turn, session: Session): void {
  const told: Canonical[] = []
  for (const { device, chain, last } of chainsHeld(turn)) {
    if (told.length < mostTold) told.push([tokenOf(session, device), chain, last.seq + 1, last.hash])
  }
  if (told.length > 0) sendFrame(turn, session.connection, 'witness', told)
}

export function witnessTold(turn: Turn, session: Session, frame: Frame): void {
  const told = listAt(frame, 0, mostTold)
  if (!told || !isConfirmed(turn, session.player)) return
  const known = devicesByToken(turn, session)
  for (const entry of told) {
    if (!Array.isArray(entry)) continue
    const [token, chain, length, hash] = entry as unknown[]
    const device = isBytes(token, tokenLength) ? known.get(hex(token)) : undefined
    if (!device || !isCount(chain) || !isCount(length) || length === 0 || !isBytes(hash, 32)) continue
    if (device === self(turn).device) heardOfOwn(turn, session, chain, length)
    else compare(turn, session, device, chain, length, hash)
  }
}

export function testimonyAsked(turn: Turn, session: Session, frame: Frame): void {
  const token = bytesAt(frame, 0, tokenLength)
  const [, chain, seq] = frame.fields
  const device = token && devicesByToken(turn, session).get(hex(token))
  if (!device || !isCount(chain) || !isCount(seq) || !isConfirmed(turn, session.player)) return
  const [row] = turn.tables.attention.of(device, chain, seq, 1)
  if (row?.seq === seq) sendFrame(turn, session.connection, 'testimony', [row.bytes])
}

/**
 * Events somebody else was shown. One that differs from ours at its place is a proof; then the place where the two
 * histories part is looked for, half as far each time. One of this device's own that is not here says that this vault
 * was set back: it must not go on in a chain it no longer knows whole.
 */
export function testimonyTold(turn: Turn, session: Session, frame: Frame): void {
  const list = listAt(frame, 0, mostEvents)
  if (!list || !isConfirmed(turn, session.player)) return
  for (const bytes of list) {
    const event = bytes instanceof Uint8Array ? parseAttention(bytes) : undefined
    if (!event) continue
    if (event.device === self(turn).device) setBack(turn, event)
    else if (isFollowed(turn, event)) weigh(turn, session, event)
  }
}

/** What mutual peers said of this player's logs, newest first. */
export function witnessesOf(turn: Turn, player: PlayerId): Value<'attention.log'>['witnesses'] {
  return turn.tables.attention
    .devicesOf(player)
    .flatMap((device) => turn.tables.notes.all(0, `witness:${device}:`))
    .map((note) => {
      const [at, state, count] = decode(note.value) as [number, Integrity['state'], number]
      return { by: note.name.split(':')[2] as PlayerId, at, result: resultOf(state, count) }
    })
    .sort((a, b) => b.at - a.at)
}

function compare(turn: Turn, session: Session, device: DeviceId, chain: number, length: number, hash: Bytes): void {
  session.common.add(device)
  sendProofs(turn, session, device, chain)
  const here = (turn.tables.attention.last(device, chain)?.seq ?? -1) + 1
  if (here === 0) return
  if (length > here) return keepWitness(turn, session, device, { state: 'extended', newEvents: length - here })
  const [row] = turn.tables.attention.of(device, chain, length - 1, 1)
  if (row && !equal(row.hash, hash)) return ask(turn, session, device, chain, length - 1)
  const result: Integrity = length === here ? { state: 'consistent' } : { state: 'behind', missing: here - length }
  keepWitness(turn, session, device, result)
}

function weigh(turn: Turn, session: Session, event: AttentionEvent): void {
  const { device, incarnation: chain, seq } = event
  const [held] = turn.tables.attention.of(device, chain, seq, 1)
  if (held?.seq !== seq) return
  const known = forkOf(turn, device, chain)
  if (equal(held.hash, event.hash)) {
    if (known !== undefined && known - seq > 1) ask(turn, session, device, chain, Math.floor((seq + known) / 2))
    return
  }
  if (isKnownFork(turn, event)) return
  keepProof(turn, event)
  keepWitness(turn, session, device, { state: 'diverged', firstMismatchIndex: Math.min(seq, known ?? seq) })
  for (const other of turn.state.sessions.values()) if (other.common.has(device)) sendProofs(turn, other, device, chain)
  const [before] = seq > 0 ? turn.tables.attention.of(device, chain, seq - 1, 1) : []
  if (before && !equal(before.hash, event.prev)) ask(turn, session, device, chain, Math.floor(seq / 2))
}

/** A proof already kept is not handed on again: two who tell each other would never end. */
function isKnownFork(turn: Turn, event: AttentionEvent): boolean {
  return turn.tables.attention
    .forks()
    .some((fork) => fork.device === event.device && fork.seq === event.seq && equal(fork.hash, event.hash))
}

function sendProofs(turn: Turn, session: Session, device: DeviceId, chain: number): void {
  const at = forkOf(turn, device, chain)
  if (at === undefined) return
  const rows = [...turn.tables.attention.of(device, chain, at, 1), ...turn.tables.attention.forks()]
  const events = rows.filter((row) => row.device === device && row.incarnation === chain && row.seq === at)
  sendFrame(
    turn,
    session.connection,
    'testimony',
    events.slice(0, mostEvents).map((row) => row.bytes),
  )
}

/** Somebody holds more of our own chain than we do, or says so: the event itself has to show it. */
function heardOfOwn(turn: Turn, session: Session, chain: number, length: number): void {
  const { device } = self(turn)
  if (chain !== ownChain(turn)) return
  const here = (turn.tables.attention.last(device, chain)?.seq ?? -1) + 1
  if (length > here) ask(turn, session, device, chain, here)
}

function setBack(turn: Turn, event: AttentionEvent): void {
  const chain = ownChain(turn)
  if (event.incarnation !== chain || event.author !== self(turn).player) return
  const here = (turn.tables.attention.last(event.device, chain)?.seq ?? -1) + 1
  if (event.seq < here) return
  turn.tables.facts.put('attention-incarnation', uint(Math.max(chain + 1, turn.now), 6))
  turn.effects.push({ type: 'rotate-attention' })
}

function ask(turn: Turn, session: Session, device: DeviceId, chain: number, seq: number): void {
  sendFrame(turn, session.connection, 'testimony?', tokenOf(session, device), chain, seq)
}

function keepWitness(turn: Turn, session: Session, device: DeviceId, result: Integrity): void {
  const count = 'newEvents' in result ? result.newEvents : 'missing' in result ? result.missing : 0
  const at = result.state === 'diverged' ? result.firstMismatchIndex : count
  const value = encode([turn.now, result.state, at])
  turn.tables.notes.put(0, `witness:${device}:${session.player ?? ''}`, value)
}

function resultOf(state: Integrity['state'], count: number): Integrity {
  if (state === 'extended') return { state, newEvents: count }
  if (state === 'behind') return { state, missing: count }
  return state === 'diverged' ? { state, firstMismatchIndex: count } : { state }
}

/** The newest chain of each device of each mutual peer. */
function chainsHeld(turn: Turn): { device: DeviceId; chain: number; last: AttentionRow }[] {
  return followedDevices(turn).flatMap((device) => {
    const chain = turn.tables.attention.incarnations(device).at(-1)
    const last = chain === undefined ? undefined : turn.tables.attention.last(device, chain)
    return chain !== undefined && last ? [{ device, chain, last }] : []
  })
}

function followedDevices(turn: Turn): DeviceId[] {
  return turn.tables.peers
    .all()
    .filter((peer) => peer.status === 'confirmed')
    .flatMap((peer) => turn.tables.attention.devicesOf(peer.player))
}

function devicesByToken(turn: Turn, session: Session): Map<string, DeviceId> {
  const devices = [self(turn).device, ...followedDevices(turn)]
  return new Map(devices.map((device) => [hex(tokenOf(session, device)), device]))
}

function tokenOf(session: Session, device: DeviceId): Bytes {
  return digest(concat(tokenContext, session.handshake, fromHex(device))).subarray(0, tokenLength)
}
