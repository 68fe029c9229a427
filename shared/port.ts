/**
 * A two-way pipe of plain JSON messages: in order, at most once each, whole. A MessagePort, a child process, SSE + POST
 * and an in-memory pair are all Ports and pass one acceptance suite (port.suite.ts). What was sent before a close still
 * arrives; what is sent after it is dropped in silence.
 */
export interface Port {
  send(message: unknown): void
  /** One listener; messages that came before it are kept for it. */
  onMessage(listener: (message: unknown) => void): void
  /** Called once, also when already closed. */
  onClose(listener: () => void): void
  /** Ends both directions, at both ends. */
  close(): void
}

/** Two ends in one process. Messages arrive in a later microtask and are copied, as they would be across a wire. */
export function pair(): [Port, Port] {
  const left = mailbox()
  const right = mailbox()
  return [end(left, right), end(right, left)]
}

function end(own: Mailbox, peer: Mailbox): Port {
  return {
    send(message) {
      if (own.closed()) return
      const copy: unknown = JSON.parse(JSON.stringify(message))
      void Promise.resolve().then(() => peer.deliver(copy))
    },
    onMessage: own.onMessage,
    onClose: own.onClose,
    close() {
      own.close()
      void Promise.resolve().then(() => peer.close())
    },
  }
}

export type Mailbox = {
  deliver(message: unknown): void
  close(): void
  closed(): boolean
  onMessage(listener: (message: unknown) => void): void
  onClose(listener: () => void): void
}

/** The receiving half every Port needs: keeps early messages in order, tells of closing once. */
export function mailbox(): Mailbox {
  let listener: ((message: unknown) => void) | undefined
  const early: unknown[] = []
  const closers: (() => void)[] = []
  let isClosed = false
  return {
    deliver(message) {
      if (isClosed) return
      if (listener) listener(message)
      else early.push(message)
    },
    close() {
      if (isClosed) return
      isClosed = true
      for (const closer of closers.splice(0)) closer()
    },
    closed: () => isClosed,
    onMessage(next) {
      while (early.length > 0) next(early.shift())
      listener = next
    },
    onClose(next) {
      if (isClosed) next()
      else closers.push(next)
    },
  }
}
