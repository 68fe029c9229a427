import { refuse } from '../../shared/fault.ts'
import { mailbox, type Port } from '../../shared/port.ts'
import { type Client, connect } from '../../shared/rpc.ts'
import type { TransportListener } from './listener.ts'

/**
 * The window's transport: waits for a port from the preload, and for a new one whenever the core was started again. In
 * between, calls are answered with a fault; nothing is retried, since only the person knows whether it should be.
 */
export function windowTransport(listener: TransportListener, host: Window = window): Promise<Client> {
  let inner: Client | undefined
  return new Promise((resolve) => {
    host.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (event.source !== host) return
      const link = linkIn(event.data)
      if (link !== undefined) listener.onLink(link)
      const [port] = event.ports
      if (typeIn(event.data) !== 'indra-port' || !port) return
      const isFirst = inner === undefined
      inner?.close()
      const mine = connect(messagePort(port), listener.onEvent, () => {
        if (inner === mine) listener.onConnection('lost')
      })
      inner = mine
      listener.onConnection('live')
      if (isFirst) resolve(facade(() => inner))
      else listener.onGap()
    })
    host.postMessage({ type: 'indra-ready' }, host.location.origin)
  })
}

function facade(current: () => Client | undefined): Client {
  return {
    call(type, args) {
      const client = current()
      return client ? client.call(type, args) : Promise.resolve(gone)
    },
    relay: (type, args) => current()?.relay(type, args) ?? Promise.resolve(gone),
    close: () => current()?.close(),
  }
}

const gone = refuse('StoreFailed', 'The core went away.')

/** What the preload passes on says by its type what it is: `indra-port` (with the port as `ports[0]`) or `indra-link`. */
function typeIn(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'type' in data ? data.type : undefined
}

function linkIn(data: unknown): string | undefined {
  const isLink = typeIn(data) === 'indra-link' && typeof data === 'object' && data !== null && 'link' in data
  return isLink && typeof data.link === 'string' ? data.link : undefined
}

/** A MessagePort as a Port. */
function messagePort(port: MessagePort): Port {
  const inbox = mailbox()
  port.addEventListener('message', (event: MessageEvent<unknown>) => inbox.deliver(event.data))
  port.addEventListener('close', () => inbox.close())
  port.start()
  return {
    send: (message) => port.postMessage(message),
    onMessage: inbox.onMessage,
    onClose: inbox.onClose,
    close() {
      port.close()
      inbox.close()
    },
  }
}
