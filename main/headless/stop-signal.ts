/** Settles on a signal to end, or when whoever started this process has ended. */
export function stopSignal(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve(undefined))
    process.once('disconnect', () => resolve(undefined))
    const parent = process.env['INDRA_PARENT']
    if (parent !== undefined) whenOrphanOf(Number(parent), () => resolve(undefined))
  })
}

/**
 * npm runs a script in a shell, and a signal to npm ends that shell, which passes nothing on: only its end shows.
 * scripts/indra.mjs names it.
 */
function whenOrphanOf(parent: number, act: () => void): void {
  setInterval(() => {
    if (process.ppid !== parent) act()
  }, 250).unref()
}
