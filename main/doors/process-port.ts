import { mailbox, type Port } from '../../shared/port.ts'

/** What a process and its child have in common: `process` at the one end, the `ChildProcess` at the other. */
export type Channel = {
  readonly connected: boolean
  send?(message: unknown, handle: undefined, options: undefined, sent: (error: Error | null) => void): boolean
  on(event: 'message', listener: (message: unknown) => void): unknown
  once(event: 'disconnect', listener: () => void): unknown
  disconnect(): void
}

/**
 * A Port over the channel between a process and its child. Several share one channel: each carries what was sent under
 * the same `lane` at the other end. Closing one closes the channel, and so all of them, as does the end of either
 * process. Make the Ports of one end in the same turn of the loop, or what comes meanwhile is lost to the later ones.
 */
export function processPort(channel: Channel, lane: string): Port {
  const inbox = mailbox()
  channel.on('message', (message) => {
    if (isCarried(message) && message.lane === lane) inbox.deliver(message.body)
  })
  if (channel.connected) channel.once('disconnect', inbox.close)
  else inbox.close()

  function disconnectWhenSent(): void {
    if (inbox.closed() && channel.connected && !unsent.get(channel)) channel.disconnect()
  }
  /** A channel that broke while sending says so by closing: the error itself adds nothing. */
  function sent(): void {
    unsent.set(channel, (unsent.get(channel) ?? 1) - 1)
    disconnectWhenSent()
  }

  return {
    send(message) {
      if (inbox.closed() || !channel.connected) return
      unsent.set(channel, (unsent.get(channel) ?? 0) + 1)
      channel.send?.({ lane, body: message }, undefined, undefined, sent)
    },
    onMessage: inbox.onMessage,
    onClose: inbox.onClose,
    close() {
      inbox.close()
      disconnectWhenSent()
    },
  }
}

/** Messages under way on each channel, of all its lanes. */
const unsent = new WeakMap<Channel, number>()

function isCarried(message: unknown): message is { lane: string; body: unknown } {
  return typeof message === 'object' && message !== null && 'lane' in message && 'body' in message
}
