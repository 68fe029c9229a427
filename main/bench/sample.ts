/** What was measured on one side, in the order it was measured. */
export type Sample = readonly number[]

export function quantile(sample: Sample, at: number): number {
  const sorted = sample.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] ?? Number.NaN
}

export function median(sample: Sample): number {
  const sorted = sample.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]]
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2
}

/** Median absolute deviation: half of what was measured lies this close to the median. */
export function deviation(sample: Sample): number {
  const middle = median(sample)
  return median(sample.map((each) => Math.abs(each - middle)))
}

/** What divides two sides measured in turn, round by round, so that what slowed a round down slowed both. */
export function ratio(ours: Sample, beside: Sample): number {
  const pairs = ours.slice(0, beside.length).map((each, round) => each / (beside[round] ?? Number.NaN))
  return median(pairs)
}

/**
 * The exponent k of cost ~ size^k: slope of the least-squares line through the logarithms. 0 = cost does not depend on
 * size, 1 = in proportion.
 */
export function growth(points: readonly { readonly size: number; readonly cost: number }[]): number {
  const logs = points.map(({ size, cost }) => ({ x: Math.log(size), y: Math.log(cost) }))
  const x = mean(logs.map((each) => each.x))
  const y = mean(logs.map((each) => each.y))
  const above = logs.reduce((sum, each) => sum + (each.x - x) * (each.y - y), 0)
  const below = logs.reduce((sum, each) => sum + (each.x - x) ** 2, 0)
  return above / below
}

function mean(sample: Sample): number {
  return sample.reduce((sum, each) => sum + each, 0) / sample.length
}
