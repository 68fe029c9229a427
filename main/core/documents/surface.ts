import { sha256 } from '@noble/hashes/sha2.js'
import { createBase58check } from '@scure/base'
import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result } from '../../../shared/fault.ts'
import { hex } from '../../crypto/bytes.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { mayType, textOf } from './document.ts'
import { changeText } from './document-change.ts'
import { documentKey } from './document-notes.ts'
import { type Engine, headsOf, newDocument } from './live-document.ts'
import { dropSurface, type Surface, showOn, tell } from './surface-shown.ts'
import { follow } from './surface-text.ts'

const mostSurfaces = 64
const base58check = createBase58check(sha256)

/** Names the document for `Repo.find`; the name is a secret of this device's own surfaces. */
export function open(turn: Turn, { id }: Args<'document.open'>): Result<Value<'document.open'>> {
  const opened = textOf(turn, id)
  if (!opened.ok) return opened
  const { row, engine } = opened.value
  const surface = turn.state.surfaces.get(row.key) ?? newSurface(turn, row, engine)
  turn.state.surfaces.delete(row.key)
  turn.state.surfaces.set(row.key, surface)
  tell(turn, surface, [surface.engine.save()])
  const [oldest] = turn.state.surfaces.values()
  if (oldest && turn.state.surfaces.size > mostSurfaces) dropSurface(turn, oldest)
  return ok({ url: `automerge:${surface.document}`, heads: headsOf(engine), writable: mayType(turn, row) })
}

/** What surfaces did. Where they may not, or made nonsense, it is undone in front of them. */
export function surfaceTold(turn: Turn, document: string, changes: readonly Uint8Array[]): void {
  const surface = [...turn.state.surfaces.values()].find((each) => each.document === document)
  const row = surface && turn.tables.artifacts.byKey(surface.artifact)
  const engine = row && turn.state.documents.get(documentKey(row, 'text'))
  if (!surface || !row || !engine) return
  const { engine: shown } = surface
  try {
    shown.applyChanges([...changes])
  } catch {
    return dropSurface(turn, surface)
  }
  const patches = shown.diffIncremental()
  if (mayType(turn, row) && !turn.state.typing) {
    turn.state.typing = row.key
    changeText(turn, row, (text, next) => {
      follow(text, shown, patches, next)
      return undefined
    })
    turn.state.typing = undefined
  }
  const present = turn.state.documents.get(documentKey(row, 'text'))
  if (present) showOn(turn, surface, present)
}

function newSurface(turn: Turn, row: ArtifactRow, engine: Engine): Surface {
  const shown = newDocument('text', hex(turn.chance(16)))
  follow(shown, engine, undefined, () => void shown.commit(null, 0))
  shown.updateDiffCursor()
  return { artifact: row.key, document: base58check.encode(turn.chance(16)), engine: shown }
}
