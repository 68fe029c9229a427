import type { LeafView } from '../../../shared/views.ts'
import { hex } from '../../crypto/bytes.ts'
import type { Turn } from '../state.ts'
import { heldBytes } from './bytes-held.ts'
import { factsOf, type LeafFacts } from './leaf.ts'
import { type Lying, mayKeepLeaf, mayOpen } from './leaf-access.ts'

/** What a surface needs to draw a Leaf; `undefined` for what was taken back, of which only that is shown. */
export function leafFacts(turn: Turn, lying: Lying): { facts: LeafFacts; view: LeafView } | undefined {
  const { leaf, row } = lying
  const facts = mayOpen(turn, lying) ? factsOf(turn, row, leaf) : undefined
  if (!facts) return undefined
  const { type, size, mime, width, height } = facts
  const view: LeafView = {
    type,
    size,
    mime,
    ...(width === undefined || height === undefined ? {} : { width, height }),
    bytes: whereIs(turn, lying),
    keep: mayKeepLeaf(turn, leaf.leaf),
  }
  return { facts, view }
}

function whereIs(turn: Turn, { leaf }: Lying): LeafView['bytes'] {
  if (heldBytes(turn, leaf.leaf)) return 'here'
  return turn.state.fetches.has(hex(leaf.address)) ? 'fetching' : 'elsewhere'
}
