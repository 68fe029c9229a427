import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { z } from 'zod'
import type { PushEvent } from '../../shared/contract.ts'
import { ok, type Result, refuse } from '../../shared/fault.ts'
import type { Port } from '../../shared/port.ts'
import { type ByteAddress, byteRelay } from './byte-relay.ts'
import { type EventStream, eventStream, type StreamBounds } from './event-stream.ts'
import { bearer, fromHere, fromOwnPage, tokenCheck } from './guard.ts'
import { loadPages } from './page.ts'
import { flaw } from './plain.ts'
import { body, jsonHeaders, type Refusal, reject } from './reply.ts'
import { parseJson, readBody } from './request-body.ts'
import { serveSurfaces } from './surface-socket.ts'

/** The way in for a browser or a program on this machine: pages, commands and one stream of events. */
export type Gateway = {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string
  readonly port: number
  /** Tells every open stream. */
  push(event: PushEvent): void
  /** A new core begins: streams are dropped and cannot be resumed, so their readers load everything anew. */
  reset(): void
  close(): Promise<void>
}

export type GatewayOptions = {
  /** 0 or absent: any that is free */
  readonly port?: number | undefined
  /** whoever bears it is the owner */
  readonly token: string
  /** folder of the built renderer */
  readonly files: string
  /** hands one command to the core; its answer is passed on whole */
  readonly ask: (type: string, args: unknown) => Promise<Result<unknown>>
  /** where files stream in and out; without it none do */
  readonly bytes?: (() => Promise<ByteAddress | undefined>) | undefined
  readonly stream?: StreamBounds
  /** takes surfaces that edit live, each at its Port; there are none without */
  readonly surface?: (port: Port) => void
}

/** Opens the loopback gateway: `PortInUse` where another program listens. Bound to 127.0.0.1 and nothing else. */
export async function openGateway(options: GatewayOptions): Promise<Result<Gateway>> {
  const stream = eventStream(options.stream)
  const server = createServer({ requireHostHeader: false, headersTimeout: 10_000, requestTimeout: 0 })
  const port = await listen(server, options.port ?? 0)
  if (port === undefined) return refuse('PortInUse', `127.0.0.1:${options.port} cannot be listened on.`)
  const handle = router(options, port, stream)
  server.on('request', handle)
  server.on('checkContinue', handle)
  server.on('clientError', answerNonsense)
  const surfaces = options.surface && serveSurfaces(server, port, tokenCheck(options.token), options.surface)
  return ok({
    url: `http://127.0.0.1:${port}/`,
    port,
    push: stream.push,
    reset: stream.reset,
    close() {
      stream.close()
      surfaces?.close()
      return shut(server)
    },
  })
}

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void
type Route = { readonly methods: readonly string[]; readonly needsToken: boolean; readonly handle: Handler }

function router(options: GatewayOptions, port: number, stream: EventStream): RequestListener {
  const page = loadPages(options.files)
  const known = tokenCheck(options.token)
  const pages: Route = { methods: ['GET', 'HEAD'], needsToken: false, handle: pageHandler(page) }
  const bytes = byteRelay(options.bytes ?? (async () => undefined))
  const content: Route = { methods: ['GET', 'HEAD'], needsToken: true, handle: bytes }
  const routes: Record<string, Route> = {
    '/v1/commands': { methods: ['POST'], needsToken: true, handle: commandHandler(options.ask) },
    '/v1/artifacts': { methods: ['POST'], needsToken: true, handle: bytes },
    '/v1/stream': { methods: ['GET'], needsToken: true, handle: streamHandler(stream) },
  }

  function find(request: IncomingMessage): Refusal | { readonly route: Route; readonly url: URL } {
    const elsewhere = fromHere(request.headers, port)
    if (elsewhere) return elsewhere
    const url = request.url?.startsWith('/') ? URL.parse(`http://127.0.0.1:${port}${request.url}`) : null
    if (!url) return malformed('The address is not understood.')
    const known = Object.hasOwn(routes, url.pathname) ? routes[url.pathname] : undefined
    const route = known ?? (isContent(url) ? content : page(url.pathname, '') && pages)
    if (!route) return { status: 404, code: 'UnknownCommand', detail: 'There is nothing here.' }
    if (!route.methods.includes(request.method ?? '')) return wrongMethod(route.methods)
    return (route.needsToken && stranger(request, url)) || { route, url }
  }

  function stranger(request: IncomingMessage, url: URL): Refusal | undefined {
    // EventSource and pictures cannot set a header: for these alone the token may stand in the address.
    const mayBeInAddress = url.pathname === '/v1/stream' || isContent(url)
    const inAddress = mayBeInAddress ? (url.searchParams.get('token') ?? undefined) : undefined
    return fromOwnPage(request.headers) ?? (known(bearer(request.headers) ?? inAddress) ? undefined : noToken)
  }

  return (request, response) => {
    const found = find(request)
    if ('route' in found) found.route.handle(request, response, found.url)
    else reject(response, found)
  }
}

