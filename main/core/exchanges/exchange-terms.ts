import type { ArtifactId, DeviceId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, concat, fromHex, hex, utf8 } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { digest } from '../../crypto/digest.ts'
import { sign, verify } from '../../crypto/signature.ts'
import type { CutItem } from '../authority/authority-op.ts'
import { isBytes } from '../identity/device-list.ts'
import { isCount } from '../logs/state-vector.ts'

/**
 * EX-1: what two people agree on, to the letter: the exchange, and of each side the artifact, who gives it, the device
 * that decides over it, and how far its authority had come. Any change to one of these is another agreement.
 */
export type Terms = {
  readonly exchange: ArtifactId
  /** [what is offered, what is asked for] */
  readonly sides: readonly [Side, Side]
  readonly bytes: Bytes
  /** names the terms: 32 bytes */
  readonly hash: Bytes
}

export type Side = {
  readonly artifact: ArtifactId
  readonly steward: PlayerId
  readonly seat: DeviceId
  /** length of its authority */
  readonly position: number
  /** hash of the last entry of it */
  readonly head: Bytes
}

export type SideIndex = 0 | 1

/** A seat's word that it gives its side for the other. It can't be taken back, and says what counts of its writing. */
export type Lock = { readonly cut: readonly CutItem[]; readonly signature: Bytes }

const termsContext = utf8('indra exchange terms v1')
const comingContext = utf8('indra exchange terms to come v1')
const lockContext = utf8('indra exchange lock v1')
const rejectContext = utf8('indra exchange reject v1')
const mostTermsBytes = 1_024

export function termsOf(exchange: ArtifactId, sides: readonly [Side, Side]): Terms {
  const [a, b] = sides.map((side) => [side.artifact, side.steward, side.seat, side.position, side.head] as const)
  const bytes = encode([1, exchange, [...(a ?? [])], [...(b ?? [])]])
  return { exchange, sides, bytes, hash: digest(concat(termsContext, bytes)) }
}

export function parseTerms(bytes: unknown): Terms | undefined {
  const value = isBytes(bytes) && bytes.length <= mostTermsBytes ? decode(bytes) : undefined
  if (!Array.isArray(value) || value.length !== 4 || value[0] !== 1 || !isDoc(value[1])) return undefined
  const [offered, requested] = [parseSide(value[2]), parseSide(value[3])]
  if (!offered || !requested || offered.artifact === requested.artifact) return undefined
  return offered.steward === requested.steward ? undefined : termsOf(value[1], [offered, requested])
}

export function otherSide(side: SideIndex): SideIndex {
  return side === 0 ? 1 : 0
}

export function signLock(terms: Terms, side: SideIndex, cut: readonly CutItem[], secretKey: Bytes): Lock {
  return { cut, signature: sign(lockBytes(terms, side, cut), secretKey) }
}

export function isLock(terms: Terms, side: SideIndex, { cut, signature }: Lock): boolean {
  return verify(signature, lockBytes(terms, side, cut), fromHex(terms.sides[side].seat))
}

export function signReject(terms: Terms, side: SideIndex, secretKey: Bytes): Bytes {
  return sign(rejectBytes(terms, side), secretKey)
}

export function isReject(terms: Terms, side: SideIndex, signature: Bytes): boolean {
  return verify(signature, rejectBytes(terms, side), fromHex(terms.sides[side].seat))
}

function lockBytes(terms: Terms, side: SideIndex, cut: readonly CutItem[]): Bytes {
  return concat(lockContext, terms.hash, new Uint8Array([side]), encode(cut.map((item) => [...item])))
}

function rejectBytes(terms: Terms, side: SideIndex): Bytes {
  return concat(rejectContext, terms.hash, new Uint8Array([side]))
}

function parseSide(value: unknown): Side | undefined {
  if (!Array.isArray(value) || value.length !== 5) return undefined
  const [artifact, steward, seat, position, head] = value as unknown[]
  if (!isDoc(artifact) || !isKey(steward) || !isKey(seat) || !isCount(position) || !isBytes(head, 32)) return undefined
  return { artifact, steward: steward as PlayerId, seat: seat as DeviceId, position, head }
}

function isDoc(value: unknown): value is ArtifactId {
  return typeof value === 'string' && /^doc:[0-9a-f]{64}$/.test(value)
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
}

/** How terms are named in commands before one side has what they will name. */
export function nameToCome(
  exchange: ArtifactId,
  { artifact, steward, seat, position, head }: Side,
  content: ArtifactId,
) {
  const bytes = encode([1, exchange, [artifact, steward, seat, position, head], content])
  return hex(digest(concat(comingContext, bytes)))
}

/** How terms are named in commands. */
export function nameOfTerms(terms: Terms): string {
  return hex(terms.hash)
}
