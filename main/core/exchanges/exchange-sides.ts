import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import { authorityOf } from '../authority/governance.ts'
import { factsOf } from '../leaves/leaf.ts'
import { leafNamed, leavesNamed, recordsOf } from '../leaves/leaf-access.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'

/**
 * What is swapped, where it may be a Leaf (NAME-2). Terms name records, people name content. Whoever asks for a Leaf that
 * lies in a Tree only can't know its record yet: the Exchange names the content then, until its giver makes the record.
 */
export type Wanted = {
  /** what the Exchange composes */
  readonly id: ArtifactId
  /** where it is seen, and its giver is known from */
  readonly row: ArtifactRow
}

/** What is asked of somebody: theirs to give, and seen here. */
export function wantedOf(turn: Turn, id: ArtifactId, giver: PlayerId): Result<Wanted> {
  if (!id.startsWith('blob:')) {
    const row = turn.tables.artifacts.byId(id)
    if (row?.status !== 'active') return refuse('ArtifactNotFound')
    return row.steward === giver ? ok({ id, row }) : notTheirs
  }
  const record = recordsOf(turn, id).find((row) => row.status === 'active' && row.steward === giver)
  if (record) return ok({ id: record.id, row: record })
  const all = leavesNamed(turn, id)
  const theirs = all.find(({ leaf, row }) => row.type !== 'leaf' && leaf.player === giver && leaf.state === 'here')
  if (theirs) return ok({ id, row: theirs.row })
  return all.length > 0 ? notTheirs : refuse('ArtifactNotFound')
}

const notTheirs = refuse('InvalidArguments', 'This is not theirs to give.')

/** What a side of an Exchange means: of content that was named the record of whoever was asked for it, once it is here. */
export function sideMeant(turn: Turn, exchange: ArtifactRow, child: ArtifactId): ArtifactId {
  if (!child.startsWith('blob:')) return child
  const giver = giverIn(turn, exchange)
  const ids = recordsOf(turn, child)
    .filter((row) => authorityOf(turn, row)?.stewards.some((each) => each.player === giver))
    .map((row) => row.id)
  return ids.sort()[0] ?? child
}

/** Who was asked. */
export function giverIn(turn: Turn, exchange: ArtifactRow): string | undefined {
  return turn.tables.metadata.of(exchange.key)['with']
}

/** How people name it: a Leaf by its content. */
export function shownId(turn: Turn, id: ArtifactId): ArtifactId {
  const row = turn.tables.artifacts.byId(id)
  const leaf = row?.type === 'leaf' ? authorityOf(turn, row)?.leaf : undefined
  return leaf === undefined ? id : (`blob:${leaf}` as ArtifactId)
}

export function sideName(turn: Turn, id: ArtifactId, row: ArtifactRow): string {
  const shown = shownId(turn, id)
  const lying = shown.startsWith('blob:') ? leafNamed(turn, shown) : undefined
  return (lying && factsOf(turn, lying.row, lying.leaf)?.name) ?? row.name
}
