import type { IncomingMessage, ServerResponse } from 'node:http'

/** Larger bodies are refused: before they are read where they say so themselves, else at the byte that is too many. */
const MOST_BYTES = 4 * 1024 * 1024

/** Milliseconds in which a body has to be here. */
const longest = 30_000

/** The whole body, `too-large`, or `gone` when the asker left meanwhile. */
export function readBody(request: IncomingMessage, response: ServerResponse): Promise<Buffer | 'too-large' | 'gone'> {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) return Promise.resolve('too-large')
  if (request.headers.expect !== undefined) response.writeContinue()
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= MOST_BYTES) return void chunks.push(chunk)
      chunks.length = 0
      resolve('too-large')
    })
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('close', () => resolve('gone'))
    request.once('error', () => resolve('gone'))
    const hurry = setTimeout(() => request.destroy(), longest)
    request.once('close', () => clearTimeout(hurry))
  })
}

/** JSON in valid UTF-8, or `undefined`: no JSON text means that. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
