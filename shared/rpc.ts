import { z } from 'zod'
import { type Args, type CommandType, type PushEvent, pushEvent, type Value } from './contract.ts'
import { type Fault, faultSchema, type Result } from './fault.ts'
import type { Port } from './port.ts'

/** Down the pipe: what a client asks. `type` and `args` are checked by the door, not trusted. */
export const ask = z.strictObject({ call: z.number().int().min(0), type: z.string().max(64), args: z.unknown() })
type Ask = z.infer<typeof ask>

/** Up the pipe: an answer to one ask, or an event for everyone. */
const told = z.union([
  z.strictObject({
    answer: z.number().int(),
    result: z.union([
      z.object({ ok: z.literal(true), value: z.unknown() }),
      z.object({ ok: z.literal(false), fault: faultSchema }),
    ]),
  }),
  z.strictObject({ event: pushEvent }),
])
export type Told = { answer: number; result: Result<unknown> } | { event: PushEvent }

export type Client = {
  call<T extends CommandType>(type: T, args: Args<T>): Promise<Result<Value<T>>>
  /** The same for a relay that passes on what it was given, unchecked: the door at the other end checks. */
  relay(type: string, args: unknown): Promise<Result<unknown>>
  close(): void
}

/** The asking side of a Port. A pipe that closes answers every open call with `StoreFailed`; nothing is retried here. */
export function connect(port: Port, onEvent: (event: PushEvent) => void, onClose: () => void = () => {}): Client {
  const open = new Map<number, (result: Result<unknown>) => void>()
  let next = 0
  let closed = false
  port.onMessage((message) => {
    const parsed = told.safeParse(message)
    if (!parsed.success) return
    if ('event' in parsed.data) return onEvent(parsed.data.event)
    open.get(parsed.data.answer)?.(parsed.data.result as Result<unknown>)
    open.delete(parsed.data.answer)
  })
  port.onClose(() => {
    closed = true
    for (const answer of open.values()) answer({ ok: false, fault: away })
    open.clear()
    onClose()
  })
  function relay(type: string, args: unknown): Promise<Result<unknown>> {
    return new Promise((resolve) => {
      if (closed) return resolve({ ok: false, fault: away })
      const call = next++
      open.set(call, resolve)
      port.send({ call, type, args } satisfies Ask)
    })
  }
  return {
    call: (type, args) => relay(type, args) as Promise<Result<Value<typeof type>>>,
    relay,
    close: () => port.close(),
  }
}

/** Nobody knows how far it came: that is not the store's own "nothing was changed". */
const away: Fault = {
  code: 'StoreFailed',
  message: 'Indra’s core went away meanwhile, so this may or may not have happened. Look, then try again.',
}
