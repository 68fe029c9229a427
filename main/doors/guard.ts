import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Refusal } from './reply.ts'

/**
 * Refuses what a page of another site could have sent, also under a name that was made to point here: the Host must be
 * this machine's own at this port, and the Origin, where a browser names one, the same.
 */
export function fromHere(headers: IncomingHttpHeaders, port: number): Refusal | undefined {
  const host = headers.host?.toLowerCase()
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return { status: 403, code: 'Unauthorized', detail: `Only 127.0.0.1:${port} is served here.` }
  }
  const { origin } = headers
  return origin === undefined || origin.toLowerCase() === `http://${host}` ? undefined : foreign
}

/** Refuses what a browser says another page made it ask, also where it names no Origin (images, scripts). */
export function fromOwnPage(headers: IncomingHttpHeaders): Refusal | undefined {
  const site = headers['sec-fetch-site']
  return site === undefined || site === 'same-origin' || site === 'none' ? undefined : foreign
}

const foreign: Refusal = { status: 403, code: 'Unauthorized', detail: 'Other sites may not ask.' }

/** Compares tokens without telling by its time how much of one was right. */
export function tokenCheck(token: string): (given: string | undefined) => boolean {
  const expected = digest(token)
  return (given) => given !== undefined && timingSafeEqual(digest(given), expected)
}

/** The token of an `Authorization: Bearer …` header. */
export function bearer(headers: IncomingHttpHeaders): string | undefined {
  return /^bearer +([^\s]+)$/i.exec(headers.authorization ?? '')?.[1]
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
