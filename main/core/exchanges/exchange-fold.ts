import type { ArtifactId, DeviceId } from '../../../shared/ids.ts'
import { type Bytes, equal } from '../../crypto/bytes.ts'
import type { Authority } from '../authority/authority.ts'
import type { AuthorityEntry } from '../authority/authority-fold.ts'
import type { AuthorityOp } from '../authority/authority-op.ts'
import { isLock, isReject, otherSide, parseTerms, type SideIndex, type Terms } from './exchange-terms.ts'

/**
 * EX-1 as everyone who holds an artifact's authority sees it. A `lock` of its seat freezes it: nothing counts after it
 * but an `unlock`, which carries the other's rejection. A `take` by the other's seat carries both locks: it stands at
 * the very position that was agreed on, whatever the old seat wrote there or later, and whether its own lock was ever
 * published or not.
 */
export type LockedBy = {
  readonly terms: Terms
  readonly side: SideIndex
  readonly position: number
  readonly head: Bytes
}

/** A `take` found in the log of a device that does not have the seat. */
export type Taking = { readonly device: DeviceId; readonly seq: number; readonly entry: AuthorityEntry }

type Take = Extract<AuthorityOp, { op: 'take' }>

/** Does a lock by the present seat hold here? */
export function lockIn(
  authority: Authority,
  id: ArtifactId,
  op: Extract<AuthorityOp, { op: 'lock' }>,
  position: number,
  head: Bytes,
): LockedBy | undefined {
  const terms = parseTerms(op.terms)
  if (!terms || !stands(authority, id, terms, op.side, position, head)) return undefined
  return { terms, side: op.side, position, head }
}

export function isUnlock({ lock }: Authority, op: AuthorityOp | undefined): boolean {
  return lock !== undefined && isUnlockOf(lock.terms, lock.side, op)
}

export function isUnlockOf(terms: Terms, side: SideIndex, op: AuthorityOp | undefined): boolean {
  return op?.op === 'unlock' && isReject(terms, otherSide(side), op.reject)
}

/** The terms by which a `take` would hold at the next position. */
export function termsTaken(authority: Authority, id: ArtifactId, { device, entry }: Taking): Terms | undefined {
  const { op } = entry
  const terms = op?.op === 'take' ? parseTerms(op.terms) : undefined
  if (!terms || op?.op !== 'take' || authority.recall) return undefined
  const other = terms.sides[otherSide(op.side)]
  if (other.seat !== device || !stands(authority, id, terms, op.side, authority.length, authority.head))
    return undefined
  return hasBothLocks(terms, op) ? terms : undefined
}

/** Is it a `take` by this device that its own terms bear out? What it is worth here is decided by the fold. */
export function isWellSigned(id: ArtifactId, device: DeviceId, op: AuthorityOp | undefined): boolean {
  const terms = op?.op === 'take' ? parseTerms(op.terms) : undefined
  if (!terms || op?.op !== 'take') return false
  const isHere = terms.sides[op.side].artifact === id && terms.sides[otherSide(op.side)].seat === device
  return isHere && hasBothLocks(terms, op)
}

function hasBothLocks(terms: Terms, op: Take): boolean {
  return isLock(terms, op.side, op.given) && isLock(terms, otherSide(op.side), op.own)
}

/** Is this side of the terms how the artifact stands at this position, and is the other in its audience? */
function stands(
  authority: Authority,
  id: ArtifactId,
  terms: Terms,
  index: SideIndex,
  position: number,
  head: Bytes,
): boolean {
  const side = terms.sides[index]
  const other = terms.sides[otherSide(index)]
  const member = authority.members.get(other.steward)
  const isIn = member?.spans.at(-1)?.until === undefined && member?.devices.has(other.seat) === true
  if (side.artifact !== id || side.steward !== authority.steward || side.seat !== authority.seat) return false
  return isIn && side.position === position && equal(side.head, head)
}
