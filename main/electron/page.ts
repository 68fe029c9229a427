import type { MessagePortMain, WebContents } from 'electron'

/** All that a page is ever told by its host; preload/preload.ts passes it on. */
type PageMessage =
  /** with the page's end of a channel to the core */
  | { readonly type: 'indra-port' }
  /** the person followed an `indra:` link */
  | { readonly type: 'indra-link'; readonly link: string }

/** What a window shows, as far as its host deals with it: it is told things and asked for none. */
export type Page = {
  /** whether there is a document to hear what is said */
  isThere(): boolean
  /** Called at each document that was loaded. */
  onLoad(listener: () => void): void
  onGone(listener: () => void): void
  tell(message: PageMessage, ports?: MessagePortMain[]): void
}

export function pageOf(contents: WebContents): Page {
  let isThere = false
  contents.on('dom-ready', () => {
    isThere = true
  })
  contents.on('render-process-gone', () => {
    isThere = false
  })
  contents.once('destroyed', () => {
    isThere = false
  })
  return {
    isThere: () => isThere,
    onLoad: (listener) => void contents.on('dom-ready', listener),
    onGone: (listener) => void contents.once('destroyed', listener),
    tell(message, ports = []) {
      if (isThere) contents.postMessage('indra', message, ports)
    },
  }
}
