import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import type { ArtifactView } from '../../../shared/views.ts'
import { artifactView, heatAt } from '../showing/view.ts'
import { self, type Turn } from '../state.ts'
import { attentionTag } from '../trees/artifact-id.ts'
import { readEntry } from '../trees/entry-text.ts'
import { deliveryOf } from '../trees/entry-view.ts'
import { isGivenAway, type Lying, leafNamed, mayKeepLeaf, recordsOf } from './leaf-access.ts'
import { leafFacts } from './leaf-facts.ts'

/** A Leaf as its viewer has it: by the one entry of all that name it which gives most (NAME-2). */
export function leafView(turn: Turn, id: ArtifactId): ArtifactView | undefined {
  const lying = leafNamed(turn, id)
  if (!lying) return undefined
  const { leaf, row } = lying
  const { audience, people } = artifactView(turn, row)
  const others = recordsOf(turn, id).flatMap((each) => artifactView(turn, each).audience)
  const shown = leafFacts(turn, lying)
  return {
    id,
    kind: 'leaf',
    type: shown?.facts.type ?? 'file',
    name: shown?.facts.name ?? '',
    steward: stewardOf(turn, lying),
    status: leaf.state === 'recalled' || row.status === 'recalled' ? 'recalled' : 'active',
    audience: [...new Set([...audience, ...others])],
    people,
    ...governing(turn, id),
    references: [],
    total: 0,
    metadata: {},
    heat: heatAt(turn, row, attentionTag(row.secret, id), turn.now).heat,
    delivery: deliveryOf(turn, row, leaf),
    createdAt: readEntry(turn, row, leaf.log, leaf.seq)?.at ?? 0,
    ...(shown ? { leaf: shown.view } : {}),
  }
}

/** Of whoever put it somewhere, unless its record says otherwise. */
function stewardOf(turn: Turn, { leaf }: Lying): PlayerId {
  const me = self(turn).player
  if (leaf.player === me && !isGivenAway(turn, leaf.leaf)) return me
  return recordsOf(turn, leaf.leaf)[0]?.steward ?? leaf.player
}

/** Who was let in to the Leaf itself, beside those it lies with, and whose it was. */
function governing(turn: Turn, id: ArtifactId): Pick<ArtifactView, 'grants' | 'keeps'> & Partial<ArtifactView> {
  const [record] = recordsOf(turn, id)
  const keeps = mayKeepLeaf(turn, id)
  if (!record) return { grants: [], keeps }
  const { grants, provenance, stewards, offered } = artifactView(turn, record)
  return {
    grants,
    keeps,
    ...(provenance ? { provenance } : {}),
    ...(stewards ? { stewards } : {}),
    ...(offered ? { offered } : {}),
  }
}
