const shortest = 100
const longest = 5_000
const longRun = 30_000

/**
 * How long to wait before something that ended by itself is started again, in milliseconds: twice as long each time, from
 * a tenth of a second to five; from the beginning again after it had run for half a minute.
 */
export function restartPauses(): (ranMillis: number) => number {
  let next = shortest
  return (ranMillis) => {
    const pause = ranMillis > longRun ? shortest : next
    next = Math.min(pause * 2, longest)
    return pause
  }
}
