import type { Session } from 'electron'
import { pageUrl } from './app-protocol.ts'

/**
 * Cancels every request of a session that is not for the app's own files: whatever a page was brought to ask for, nothing
 * leaves this machine through a window. The network is the core's, which has no page.
 */
export function restrictRequests(session: Session, hasDevTools: boolean): void {
  const own = [pageUrl, `blob:${pageUrl}`, ...(hasDevTools ? ['devtools:'] : [])]
  session.webRequest.onBeforeRequest(({ url }, answer) =>
    answer({ cancel: !own.some((start) => url.startsWith(start)) }),
  )
}
