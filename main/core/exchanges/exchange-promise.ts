import { decode } from '../../crypto/canonical.ts'
import { recallEverywhere } from '../logs/private-notes.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { lockIn } from './exchange-statement.ts'
import { type Lock, parseTerms, type SideIndex, type Terms } from './exchange-terms.ts'

/** An own lock that was not answered yet. */
export type Promised = {
  readonly exchange: number
  readonly terms: Terms
  readonly side: SideIndex
  readonly lock: Lock
}

/** Is it part of an exchange in which this player's word is out? Then nothing of it is given up before the answer. */
export function isAtStake(turn: Turn, row: ArtifactRow): boolean {
  return promisesOf(turn).some(
    ({ exchange, terms }) => exchange === row.key || terms.sides.some((side) => side.artifact === row.id),
  )
}

export function promisesOf(turn: Turn): Promised[] {
  return recallEverywhere(turn, 'promise:').flatMap(({ artifact, name, value }) => {
    const terms = parseTerms((decode(value) as unknown[])[0])
    const lock = lockIn(value)
    const side: SideIndex = name.endsWith(':0') ? 0 : 1
    return terms && lock ? [{ exchange: artifact, terms, side, lock }] : []
  })
}
