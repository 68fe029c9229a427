import type { ArtifactId } from '../../../shared/ids.ts'
import { fromHex } from '../../crypto/bytes.ts'
import { signGenesis } from '../authority/genesis.ts'
import { judge } from '../logs/judgement.ts'
import { append } from '../logs/log.ts'
import { write } from '../logs/writer.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { treeId } from '../trees/artifact-id.ts'
import { addArtifact } from '../trees/tree.ts'
import { factsOf, leafFields } from './leaf.ts'
import { leavesNamed, recordsOf } from './leaf-access.ts'

/**
 * What governs an artifact: of a Leaf its *record* (NAME-2), an artifact with an authority of its own whose genesis names
 * the content; so granting, taking back, lending and giving away are the same for Leaves as for Trees. One's own counts
 * first, then the one that was granted. A creator's record is made when it is first asked for.
 */
export function recordNamed(turn: Turn, id: ArtifactId): ArtifactRow | undefined {
  if (!id.startsWith('blob:')) return turn.tables.artifacts.byId(id)
  return recordsOf(turn, id)[0] ?? makeRecord(turn, id)
}

/** Only of what this player put somewhere themselves. It lies in the Vault from then on. */
function makeRecord(turn: Turn, id: ArtifactId): ArtifactRow | undefined {
  const me = self(turn)
  const mine = leavesNamed(turn, id).find(({ leaf }) => leaf.player === me.player && leaf.state === 'here')
  const facts = mine && factsOf(turn, mine.row, mine.leaf)
  if (!facts) return undefined
  const leaf = fromHex(id.slice(5))
  const signed = signGenesis('leaf', me.list, me.deviceKeys, turn.now, me.name, turn.chance(32), leaf)
  const row = addArtifact(turn, treeId(signed), turn.chance(32), 'leaf', turn.now)
  append(turn, row, 'authority', [0, 0, { op: 'genesis', signed }], {
    epoch: 1,
    key: turn.chance(32),
    audience: { lists: [], own: true },
  })
  judge(turn, row)
  turn.tables.blobs.use(facts.address, row.key)
  write(turn, row, 'leaf', [turn.chance(16), leafFields({ ...facts, position: 0, label: undefined })])
  return turn.tables.artifacts.byKey(row.key) ?? row
}
