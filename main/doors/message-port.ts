import { mailbox, type Port } from '../../shared/port.ts'

/** What worker_threads' `MessagePort` and Electron's `MessagePortMain` have in common. */
export type MessageChannelEnd = {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start?(): void
  close(): void
}

/**
 * A Port over one end of a message channel. Electron's ports hand their listeners an event that holds the message in
 * `data`, worker_threads' ports the message itself: `unwrap` gets it out.
 */
export function messagePort(
  channel: MessageChannelEnd,
  unwrap: (received: unknown) => unknown = (message) => message,
): Port {
  const inbox = mailbox()
  channel.on('message', (received) => inbox.deliver(unwrap(received)))
  channel.on('close', inbox.close)
  channel.start?.()
  return {
    send(message) {
      if (!inbox.closed()) channel.postMessage(message)
    },
    onMessage: inbox.onMessage,
    onClose: inbox.onClose,
    close() {
      channel.close()
      inbox.close()
    },
  }
}
