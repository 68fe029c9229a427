import type { Bytes } from '../../crypto/bytes.ts'
import { type Canonical, decode, encode } from '../../crypto/canonical.ts'
import { isBytes } from '../identity/device-list.ts'
import type { ConnectionId } from '../input.ts'
import type { Turn } from '../state.ts'

/**
 * What travels between two devices: canonical lists that begin with their name. Every reader checks what it takes;
 * a frame that does not fit is dropped without a word, for nothing it could have meant was promised.
 */
export type FrameName =
  | 'knock' // [macs]: I know a secret of yours
  | 'hello' // [player, device list hash, signature over the handshake]
  | 'list?' // send me the list that hash names
  | 'list' // [bytes]
  | 'trust' // []: you have proved who you are
  | 'request' // [name, message, wrapped gift]
  | 'accept' // [name, wrapped gift]
  | 'confirmed' // []: your acceptance arrived
  | 'profile' // [name]
  | 'attention' // [key of this device's attention log, chain, events in it, hash of the last]
  | 'witness' // [[device token, chain, events held, hash of the last]…]
  | 'testimony?' // [device token, chain, seq]
  | 'testimony' // [attention events]
  | 'summary' // [digest over all tokens]
  | 'tokens' // [6 bytes per shared interface]
  | 'vector' // [id, logs, answer?]
  | 'want' // [id, kind, device, incarnation, from]
  | 'envelopes' // [id, envelopes, more?]
  | 'have' // [id, logs]
  | 'quick' // ['try', proof], ['commit', commitment, name], ['nonce', nonce, name] or ['reveal', nonce]
  | 'introduce' // [id, device list, name, wrapped secret]
  | 'introduced' // [id]: it arrived
  | 'ephemeral' // ['here', name or nothing, idle millis] or ['typing', name]: never stored
  | 'join' // [invite key, signature, name]
  | 'joining' // [invite key, state]
  | 'welcome' // [id, authority envelopes, position of the first, more?]
  | 'welcome?' // [id, from]: what follows, or all of what was referred to
  | 'devices' // [device list]
  | 'newest' // [device list]: a newer one of yours than you showed
  | 'missing' // []: welcome me wherever I am a member
  | 'adopt' // [mac, kem, name, proof]: put me on your list
  | 'adopted' // [wrapped legacy]
  | 'removed' // [id, authority position, signature, why]
  | 'seats?' // [id, from]: who was removed asks who has the seat now
  | 'offer' // [id, hash of the entry that offers it, name]; without a hash: it is not offered
  | 'taken' // [id, that hash, signature]: accepted
  | 'account' // to a keeper: [account, signature over the handshake]
  | 'keeper' // [number of its store, may deposit?, bytes an account may have, days an item is kept, where it listens for WebSockets]
  | 'deposit' // [number, items]
  | 'deposited' // [number, how many were taken, why not more]
  | 'fetch' // [number, [mailbox, after]…]
  | 'kept' // [mailbox, [position, item]…, more?]
  | 'fetched' // [number]
  | 'discard' // [mailbox, hashes or null]
  | 'discarded' // [mailbox, how many, when, signature]

export type Frame = { readonly name: FrameName; readonly fields: readonly unknown[] }

export function sendFrame(turn: Turn, connection: ConnectionId, name: FrameName, ...fields: Canonical[]): void {
  const frame = encode([name, ...fields])
  turn.state.bytes.sent += frame.length
  turn.effects.push({ type: 'send', connection, frame })
}

export function parseFrame(bytes: Bytes): Frame | undefined {
  const value = decode(bytes)
  if (!Array.isArray(value) || typeof value[0] !== 'string') return undefined
  return { name: value[0] as FrameName, fields: value.slice(1) }
}

export function bytesAt(frame: Frame, index: number, length?: number): Bytes | undefined {
  const value = frame.fields[index]
  return isBytes(value, length) ? value : undefined
}

export function stringAt(frame: Frame, index: number, limit: number): string | undefined {
  const value = frame.fields[index]
  return typeof value === 'string' && value.length <= limit ? value : undefined
}

export function listAt(frame: Frame, index: number, limit: number): readonly unknown[] | undefined {
  const value = frame.fields[index]
  return Array.isArray(value) && value.length <= limit ? value : undefined
}
