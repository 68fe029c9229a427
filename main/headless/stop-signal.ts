/** Settles on a signal to end, or when whoever started this process with a channel has ended. */
export function stopSignal(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve(undefined))
    process.once('disconnect', () => resolve(undefined))
  })
}
