import type { BrowserWindow } from 'electron'
import { openAppWindow, type WindowOptions } from './app-window.ts'
import { type Page, pageOf } from './page.ts'

/** The app's one window, which may be closed and opened again while the app runs. */
export type SingleWindow = {
  /** Opens it for the first time. Before that nothing else does. */
  begin(): void
  /** Brings it to the front, opening it where it was closed. */
  show(): void
  /** Shows it and hands its page the link; until there is a page the latest link waits. */
  take(link: string): void
}

export type SingleWindowOptions = WindowOptions & {
  /** Called with the page of each window that is opened. */
  onPage(page: Page): void
}

export function singleWindow({ onPage, ...options }: SingleWindowOptions): SingleWindow {
  let window: BrowserWindow | undefined
  let page: Page | undefined
  let waiting: string | undefined
  let hasBegun = false

  function open(): void {
    window = openAppWindow(options)
    page = pageOf(window.webContents)
    page.onLoad(passOn)
    onPage(page)
    window.once('closed', () => {
      window = undefined
      page = undefined
    })
  }

  function passOn(): void {
    if (waiting === undefined || !page?.isThere()) return
    page.tell({ type: 'indra-link', link: waiting })
    waiting = undefined
  }

  function show(): void {
    if (!hasBegun) return
    if (!window) return open()
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  return {
    begin() {
      hasBegun = true
      open()
    },
    show,
    take(link) {
      waiting = link
      show()
      passOn()
    },
  }
}
