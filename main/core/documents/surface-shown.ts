import type { Patch } from '@automerge/automerge'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import type { Engine } from './live-document.ts'
import { follow } from './surface-text.ts'

/**
 * A text as the surfaces of this device edit it live: an Automerge document of its own, with whatever actors they have,
 * equal to the text in what it shows. What they do in it is typed into the text by this device, so that nothing of
 * theirs is ever in a log; what comes into the text is typed into it. It is thrown away freely, and made again.
 */
export type Surface = { readonly artifact: number; readonly document: string; readonly engine: Engine }

/** After the text changed: the same in front of those who have it open. */
export function showOnSurface(turn: Turn, row: ArtifactRow, engine: Engine, patches?: readonly Patch[]): void {
  const surface = turn.state.surfaces.get(row.key)
  if (surface && turn.state.typing !== row.key) showOn(turn, surface, engine, patches)
}

export function showOn(turn: Turn, surface: Surface, engine: Engine, patches?: readonly Patch[]): void {
  const { engine: shown } = surface
  const before = shown.getHeads()
  follow(shown, engine, patches, () => void shown.commit(null, 0))
  shown.updateDiffCursor()
  const changes = shown.getChanges(before)
  if (changes.length > 0) tell(turn, surface, changes)
}

export function tell(turn: Turn, { document }: Surface, changes: readonly Uint8Array[]): void {
  turn.effects.push({ type: 'surface', document, changes })
}

export function dropSurface(turn: Turn, surface: Surface): void {
  turn.state.surfaces.delete(surface.artifact)
  surface.engine.free()
  turn.effects.push({ type: 'surface', document: surface.document, changes: undefined })
}
