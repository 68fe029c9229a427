import type { Patch } from '@automerge/automerge'
import type { ArtifactId } from '../../../shared/ids.ts'
import { hex, utf8 } from '../../crypto/bytes.ts'
import { digest } from '../../crypto/digest.ts'
import type { ArtifactRow } from '../rows.ts'
import { searchLater } from '../showing/search-note.ts'
import { wordsIn } from '../showing/words.ts'
import type { Turn } from '../state.ts'
import type { Engine } from './live-document.ts'
import { openPrefix } from './spine.ts'
import { embeddedIn, textObject } from './text-shape.ts'

const label = 'embed'
const mostEmbedded = 1_000

/**
 * What is embedded lies among the Tree's children, each once, with its own access and an honest gap where it is not
 * shared.
 */
export function showText(turn: Turn, row: ArtifactRow, engine: Engine, patches?: readonly Patch[]): void {
  turn.changes.texts.add(row.key)
  if (patches) searchLater(turn, row.key, 'text')
  else turn.tables.search.put(row.key, 'text', 0, wordsIn(engine.text(textObject)))
  const { references } = turn.tables
  const count = references.count(row.key)
  const shown = references.page(row.key, 0, count).filter(({ refId }) => refId.startsWith(prefix))
  if (patches?.every((patch) => isTyping(patch, shown.length > 0))) return
  const embedded = new Map([...embeddedIn(engine)].slice(0, mostEmbedded))
  const names = new Set([...embedded.keys()].map(refIdOf))
  for (const { refId } of shown) if (!names.has(refId)) references.drop(row.key, refId)
  for (const [child, position] of embedded) {
    references.put({ tree: row.key, refId: refIdOf(child), child, position, label })
  }
  turn.changes.touched.add(row.key)
}

/** What can have changed no marker; taking something out may have taken one. */
function isTyping(patch: Patch, hasEmbedded: boolean): boolean {
  const isInText = patch.path.length === 2
  return (
    patch.action === 'mark' ||
    patch.action === 'unmark' ||
    (isInText && (patch.action === 'splice' || (patch.action === 'del' && !hasEmbedded)))
  )
}

/** No reference of the spine can be named so. */
const prefix = `${openPrefix}embed:`

function refIdOf(child: ArtifactId): string {
  return `${prefix}${hex(digest(utf8(child)))}`
}
