import type { Args, CommandType, Value } from '../../shared/contract.ts'
import type { Result } from '../../shared/fault.ts'
import { type CoreOptions, openCore } from './core.ts'
import { later } from './host.fixture.ts'

/** The whole core with its vault on disk and its swarm, in this process, asked as its owner does. */
export type Whole = {
  readonly id: string
  readonly code: string
  must<T extends CommandType>(type: T, args: Args<T>): Promise<Value<T>>
  stop(): Promise<void>
}

export async function openWhole(options: CoreOptions): Promise<Whole> {
  const { run, report } = await openCore(options)
  if (!run || report.type !== 'ready') throw new Error(JSON.stringify(report))
  const waiting = new Map<number, (result: Result<unknown>) => void>()
  let calls = 0
  run.attachClient(0, { answer: (call, result) => waiting.get(call)?.(result), push: () => {} })
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= run.stop()
    return stopped
  }
  later(stop)
  return {
    id: report.playerId,
    code: report.code,
    async must(type, args) {
      const call = calls++
      const result = await new Promise<Result<unknown>>((resolve) => {
        waiting.set(call, resolve)
        run.ask(0, call, type, args)
      })
      waiting.delete(call)
      if (!result.ok) throw new Error(`${type}: ${result.fault.code} ${result.fault.message}`)
      return result.value as Value<typeof type>
    },
    stop,
  }
}

/** Waits for a condition, never for a time; the limit only ends what hangs. */
export async function until<T>(condition: () => T | Promise<T>, what: string): Promise<NonNullable<T>> {
  const end = performance.now() + 25_000
  for (;;) {
    const value = await condition()
    if (value) return value
    if (performance.now() > end) throw new Error(`waited in vain for: ${what}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 20)
    })
  }
}
