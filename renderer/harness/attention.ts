import type { ArtifactId } from '../../shared/ids.ts'
import type { Client } from '../../shared/rpc.ts'

/** A camera passing over an artifact is not attention: so long one has to stay, in milliseconds. */
const dwell = 400

/** Tells the core where this person is, once they have stayed, and when they step out or close the window. */
export type Attention = {
  /** The person is in the last of these rooms, root first. */
  moved(trail: readonly ArtifactId[]): void
  ended(): void
}

export function newAttention(
  ask: Client['call'],
  later: (milliseconds: number, then: () => void) => () => void,
): Attention {
  let recorded: readonly ArtifactId[] = []
  let cancel = () => {}

  return {
    moved(trail) {
      const room = trail.at(-1)
      if (room === undefined) return
      cancel()
      cancel = () => {}
      const shared = recorded.filter((id, depth) => trail[depth] === id)
      const ancestor = shared.at(-1)
      // Stepping out is told at once, so that the room left does not go on warming.
      if (shared.length < recorded.length && ancestor !== undefined) {
        recorded = shared
        void ask('attention.back', { to: ancestor })
      }
      if (recorded.at(-1) === room) return
      cancel = later(dwell, () => {
        recorded = trail
        void ask('attention.navigate', { to: room })
      })
    },
    ended() {
      cancel()
      if (recorded.length === 0) return
      recorded = []
      void ask('attention.end', {})
    },
  }
}
