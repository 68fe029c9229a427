import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import SecretStream from '@hyperswarm/secret-stream'
import type { KeyPair, NoiseStream } from 'hyperdht'
import { createWebSocketStream, WebSocket, WebSocketServer } from 'ws'
import { type Backoff, backoff } from './backoff.ts'
import { keepAlive, openingLimit, socketMessageLimit, unprovedLimit } from './limits.ts'
import type { Found } from './seeking.ts'

/** Where a device is reached by WebSocket; `device` (hex) when it is known whose it has to be. */
export type SocketAddress = { readonly url: string; readonly device: string | undefined }

/**
 * The way round a network without UDP: the same Noise stream, with both device keys proved, over a WebSocket. From
 * there on it is a connection like any other.
 */
export type Sockets = {
  /** the whole set; connections stay as they are */
  want(addresses: readonly SocketAddress[], now: number): void
  /** several times a second */
  check(now: number, found: readonly Found[]): void
  /** no new connections */
  stop(): void
  end(): void
}

type Sought = {
  readonly address: SocketAddress
  readonly retry: Backoff
  stream: NoiseStream | undefined
  since: number
}

/** Milliseconds that UDP is given first. */
const head = 1_500

export async function openSockets(
  keyPair: KeyPair,
  mayCallHere: boolean,
  listen: { readonly port: number; readonly host: string } | undefined,
  admit: (stream: NoiseStream) => void,
): Promise<Sockets> {
  const sought = new Map<string, Sought>()
  const server = listen && (await serve(listen, keyPair, admit))
  return {
    want(addresses, now) {
      const callable = addresses.filter(({ url }) => mayCallHere || !isHere(url))
      const next = new Map(callable.map((each) => [`${each.url} ${each.device ?? ''}`, each]))
      for (const name of sought.keys()) if (!next.has(name)) sought.delete(name)
      for (const [name, each] of next) {
        if (!sought.has(name)) sought.set(name, { address: each, retry: backoff(), stream: undefined, since: now })
      }
    },
    check(now, found) {
      const connected = new Set(found.map(({ device }) => device))
      for (const each of sought.values()) {
        const { device } = each.address
        const isThere = each.stream !== undefined || (device !== undefined && connected.has(device))
        if (isThere || now - each.since < head || !each.retry.due(now)) continue
        each.retry.attempted(now)
        dial(each, keyPair, admit)
      }
    },
    stop() {
      sought.clear()
      server?.close()
    },
    end() {
      for (const socket of server?.clients ?? []) socket.terminate()
    },
  }
}

/** Others say where to call: nobody is to make this device knock at its own ports. */
function isHere(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : 'localhost'
  return /^(localhost|0\.0\.0\.0|127\..*|\[::1?\]|\[::ffff:7f.*\])$/.test(host)
}

async function serve(
  { port, host }: { port: number; host: string },
  keyPair: KeyPair,
  admit: (stream: NoiseStream) => void,
): Promise<WebSocketServer> {
  let unproved = 0
  const server = new WebSocketServer({ port, host, maxPayload: socketMessageLimit, perMessageDeflate: false })
  server.on('connection', (socket) => {
    if (unproved >= unprovedLimit) return socket.terminate()
    unproved += 1
    secure(socket, false, keyPair, undefined, (stream) => {
      unproved -= 1
      if (stream) admit(stream)
    })
  })
  await once(server, 'listening')
  server.on('error', () => {})
  return server
}

function dial(sought: Sought, keyPair: KeyPair, admit: (stream: NoiseStream) => void): void {
  const { url, device } = sought.address
  const socket = new WebSocket(url, { maxPayload: socketMessageLimit, perMessageDeflate: false })
  sought.stream = secure(socket, true, keyPair, device, (stream) => {
    if (stream) admit(stream)
  })
  sought.stream.once('close', () => {
    sought.stream = undefined
  })
}

/** `done` is told once: the stream when both keys are proved, nothing when that did not come about in time. */
function secure(
  socket: WebSocket,
  isInitiator: boolean,
  keyPair: KeyPair,
  device: string | undefined,
  done: (stream: NoiseStream | undefined) => void,
): NoiseStream {
  const stream = new SecretStream(isInitiator, counted(socket), { keyPair })
  const limit = setTimeout(() => stream.destroy(), openingLimit * 1_000)
  // what goes wrong below is told by the stream's end
  stream.on('error', () => {})
  stream.once('close', () => {
    clearTimeout(limit)
    socket.terminate()
  })
  void stream.opened.then((isOpen) => {
    clearTimeout(limit)
    const isRight = isOpen && (device === undefined || Buffer.from(stream.remotePublicKey).toString('hex') === device)
    if (!isRight) stream.destroy()
    else stream.setKeepAlive(keepAlive)
    done(isRight ? stream : undefined)
  })
  return stream
}

/** As the library's own streams below: it counts what comes in, by which a link knows that the other end lives. */
function counted(socket: WebSocket): Duplex {
  const raw = Object.assign(createWebSocketStream(socket), { bytesReceived: 0, localHost: null })
  raw.on('error', () => {})
  socket.on('message', (data: Buffer) => {
    raw.bytesReceived += data.length
  })
  return raw
}
