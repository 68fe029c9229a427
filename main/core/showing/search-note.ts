import type { Turn } from '../state.ts'

/** Milliseconds between two portions of what is taken into the index. */
export const indexEvery = 200

/** What is to be found by its words has changed: it is looked at soon, not now. See `search.ts` for the items. */
export function searchLater(turn: Turn, artifact: number, item: string): void {
  turn.tables.search.note(artifact, item)
  turn.state.indexAt ??= turn.now + indexEvery
}
