import Hypercore from 'hypercore'
import { onTestFinished } from 'vitest'

/** Both ends of one encrypted connection; `cut` ends it. */
export function connection(): { left: Hypercore.Connection; right: Hypercore.Connection; cut(): void } {
  const [left, right] = [Hypercore.createProtocolStream(true), Hypercore.createProtocolStream(false)]
  left.pipe(right).pipe(left)
  function cut(): void {
    left.noiseStream.destroy()
    right.noiseStream.destroy()
  }
  onTestFinished(cut)
  return { left: left.noiseStream, right: right.noiseStream, cut }
}

/** Resolves when `isSo` is; asked again whenever something else had its turn. The test's own limit ends the waiting. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}
