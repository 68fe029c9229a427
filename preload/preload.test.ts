import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

/** A page's window, as its preload sees it: what is posted to it arrives as a message from itself. */
class PageWindow extends EventTarget {
  readonly location = { origin: 'indra-app://indra' }
  readonly posted: { data: unknown; origin: string; ports: unknown[] }[] = []

  postMessage(data: unknown, origin: string, ports: unknown[] = []): void {
    this.posted.push({ data, origin, ports })
    this.arrive(data, this)
  }
  arrive(data: unknown, source: unknown): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data, source }))
  }
}

let page: PageWindow
const port = { name: 'port' }
const handedOver = { data: { type: 'indra-port' }, origin: 'indra-app://indra', ports: [port] }

beforeEach(async () => {
  vi.resetModules()
  page = new PageWindow()
  vi.stubGlobal('window', page)
  await import('./preload.ts')
})
afterEach(() => vi.unstubAllGlobals())

async function hostSays(message: unknown, ports: unknown[]): Promise<void> {
  const electron = await import('electron')
  electron.ipcRenderer.emit('indra', { ports }, message)
}

it('ELECTRON-20 gives the page nothing but what the host tells it', () => {
  const own = Object.keys(page).toSorted()
  expect(own).toEqual(Object.keys(new PageWindow()).toSorted())
  expect(page.posted).toEqual([])
  const source = readFileSync(new URL('preload.ts', import.meta.url), 'utf8')
  expect(source).not.toMatch(/contextBridge|exposeIn|ipcRenderer\.(?!on\b)|window\[|globalThis/)
})

it('PRELOAD-1 hands over a port that came before the page listened, once it does', async () => {
  await hostSays({ type: 'indra-port' }, [port])
  expect(page.posted).toEqual([])
  page.arrive({ type: 'indra-ready' }, page)
  expect(page.posted).toEqual([handedOver])
  page.arrive({ type: 'indra-ready' }, page)
  expect(page.posted).toHaveLength(1)
})

it('PRELOAD-2 hands over at once what comes later, in order', async () => {
  page.arrive({ type: 'indra-ready' }, page)
  await hostSays({ type: 'indra-port' }, [port])
  await hostSays({ type: 'indra-link', link: 'indra:x' }, [])
  expect(page.posted.map(({ data }) => data)).toEqual([{ type: 'indra-port' }, { type: 'indra-link', link: 'indra:x' }])
})

it('PRELOAD-3 hears only the page itself, and only that it is ready', async () => {
  await hostSays({ type: 'indra-port' }, [port])
  for (const data of [undefined, null, 'indra-ready', 7, {}, { type: 'ready' }, []]) page.arrive(data, page)
  page.arrive({ type: 'indra-ready' }, { name: 'another frame' })
  expect(page.posted).toEqual([])
})
