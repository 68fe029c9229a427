import { type Mailbox, mailbox, type Port } from '../../shared/port.ts'

/**
 * Many Ports over one: `open` makes another, whose other end comes out at `onOpen` of the other side. All close with the
 * one that carries them.
 */
export function relay(carrier: Port, onOpen?: (port: Port) => void): { open(): Port } {
  const ends = new Map<number, Mailbox>()
  let opened = 0

  function end(number: number): Port {
    const inbox = mailbox()
    ends.set(number, inbox)
    return {
      send: (body) => (inbox.closed() ? undefined : carrier.send({ number, body })),
      onMessage: inbox.onMessage,
      onClose: inbox.onClose,
      close() {
        if (ends.delete(number)) carrier.send({ number, closed: true })
        inbox.close()
      },
    }
  }

  carrier.onMessage((message) => {
    const { number, body, closed } = message as { number: number; body?: unknown; closed?: true }
    const known = ends.get(number)
    if (closed) {
      ends.delete(number)
      known?.close()
    } else if (known) known.deliver(body)
    else if (onOpen) {
      const port = end(number)
      onOpen(port)
      ends.get(number)?.deliver(body)
    }
  })
  carrier.onClose(() => {
    for (const inbox of ends.values()) inbox.close()
    ends.clear()
  })

  return { open: () => end(opened++) }
}

/** Makes one pipe of two. */
export function join(one: Port, other: Port): void {
  one.onMessage(other.send)
  other.onMessage(one.send)
  one.onClose(other.close)
  other.onClose(one.close)
}
