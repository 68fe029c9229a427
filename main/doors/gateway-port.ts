import { mailbox, type Port } from '../../shared/port.ts'
import { ask } from '../../shared/rpc.ts'
import { readEvents } from './event-reader.ts'

/**
 * The asking end of a gateway, for programs on this machine: asks go out as `POST /v1/commands`, in order, once the
 * stream of events (`GET /v1/stream`, taken up again after every cut) is open, so that no change between the two is
 * missed. It closes when the token is refused, when the gateway is out of reach for long, or when what was missed is gone
 * for good: then load everything anew over a new one.
 */
export function gatewayPort(url: string, token: string): Port {
  const inbox = mailbox()
  const leaving = new AbortController()
  const authorization = `Bearer ${token}`
  let listening: () => void = () => {}
  let before = new Promise<void>((resolve) => {
    listening = resolve
  })

  function leave(): void {
    leaving.abort()
    inbox.close()
  }

  /** Settles once the gateway says that the command was dispatched: the next one may leave. */
  async function post(call: number, body: string): Promise<void> {
    const response = await fetch(new URL('v1/commands', url), {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body,
      signal: leaving.signal,
    })
    const answer = response.json().catch(() => lost)
    void answer.then((result) => inbox.deliver({ answer: call, result }))
  }

  void readEvents({
    url: new URL('v1/stream', url),
    authorization,
    signal: leaving.signal,
    onOpen: listening,
    onEvent: (event) => inbox.deliver({ event }),
  }).then(() => {
    leave()
    listening()
  })

  return {
    send(message) {
      const sent = ask.safeParse(message)
      if (inbox.closed() || !sent.success) return
      const { call, type, args } = sent.data
      const body = JSON.stringify({ type, args })
      before = before.then(() => post(call, body)).catch(() => inbox.deliver({ answer: call, result: lost }))
    },
    onMessage: inbox.onMessage,
    onClose: inbox.onClose,
    close() {
      inbox.close()
      void before.then(leave)
    },
  }
}

/** Nobody knows how far it came. */
const lost = {
  ok: false,
  fault: { code: 'StoreFailed', message: 'The host did not answer: this may or may not have happened.' },
}
