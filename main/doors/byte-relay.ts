import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import { reject } from './reply.ts'

/** Where the core's process lets files in and out, and what it knows us by. */
export type ByteAddress = { readonly port: number; readonly token: string }

/** Hands a request for bytes on to the core's process and its answer back, both as streams. */
export function byteRelay(address: () => Promise<ByteAddress | undefined>) {
  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const core = await address()
    if (!core) return reject(response, away)
    const { range, expect } = request.headers
    if (expect !== undefined) response.writeContinue()
    const name = url.searchParams.get('name')
    const onward = ask({
      host: '127.0.0.1',
      port: core.port,
      method: request.method,
      path: `${url.pathname}${name === null ? '' : `?name=${encodeURIComponent(name)}`}`,
      headers: { authorization: `Bearer ${core.token}`, ...(range === undefined ? {} : { range }) },
    })
    onward.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.once('error', () => response.destroy())
      answer.pipe(response)
    })
    onward.once('error', () => (response.headersSent ? response.destroy() : reject(response, away)))
    response.once('close', () => onward.destroy())
    request.once('error', () => onward.destroy())
    request.pipe(onward)
  }
}

const away = { status: 503, code: 'StoreFailed', detail: 'Indra’s core is not there.' } as const
