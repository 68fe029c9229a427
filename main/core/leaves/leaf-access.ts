import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import { authorityOf } from '../authority/governance.ts'
import { mayKeepHere } from '../authority/keep-right.ts'
import type { ArtifactRow, LeafRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'

/** A Leaf as it lies in one artifact: by an entry of a Tree, or by a record of its own. */
export type Lying = { readonly leaf: LeafRow; readonly row: ArtifactRow }

/** Where a Leaf lies for this player; one's own first, and what was taken back last (NAME-2). */
export function leavesNamed(turn: Turn, id: ArtifactId): Lying[] {
  const me = self(turn).player
  return turn.tables.leaves
    .of(id)
    .flatMap((leaf) => {
      const row = turn.tables.artifacts.byKey(leaf.artifact)
      return row && leaf.state !== 'removed' && isIn(turn, row) ? [{ leaf, row }] : []
    })
    .sort((a, b) => rankOf(a, me) - rankOf(b, me))
}

function rankOf({ leaf }: Lying, me: PlayerId): number {
  return (leaf.state === 'recalled' ? 2 : 0) + (leaf.player === me ? 0 : 1)
}

/** Does anything that this player may look at name these bytes? */
export function isReferred(turn: Turn, address: Uint8Array): boolean {
  return turn.tables.leaves.at(address).some((leaf) => {
    const row = turn.tables.artifacts.byKey(leaf.artifact)
    return row !== undefined && leaf.state !== 'removed' && isIn(turn, row) && mayOpen(turn, { leaf, row })
  })
}

export function leafNamed(turn: Turn, id: ArtifactId): Lying | undefined {
  return leavesNamed(turn, id)[0]
}

/** May it be looked at through this? What was recalled only by those who may keep it. */
export function mayOpen(turn: Turn, lying: Lying): boolean {
  return lying.leaf.state === 'here' || mayKeepLying(turn, lying)
}

/** Saving, exporting and resharing: its creator, and whoever has it for good through anything it lies in. */
export function mayKeepLeaf(turn: Turn, id: ArtifactId): boolean {
  return leavesNamed(turn, id).some((lying) => mayKeepLying(turn, lying))
}

function mayKeepLying(turn: Turn, { leaf, row }: Lying): boolean {
  const isOwn = leaf.player === self(turn).player && row.type !== 'leaf'
  return isOwn ? !isGivenAway(turn, leaf.leaf) : mayKeepHere(turn, row)
}

/** Records of this Leaf that are held, whatever became of them: one's own first, and what ended last (NAME-2). */
export function recordsOf(turn: Turn, id: ArtifactId): ArtifactRow[] {
  const me = self(turn).player
  const rows = turn.tables.leaves.of(id).flatMap((leaf) => turn.tables.artifacts.byKey(leaf.artifact) ?? [])
  const records = [...new Map(rows.filter((row) => row.type === 'leaf').map((row) => [row.key, row])).values()]
  const rank = (row: ArtifactRow) => (row.steward === me ? 0 : 2) + (row.status === 'active' ? 0 : 1)
  return records.sort((a, b) => rank(a) - rank(b))
}

/** Was it this player's and is somebody else's now? What they put into Trees stays there, to look at. */
export function isGivenAway(turn: Turn, id: ArtifactId): boolean {
  const me = self(turn).player
  const records = recordsOf(turn, id)
  if (records.some((row) => row.steward === me)) return false
  return records.some((row) => authorityOf(turn, row)?.stewards.some((each) => each.player === me))
}

/** What was recalled or lost with what it lay in is looked at only by who has that for good. */
function isIn(turn: Turn, row: ArtifactRow): boolean {
  if (row.status === 'recalled') return mayKeepHere(turn, row)
  return row.status === 'active' || row.status === 'transferred'
}
