import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { type Fault, type FaultCode, fault, type Result } from '../../shared/fault.ts'
import { contentHeaders } from './content-headers.ts'
import { bearer, tokenCheck } from './guard.ts'
import { rangeOf } from './range.ts'
import { body, jsonHeaders, reject } from './reply.ts'

/** Where files stream in and out of the core's process: an address of this machine, for the process that started it. */
export type ByteDoor = { readonly port: number; close(): void }

/** What lies behind it. */
export type ByteSource = {
  upload(name: string, source: AsyncIterable<Uint8Array>): Promise<Result<{ uploadId: string; size: number }>>
  open(id: string): Promise<Result<Content>>
}

type Content = {
  readonly size: number
  readonly mime: string
  readonly name: string
  read(from: number, to: number): AsyncIterable<Uint8Array>
}

/** Bound to 127.0.0.1; whoever does not bear the token is told nothing. */
export async function openByteDoor(source: ByteSource, token: string): Promise<ByteDoor> {
  const isKnown = tokenCheck(token)
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    if (!isKnown(bearer(request.headers))) return reject(response, stranger)
    void answer(source, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, fail) => {
    server.once('error', fail)
    server.listen({ port: 0, host: '127.0.0.1', exclusive: true }, resolve)
  })
  // a file under way must not keep a process that was told to end
  server.unref()
  return { port: (server.address() as AddressInfo).port, close: () => shut(server) }
}

async function answer(source: ByteSource, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = URL.parse(`http://127.0.0.1${request.url}`)
  const id = /^\/v1\/blobs\/(blob:[0-9a-f]{64})$/.exec(decoded(url?.pathname ?? ''))?.[1]
  if (url?.pathname === '/v1/artifacts' && request.method === 'POST') {
    const result = await source.upload(url.searchParams.get('name') ?? '', request)
    response.writeHead(result.ok ? 200 : statusOf(result.fault), jsonHeaders).end(body(result))
    return
  }
  if (id && (request.method === 'GET' || request.method === 'HEAD')) return content(source, id, request, response)
  reject(response, { status: 404, code: 'UnknownCommand', detail: 'There is nothing here.' })
}

async function content(source: ByteSource, id: string, request: IncomingMessage, response: ServerResponse) {
  const opened = await source.open(id)
  if (!opened.ok) return refuseWith(response, opened.fault)
  const { size, mime, name, read } = opened.value
  const range = rangeOf(request.headers.range, size)
  if (range === 'unsatisfiable') {
    response.writeHead(416, { ...contentHeaders(mime, name), 'content-range': `bytes */${size}` }).end()
    return
  }
  const { from, to } = range ?? { from: 0, to: size }
  response.writeHead(range ? 206 : 200, {
    ...contentHeaders(mime, name),
    'accept-ranges': 'bytes',
    'content-length': to - from,
    ...(range ? { 'content-range': `bytes ${from}-${to - 1}/${size}` } : {}),
  })
  if (request.method === 'HEAD' || from === to) return void response.end()
  await pipeline(read(from, to), response)
}

function refuseWith(response: ServerResponse, reason: Fault): void {
  const text = body({ ok: false, fault: reason })
  response.writeHead(statusOf(reason), { ...jsonHeaders, 'content-length': Buffer.byteLength(text) })
  response.end(response.req.method === 'HEAD' ? undefined : text)
}

const statuses: Partial<Record<FaultCode, number>> = {
  ArtifactNotFound: 404,
  PayloadNotLoaded: 404,
  ArtifactRecalled: 410,
  NotPermitted: 403,
  TooLarge: 413,
  DiskFull: 507,
  InvalidArguments: 400,
}

function statusOf(reason: Fault): number {
  return statuses[reason.code] ?? 500
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return ''
  }
}

function shut(server: Server): void {
  server.close()
  server.closeAllConnections()
}

const stranger = { status: 401, code: 'Unauthorized', detail: fault('Unauthorized').message } as const
