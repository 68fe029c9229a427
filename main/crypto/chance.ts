import { type Bytes, concat, uint } from './bytes.ts'
import { derive } from './digest.ts'

/**
 * An endless stream of independent byte strings from one seed of 32 bytes that nobody else knows. The nth draw is
 * BLAKE3 derive_key('indra chance v1', seed ‖ n as 8 bytes), read to the length asked for: the same seed and lengths
 * give the same strings. Throws on a seed of another size. A seed must never be used for two streams.
 */
export function chance(seed: Bytes): (length: number) => Bytes {
  if (seed.length !== 32) throw new RangeError(`a seed has 32 bytes, not ${seed.length}`)
  const own = seed.slice()
  let draws = 0
  return (length) => derive('indra chance v1', concat(own, uint(draws++, 8)), length)
}
