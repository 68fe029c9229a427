import { z } from 'zod'
import { type PushEvent, pushEvent } from '../../shared/contract.ts'
import { fault, faultSchema, type Result } from '../../shared/fault.ts'
import { mailbox, type Port } from '../../shared/port.ts'
import { ask, type Client, connect } from '../../shared/rpc.ts'
import { promised } from '../promised.ts'
import type { TransportListener } from './listener.ts'

/** The part of a browser that the gateway's client needs. */
export type Web = {
  readonly fetch: typeof fetch
  readonly events: (url: string) => EventSource
  readonly later: (milliseconds: number, then: () => void) => void
}

const browser: Web = {
  fetch: (input, init) => fetch(input, init),
  events: (url) => new EventSource(url),
  later: (milliseconds, then) => setTimeout(then, milliseconds),
}

/**
 * A browser's transport: commands as `POST /v1/commands`, in the order they were given; events from `GET /v1/stream`,
 * which resumes by itself where it was cut. Resolves once the stream is open or known to be out of reach, so that no
 * change between snapshot and stream is missed. When events were lost for good it says so (`onGap`) and listens anew.
 */
export function gatewayTransport(token: string, listener: TransportListener, web: Web = browser): Promise<Client> {
  const inbox = mailbox()
  const stream = listen(token, listener, web, (event) => inbox.deliver({ event }))
  let before: Promise<unknown> = Promise.resolve()
  const port: Port = {
    send(message) {
      const sent = ask.safeParse(message)
      if (!sent.success) return
      const answering = before.then(() => post(token, sent.data.type, sent.data.args, web))
      // The next one leaves when this one was dispatched: its head is there, its answer may still be under way.
      before = answering
      void answering
        .then((response) => (response ? answerOf(response) : lost))
        .then((result) => {
          if (!result.ok && result.fault.code === 'Unauthorized') stream.refused()
          inbox.deliver({ answer: sent.data.call, result })
        })
    },
    onMessage: inbox.onMessage,
    onClose: inbox.onClose,
    close() {
      stream.close()
      inbox.close()
    },
  }
  const client = connect(port, listener.onEvent)
  return stream.ready.then(() => client)
}

const answer = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), fault: faultSchema }),
])
const lost: Result<unknown> = { ok: false, fault: fault('StoreFailed', 'Indra’s core did not answer.') }

async function post(token: string, type: string, args: unknown, web: Web): Promise<Response | undefined> {
  try {
    return await web.fetch('/v1/commands', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ type, args }),
      keepalive: type === 'attention.end',
    })
  } catch {
    return undefined
  }
}

/** Only a 401 means that the token is wrong: a command may be refused with the same word for its own reasons. */
async function answerOf(response: Response): Promise<Result<unknown>> {
  try {
    const parsed = answer.safeParse(await response.json())
    if (!parsed.success) return lost
    if (!parsed.data.ok && parsed.data.fault.code === 'Unauthorized' && response.status !== 401) {
      return { ok: false, fault: { ...parsed.data.fault, code: 'NotPermitted' } }
    }
    return parsed.data
  } catch {
    return lost
  }
}

type Stream = { readonly ready: Promise<void>; refused(): void; close(): void }

function listen(token: string, listener: TransportListener, web: Web, deliver: (event: PushEvent) => void): Stream {
  const ready = promised<void>()
  const url = `/v1/stream?token=${encodeURIComponent(token)}`
  let source: EventSource | undefined
  let isOver = false
  let hasGap = false

  function open(): void {
    if (isOver) return
    const mine = web.events(url)
    source = mine
    for (const type of eventTypes) mine.addEventListener(type, (event) => receive(event, deliver))
    mine.addEventListener('open', () => {
      listener.onConnection('live')
      if (hasGap) listener.onGap()
      hasGap = false
      ready.keep()
    })
    mine.addEventListener('error', () => {
      listener.onConnection('lost')
      ready.keep()
      // Still connecting: the browser resumes by itself from the last event. Closed: refused, or the cursor is gone.
      if (mine.readyState === mine.CLOSED) again()
    })
  }

  function again(): void {
    hasGap = true
    web.later(800, () => {
      void post(token, 'identity.get', {}, web).then((response) => (response?.status === 401 ? refused() : open()))
    })
  }

  function refused(): void {
    isOver = true
    source?.close()
    listener.onConnection('refused')
    ready.keep()
  }

  open()
  return {
    ready: ready.promise,
    refused,
    close() {
      isOver = true
      source?.close()
    },
  }
}

const eventTypes = pushEvent.options.map((option) => option.shape.type.value)

function receive(event: Event, deliver: (event: PushEvent) => void): void {
  const parsed = pushEvent.safeParse(parsedJson('data' in event ? event.data : undefined))
  if (parsed.success) deliver(parsed.data)
}

function parsedJson(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}
