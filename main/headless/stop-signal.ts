/** Settles on a signal to end, or when whoever started this process has ended. */
export function stopSignal(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve(undefined))
    process.once('disconnect', () => resolve(undefined))
    if (process.env['npm_lifecycle_event'] !== undefined) whenOrphaned(() => resolve(undefined))
  })
}

/** npm runs a script in a shell, and a signal to npm ends that shell, which passes nothing on: only its end shows. */
function whenOrphaned(act: () => void): void {
  const { ppid } = process
  setInterval(() => {
    if (process.ppid !== ppid) act()
  }, 250).unref()
}
