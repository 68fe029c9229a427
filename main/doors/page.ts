import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { everyAnswer } from './reply.ts'

/** One file of the built renderer, ready to be served. */
export type Served = { readonly headers: Record<string, string>; readonly body: string | Buffer }

/** Stands in the built index.html wherever each serving puts a fresh nonce (vite.config.ts, `html.cspNonce`). */
const NONCE_PLACE = 'indra-nonce-goes-here'

/**
 * The built renderer of folder `dir` by path: `/` is its index.html. All of it is read once, here: what was not in the
 * folder cannot be asked for, whatever the path says. Empty where nothing is built.
 */
export function loadPages(dir: string): (path: string, nonce: string) => Served | undefined {
  const files = new Map<string, Buffer>()
  for (const name of namesIn(dir)) files.set(`/${name}`, readFileSync(join(dir, name)))
  return (path, nonce) => {
    const name = path === '/' ? '/index.html' : path
    const bytes = files.get(name)
    if (!bytes) return undefined
    const type = extname(name)
    const html = type === '.html'
    return {
      headers: {
        ...everyAnswer,
        'content-type': types[type] ?? 'application/octet-stream',
        'cache-control': name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store',
        'content-security-policy': policy(nonce),
        'cross-origin-opener-policy': 'same-origin',
        'permissions-policy': 'camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=()',
        'x-frame-options': 'DENY',
      },
      body: html ? bytes.toString('utf8').replaceAll(NONCE_PLACE, nonce) : bytes,
    }
  }
}

/** Scripts only from here, style elements only with this serving's nonce, nothing from anywhere else. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self' blob:",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ')
}

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

function namesIn(dir: string): string[] {
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length).replaceAll('\\', '/').replace(/^\/+/, ''))
}
