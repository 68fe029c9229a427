import type { DeviceId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, concat, equal, fromHex, hex, utf8 } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { digest } from '../../crypto/digest.ts'
import { sign, verify } from '../../crypto/signature.ts'
import { isBytes } from '../identity/device-list.ts'

/**
 * One link of an attention log (ATT-1): `from` and `to` are tags only their artifact's audience recognises (ATT-2).
 * Genesis has seq 0, a zero `prev` and no `from`; a farewell has no `to`.
 */
export type AttentionEvent = {
  readonly version: 1
  readonly author: PlayerId
  readonly device: DeviceId
  readonly incarnation: number
  readonly seq: number
  readonly wallTime: number
  readonly from: Bytes | undefined
  readonly to: Bytes | undefined
  readonly prev: Bytes
  readonly hash: Bytes
  readonly bytes: Bytes
}

const context = utf8('indra attention v1')
export const noHash = new Uint8Array(32)

export function signAttention(
  fields: Pick<AttentionEvent, 'author' | 'device' | 'incarnation' | 'seq' | 'wallTime' | 'from' | 'to' | 'prev'>,
  secretKey: Bytes,
): AttentionEvent {
  const { author, device, incarnation, seq, wallTime, from, to, prev } = fields
  const body = encode([1, fromHex(author), fromHex(device), incarnation, seq, wallTime, from ?? null, to ?? null, prev])
  const bytes = encode([body, sign(concat(context, body), secretKey)])
  return { version: 1, ...fields, hash: digest(bytes), bytes }
}

/** An event as received: `undefined` unless it is whole, canonical and signed by the device it names. */
export function parseAttention(bytes: Bytes): AttentionEvent | undefined {
  const outer = decode(bytes)
  if (!Array.isArray(outer) || outer.length !== 2 || !isBytes(outer[0]) || !isBytes(outer[1], 64)) return undefined
  const inner = decode(outer[0])
  if (!Array.isArray(inner) || inner.length !== 9) return undefined
  const [version, author, device, incarnation, seq, wallTime, from, to, prev] = inner as unknown[]
  if (version !== 1 || !isBytes(author, 32) || !isBytes(device, 32) || !isBytes(prev, 32)) return undefined
  if (!isCount(incarnation) || !isCount(seq) || !isCount(wallTime)) return undefined
  if ((from !== null && !isBytes(from, 16)) || (to !== null && !isBytes(to, 16))) return undefined
  if (!verify(outer[1], concat(context, outer[0]), device)) return undefined
  return {
    version,
    author: hex(author) as PlayerId,
    device: hex(device) as DeviceId,
    incarnation,
    seq,
    wallTime,
    from: from ?? undefined,
    to: to ?? undefined,
    prev,
    hash: digest(bytes),
    bytes,
  }
}

/** Does `next` continue `last` (or begin a chain, without one)? You can only leave where you were. */
export function continues(last: AttentionEvent | undefined, next: AttentionEvent): boolean {
  if (!last) return next.seq === 0 && equal(next.prev, noHash) && next.from === undefined
  return (
    next.author === last.author &&
    next.device === last.device &&
    next.incarnation === last.incarnation &&
    next.seq === last.seq + 1 &&
    equal(next.prev, last.hash) &&
    isSameTag(next.from, last.to)
  )
}

export type Integrity =
  | { readonly state: 'consistent' }
  | { readonly state: 'extended'; readonly newEvents: number }
  | { readonly state: 'behind'; readonly missing: number }
  | { readonly state: 'diverged'; readonly firstMismatchIndex: number }
  | { readonly state: 'noPriorReplica' }

/**
 * A log offered by its author, beside the replica held; both as hashes from index 0. The author's own shorter log is
 * `diverged`; from anybody else (`isAuthor` false) it is only `behind`.
 */
export function compareLogs(
  held: readonly Bytes[] | undefined,
  offered: readonly Bytes[],
  isAuthor: boolean,
): Integrity {
  if (!held) return { state: 'noPriorReplica' }
  const common = Math.min(held.length, offered.length)
  for (let index = 0; index < common; index += 1) {
    const [a, b] = [held[index], offered[index]]
    if (!a || !b || !equal(a, b)) return { state: 'diverged', firstMismatchIndex: index }
  }
  if (offered.length === held.length) return { state: 'consistent' }
  if (offered.length > held.length) return { state: 'extended', newEvents: offered.length - held.length }
  return isAuthor
    ? { state: 'diverged', firstMismatchIndex: offered.length }
    : { state: 'behind', missing: held.length - offered.length }
}

function isSameTag(a: Bytes | undefined, b: Bytes | undefined): boolean {
  if (!a || !b) return a === b
  return equal(a, b)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
