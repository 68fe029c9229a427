import { randomBytes } from 'node:crypto'
import type { Args, CommandType, PushEvent, Value } from '../../shared/contract.ts'
import type { Result } from '../../shared/fault.ts'
import { run } from '../run.ts'
import { openVault } from '../store/store.ts'
import type { Wire } from './wire.ts'

/** A vault's own loop, core and store in this process: for filling, and for what no door stands before. */
export type Inside = {
  readonly code: string
  readonly playerId: string
  ask<T extends CommandType>(type: T, args: Args<T>): Promise<Value<T>>
  onPush: (event: PushEvent) => void
  close(): Promise<void>
}

/** The loop is asked through its queue, as a door would: what is asked together shares transactions as it does there. */
export async function openInside(directory: string, name: string, wire: Wire): Promise<Inside> {
  const vault = await openVault({ directory })
  const core = run({
    vault,
    openSwarm: (seed, on) => wire.open(seed, on),
    now: Date.now,
    random: () => randomBytes(32),
    note: (level, text, about) => {
      if (level !== 'info') process.stderr.write(`bench: ${name}: ${text} ${about ? String(about) : ''}\n`)
    },
  })
  const waiting = new Map<number, (result: Result<unknown>) => void>()
  let calls = 0
  const identity = await core.start({ name })
  const inside: Inside = {
    ...identity,
    ask(type, args) {
      const call = calls++
      return new Promise((resolve, reject) => {
        waiting.set(call, (result) => {
          waiting.delete(call)
          if (result.ok) resolve(result.value as Value<typeof type>)
          else reject(new Error(`${name}: ${type}: ${result.fault.code} ${result.fault.message}`))
        })
        core.ask(0, call, type, args)
      })
    },
    onPush: () => {},
    close: () => core.stop(),
  }
  core.attachClient(0, {
    answer: (call, result) => waiting.get(call)?.(result),
    push: (event) => inside.onPush(event),
  })
  return inside
}
