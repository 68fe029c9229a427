import { refuse } from '../../shared/fault.ts'
import { mailbox, type Port } from '../../shared/port.ts'
import { type Client, connect } from '../../shared/rpc.ts'
import type { TransportListener } from './listener.ts'

/** The name of the message with which the preload hands over a port, as `ports[0]`. */
const handover = 'indra-port'

/**
 * The window's transport: waits for a port from the preload, and for a new one whenever the core was started again. In
 * between, calls are answered with a fault; nothing is retried, since only the person knows whether it should be.
 */
export function windowTransport(listener: TransportListener): Promise<Client> {
  let inner: Client | undefined
  return new Promise((resolve) => {
    globalThis.addEventListener('message', (event: MessageEvent<unknown>) => {
      const [port] = event.ports
      if (event.source !== globalThis.window || !isHandover(event.data) || !port) return
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
    globalThis.postMessage({ type: 'indra-ready' }, globalThis.location.origin)
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

function isHandover(data: unknown): boolean {
  return data === handover || (typeof data === 'object' && data !== null && 'type' in data && data.type === handover)
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
