import { randomBytes } from 'node:crypto'
import { protocol } from 'electron'
import type { ByteAddress } from '../doors/byte-relay.ts'
import { loadPages } from '../doors/page.ts'

const scheme = 'indra-app'
/** The one host there is: an origin of its own, which no other page can have. */
const host = 'indra'

export const pageUrl = `${scheme}://${host}/`

/** Makes the scheme an origin like a web site's, served securely. Only before the app is ready. */
export function claimScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/**
 * Answers the scheme with what was in the folder of the built renderer when this was called, under its content security
 * policy, and with nothing else. `false`: the folder has no page.
 */
export function servePages(folder: string, bytes: () => Promise<ByteAddress | undefined>): boolean {
  const pages = loadPages(folder)
  if (!pages('/', '')) return false
  protocol.handle(scheme, (request) => {
    const url = new URL(request.url)
    if (url.host !== host) return refusal(403)
    if (url.pathname.startsWith('/v1/blobs/')) return content(request, url, bytes)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405)
    const page = pages(url.pathname, randomBytes(16).toString('base64'))
    if (!page) return refusal(404)
    const body = typeof page.body === 'string' ? page.body : new Uint8Array(page.body)
    return new Response(request.method === 'HEAD' ? null : body, { headers: page.headers })
  })
  return true
}

/** A person's file, as the core's process hands it out. */
async function content(request: Request, url: URL, bytes: () => Promise<ByteAddress | undefined>): Promise<Response> {
  const core = await bytes()
  if (!core) return refusal(404)
  const range = request.headers.get('range')
  const headers = { authorization: `Bearer ${core.token}`, ...(range === null ? {} : { range }) }
  const method = request.method === 'HEAD' ? 'HEAD' : 'GET'
  return fetch(`http://127.0.0.1:${core.port}${url.pathname}`, { method, headers }).catch(() => refusal(404))
}

function refusal(status: 403 | 404 | 405): Response {
  const headers = { 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'" }
  return new Response(null, { status, headers })
}
