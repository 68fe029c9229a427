import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { mailbox, type Port } from '../../shared/port.ts'
import { bearer, fromHere, fromOwnPage } from './guard.ts'
import { mostBytes } from './surface-guard.ts'

const path = '/v1/documents'
const mostSockets = 64
/** A surface that does not read is let go of when this much waits for it. */
const mostUnsent = 2 * mostBytes

/**
 * The gateway's way in for surfaces that edit live: a WebSocket as automerge-repo's own adapter opens it. Checked like
 * every other way in: Host, Origin, and the token, which may stand in the address since browsers can set no header here.
 */
export function serveSurfaces(
  server: Server,
  port: number,
  isToken: (given: string | undefined) => boolean,
  connect: (port: Port) => void,
): { close(): void } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: mostBytes })

  function refusal(request: IncomingMessage): number | undefined {
    if (fromHere(request.headers, port) || fromOwnPage(request.headers)) return 403
    const url = request.url?.startsWith('/') ? URL.parse(`http://127.0.0.1:${port}${request.url}`) : null
    if (url?.pathname !== path) return 404
    if (!isToken(bearer(request.headers) ?? url.searchParams.get('token') ?? undefined)) return 401
    return sockets.clients.size >= mostSockets ? 429 : undefined
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refused = refusal(request)
    if (refused !== undefined) return void socket.end(`HTTP/1.1 ${refused}\r\nconnection: close\r\n\r\n`)
    sockets.handleUpgrade(request, socket, head, (opened) => connect(socketPort(opened)))
  })
  return {
    close() {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}

function socketPort(socket: WebSocket): Port {
  const inbox = mailbox()
  socket.on('message', (data, isBinary) => {
    if (isBinary && data instanceof Buffer) inbox.deliver(data.toString('base64'))
    else socket.terminate()
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', inbox.close)
  return {
    send(message) {
      if (inbox.closed() || typeof message !== 'string') return
      if (socket.bufferedAmount > mostUnsent) socket.terminate()
      else socket.send(Buffer.from(message, 'base64'))
    },
    onMessage: inbox.onMessage,
    onClose: inbox.onClose,
    close() {
      socket.close()
      inbox.close()
    },
  }
}
