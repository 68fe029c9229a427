import type { ArtifactId } from '../../../shared/ids.ts'
import { compare, equal } from '../../crypto/bytes.ts'
import type { Authority } from '../authority/authority.ts'
import { type AuthorityEntry, step, succeed } from '../authority/authority-fold.ts'
import { takeSeat } from '../authority/seats.ts'
import { isUnlockOf, type Taking, termsTaken } from './exchange-fold.ts'
import { otherSide, parseTerms } from './exchange-terms.ts'

/** Of all that may stand at the next position, the one everybody chooses. */
export function chosenTake(authority: Authority, id: ArtifactId, takes: readonly Taking[]): Taking | undefined {
  return takes
    .filter((each) => termsTaken(authority, id, each))
    .sort((a, b) => compare(a.entry.hash, b.entry.hash))
    .at(0)
}

/** Stewardship and seat move, at the position of the `take` itself. */
export function takeOver(authority: Authority, { device, seq, entry }: Taking): void {
  const { op } = entry
  const terms = op?.op === 'take' ? parseTerms(op.terms) : undefined
  if (!terms || op?.op !== 'take') return
  const position = authority.length
  const taker = authority.members.get(terms.sides[otherSide(op.side)].steward)
  if (!taker) return
  authority.lock = undefined
  succeed(authority, taker, { position, at: op.at, cut: op.given.cut, via: 'exchange' })
  takeSeat(authority, device, seq, terms.hash)
  authority.takes.push({ terms, side: op.side, lock: op.own })
  step(authority, entry.hash)
}

/** Was the seat that is taken let go before: did its log go on with this very lock and then the taker's own rejection? */
export function isTakenBack(
  authority: Authority,
  id: ArtifactId,
  taking: Taking,
  [lock, unlock]: readonly [AuthorityEntry | undefined, AuthorityEntry | undefined],
): boolean {
  const terms = termsTaken(authority, id, taking)
  const { op } = taking.entry
  if (!terms || op?.op !== 'take' || lock?.op?.op !== 'lock') return false
  return equal(lock.op.terms, terms.bytes) && isUnlockOf(terms, op.side, unlock?.op)
}
