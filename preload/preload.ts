import { ipcRenderer } from 'electron'

/** What the host said before the page listened. */
let early: (() => void)[] | undefined = []

ipcRenderer.on('indra', (event, message: unknown) => {
  const pass = () => window.postMessage(message, window.location.origin, [...event.ports])
  if (early) early.push(pass)
  else pass()
})

window.addEventListener('message', ({ source, data }: MessageEvent<unknown>) => {
  if (source !== window || typeof data !== 'object' || data === null || !('type' in data)) return
  if (data.type !== 'indra-ready') return
  for (const pass of early ?? []) pass()
  early = undefined
})