function isContent(url: URL): boolean {
  return url.pathname.startsWith('/v1/blobs/')
}

const command = z.strictObject({ type: z.string().max(64), args: z.unknown().optional() })

function commandHandler(ask: GatewayOptions['ask']): Handler {
  return async (request, response) => {
    const bytes = await readBody(request, response)
    if (bytes === 'gone') return
    if (bytes === 'too-large') {
      return reject(response, { status: 413, code: 'TooLarge', detail: 'A request holds at most 4 MiB.' })
    }
    const sent = command.safeParse(parseJson(bytes))
    if (!sent.success) return reject(response, malformed('The body has to be JSON: {"type":"noun.verb","args":{}}.'))
    const problem = flaw(sent.data.args)
    if (problem) return reject(response, malformed(problem))
    const answer = ask(sent.data.type, sent.data.args ?? {})
    // Dispatched: the status is certain. Sent at once, it lets a client send its next command in order.
    response.writeHead(200, jsonHeaders).flushHeaders()
    response.end(body(await answer))
  }
}

function streamHandler(stream: EventStream): Handler {
  return (request, response) => {
    const cursor = request.headers['last-event-id']
    if (!stream.open(response, typeof cursor === 'string' ? cursor : undefined)) reject(response, goneCursor)
  }
}

function pageHandler(page: ReturnType<typeof loadPages>): Handler {
  return (request, response, url) => {
    const served = page(url.pathname, randomBytes(16).toString('base64'))
    if (!served) return
    response.writeHead(200, { ...served.headers, 'content-length': Buffer.byteLength(served.body) })
    response.end(request.method === 'HEAD' ? undefined : served.body)
  }
}

const noToken: Refusal = {
  status: 401,
  code: 'Unauthorized',
  detail: 'The token is missing or not this one.',
  headers: { 'www-authenticate': 'Bearer' },
}
const goneCursor: Refusal = {
  status: 410,
  code: 'InvalidArguments',
  detail: 'What followed that event is gone: load everything, then open a new stream.',
}

function wrongMethod(methods: readonly string[]): Refusal {
  const detail = `This is done with ${methods.join(' or ')}.`
  return { status: 405, code: 'InvalidArguments', detail, headers: { allow: methods.join(', ') } }
}

function malformed(detail: string): Refusal {
  return { status: 400, code: 'InvalidArguments', detail }
}

/** What is not HTTP gets its refusal as well, in the shape of every other, and loses the connection. */
function answerNonsense(_error: Error, socket: Socket): void {
  if (!socket.writable) return void socket.destroy()
  const text = body(refuse('InvalidArguments', 'This is not a request.'))
  const head = 'HTTP/1.1 400 Bad Request\r\ncontent-type: application/json; charset=utf-8\r\nconnection: close\r\n'
  socket.end(`${head}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
}

function listen(server: Server, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve((server.address() as AddressInfo).port))
  })
}

/** Open answers get a moment to finish. */
function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const hurry = setTimeout(() => server.closeAllConnections(), 500)
    server.close(() => {
      clearTimeout(hurry)
      resolve()
    })
  })
}
