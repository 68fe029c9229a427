/** A token bucket: `take` answers whether one more is allowed at `now` (milliseconds), and takes it. */
export type Allowance = { take(now: number): boolean }

export function allowance(burst: number, perSecond: number): Allowance {
  let left = burst
  let since: number | undefined
  return {
    take(now) {
      left = Math.min(burst, left + ((now - (since ?? now)) * perSecond) / 1_000)
      since = now
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}
