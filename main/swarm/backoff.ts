const floor = 1_000

/** When to try again: after 1 s, doubling, each shortened by up to half at random so that peers do not move in step. */
export type Backoff = {
  due(now: number): boolean
  /** an attempt is being made; no wait is longer than `ceiling`, 60 s when left out */
  attempted(now: number, ceiling?: number): void
  /** it worked: whatever happens next starts from the shortest wait */
  worked(now: number): void
  /** the next attempt is worth making now, or within `spread` milliseconds */
  hurry(now: number, spread: number): void
}

/** Times are milliseconds on any clock that does not go back. Due at once until the first attempt. */
export function backoff(random: () => number = Math.random): Backoff {
  let attempts = 0
  let at = Number.NEGATIVE_INFINITY
  const wait = (ceiling = 60_000) => Math.min(ceiling, floor * 2 ** attempts) * (1 - random() / 2)
  return {
    due: (now) => now >= at,
    attempted(now, ceiling) {
      at = now + wait(ceiling)
      attempts += 1
    },
    worked(now) {
      attempts = 0
      at = now + wait()
    },
    hurry(now, spread) {
      attempts = 0
      at = now + random() * spread
    },
  }
}
