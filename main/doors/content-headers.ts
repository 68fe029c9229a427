import { everyAnswer } from './reply.ts'

/**
 * How a person's file is handed to a browser: shown in place only where nothing in it can run, and everything else to be
 * saved, as plain bytes. Whatever it is, it is not guessed at, runs nothing, asks for nothing, and no cache keeps it: who
 * may see it can change.
 */
export function contentHeaders(mime: string, name: string): Record<string, string> {
  const isShown = shown.test(mime)
  return {
    ...everyAnswer,
    'content-type': mime === 'text/plain' ? 'text/plain; charset=utf-8' : isShown ? mime : 'application/octet-stream',
    'content-disposition': `${isShown ? 'inline' : 'attachment'}; filename*=UTF-8''${quoted(name)}`,
    'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    'cache-control': 'private, no-store',
  }
}

/** Pictures that are no programs, sound, moving pictures and plain text. */
const shown = /^(?:image\/(?:png|jpeg|gif|webp|avif|bmp)|audio\/[a-z0-9.-]+|video\/[a-z0-9.-]+|text\/plain)$/

/** RFC 8187: what is not plainly safe is percent-encoded, a lone surrogate replaced. */
function quoted(name: string): string {
  const wellFormed = name.replace(/\p{Surrogate}/gu, '\ufffd')
  return encodeURIComponent(wellFormed).replace(
    /['()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
