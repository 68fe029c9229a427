import { utf8 } from '../crypto/bytes.ts'
import { digest } from '../crypto/digest.ts'
import type { AttentionCores } from './attention-cores.ts'

/**
 * This device's attention log with nothing on disk and nobody to exchange it with: a simulation carries the events from
 * one vault to the other itself. The cores' keys follow from `name`, so that a run can be repeated.
 */
export function openMemoryAttention(name: string): AttentionCores {
  let generation = 0
  let events: Uint8Array[] = []
  const opened = (rotated: boolean) => ({
    core: digest(utf8(`memory attention/${name}/${generation}`)),
    length: events.length,
    rotated,
  })
  return {
    open: async () => opened(false),
    async append(from, added) {
      if (from > events.length) throw new RangeError(`a gap before ${from} in an attention log of ${events.length}`)
      events.push(...added.slice(events.length - from))
    },
    async rotate() {
      generation += 1
      events = []
      return opened(true)
    },
    follow() {},
    replicate() {},
    close: async () => {},
  }
}
