import type { WebContents } from 'electron'
import { pageUrl } from './app-protocol.ts'

/** Holds any page where it is: it opens nothing, goes nowhere, embeds nothing and cannot keep its window open. */
export function harden(contents: WebContents): void {
  const stay = (event: { readonly url: string; preventDefault(): void }) => {
    if (event.url !== pageUrl) event.preventDefault()
  }
  contents.on('will-navigate', stay)
  contents.on('will-frame-navigate', stay)
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  // Preventing what would prevent: the window closes whatever the page says.
  contents.on('will-prevent-unload', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
}
