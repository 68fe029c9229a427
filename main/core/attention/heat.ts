import type { PlayerId } from '../../../shared/ids.ts'

/** A stretch of time someone was in an artifact; `end` undefined while they still are. Milliseconds. */
export type Interval = { readonly start: number; readonly end: number | undefined }

export type Warmth = {
  readonly player: PlayerId
  readonly dwellMillis: number
  readonly lastSeenAt: number
  readonly present: boolean
  /** dwell/(dwell + 60 s) · 2^(−age/1 h), 0…1 */
  readonly value: number
}

const halfDwell = 60_000
const halfLife = 3_600_000

/**
 * One member's warmth. Intervals of several devices are united, so nobody warms twice as fast on two screens. Age counts
 * from the end of the last visit and is 0 while they are there. Times in the future are cut off at `now`.
 */
export function warmth(player: PlayerId, intervals: readonly Interval[], now: number): Warmth {
  const spans = intervals
    .map(({ start, end }) => ({ start: Math.min(start, now), end: Math.min(end ?? now, now) }))
    .filter(({ start, end }) => Number.isFinite(start) && Number.isFinite(end) && end >= start)
    .sort((a, b) => a.start - b.start)
  let dwellMillis = 0
  let reached = Number.NEGATIVE_INFINITY
  for (const { start, end } of spans) {
    dwellMillis += Math.max(0, end - Math.max(start, reached))
    reached = Math.max(reached, end)
  }
  const present = intervals.some(({ start, end }) => end === undefined && start <= now)
  const lastSeenAt = present ? now : Math.max(reached, 0)
  const age = Math.max(0, now - lastSeenAt)
  const value = dwellMillis === 0 ? 0 : (dwellMillis / (dwellMillis + halfDwell)) * 2 ** (-age / halfLife)
  return { player, dwellMillis, lastSeenAt, present, value }
}

/** The mean over the audience, 0…1: members without a log held count as cold, an empty audience is 0. */
export function heat(audience: readonly PlayerId[], warmths: readonly Warmth[]): number {
  if (audience.length === 0) return 0
  const isMember = new Set(audience)
  let sum = 0
  for (const each of warmths) if (isMember.has(each.player)) sum += each.value
  return Math.min(1, Math.max(0, sum / audience.length))
}
