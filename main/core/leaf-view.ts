import type { ArtifactId } from '../../shared/ids.ts'
import type { ArtifactView } from '../../shared/views.ts'
import { attentionTag } from './artifact-id.ts'
import { readEntry } from './entry-text.ts'
import { deliveryOf } from './entry-view.ts'
import { leafNamed } from './leaf-access.ts'
import { leafFacts } from './leaf-facts.ts'
import type { Turn } from './state.ts'
import { artifactView, heatAt } from './view.ts'

/** A Leaf as its viewer has it: by the one entry of all that name it which gives most (NAME-2). */
export function leafView(turn: Turn, id: ArtifactId): ArtifactView | undefined {
  const lying = leafNamed(turn, id)
  if (!lying) return undefined
  const { leaf, row } = lying
  const { audience, people } = artifactView(turn, row)
  const shown = leafFacts(turn, lying)
  return {
    id,
    kind: 'leaf',
    type: shown?.facts.type ?? 'file',
    name: shown?.facts.name ?? '',
    steward: leaf.player,
    status: leaf.state === 'recalled' ? 'recalled' : 'active',
    audience,
    people,
    grants: [],
    references: [],
    total: 0,
    metadata: {},
    heat: heatAt(turn, row, attentionTag(row.secret, id), turn.now).heat,
    delivery: deliveryOf(turn, row, leaf),
    createdAt: readEntry(turn, row, leaf.log, leaf.seq)?.at ?? 0,
    ...(shown ? { leaf: shown.view } : {}),
  }
}
