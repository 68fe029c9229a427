import type { Session } from 'electron'
import { pageUrl } from './app-protocol.ts'

/** The one thing a page may do that asks for leave: put text on the clipboard when its person presses Copy. */
const allowed = 'clipboard-sanitized-write'

/** Denies every page of a session everything that there is a permission for. Electron alone would grant it all. */
export function restrictPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, grant, { requestingUrl }) =>
    grant(permission === allowed && isOwn(requestingUrl)),
  )
  session.setPermissionCheckHandler((_contents, permission, origin) => permission === allowed && isOwn(`${origin}/`))
  session.setDevicePermissionHandler(() => false)
}

/** Chromium writes an origin with a slash after it in some places and without in others. */
function isOwn(url: string): boolean {
  return url.startsWith(pageUrl)
}
