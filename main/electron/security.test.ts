import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { cleanUp, startTested, type Tested } from './app.fixture.ts'

// One test for each item of https://www.electronjs.org/docs/latest/tutorial/security, under its number; 19 stands in
// packaging.test.ts, 20 in preload/preload.test.ts.

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })
let tested: Tested
beforeAll(async () => {
  tested = await startTested({ prepare: (world) => Object.assign(world, { isPackaged: true }) })
  await tested.started
})
afterAll(cleanUp)

const contents = () => tested.world.window().contents
const preferences = () => tested.world.window().options['webPreferences'] as Record<string, unknown>
const sources = readdirSync(new URL('.', import.meta.url))
  .filter((name) => name.endsWith('.ts') && !/\.(test|stub|fixture)\.ts$/.test(name))
  .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'))

it('ELECTRON-1 loads only its own content: every other request is cancelled', () => {
  const isCancelled = (url: string) =>
    tested.world.sessions.map(({ network }) => {
      let cancelled: boolean | undefined
      network({ url }, (answer) => {
        cancelled = answer.cancel
      })
      return cancelled
    })
  const foreign = [
    'http://example.org/',
    'https://example.org/indra-app://indra/',
    'ws://127.0.0.1/',
    'file:///etc/passwd',
    'data:text/html,hello',
    'devtools://devtools/bundled/inspector.html',
    'indra-app://indra.example.org/',
    'indra-app://other/',
    'blob:https://example.org/1',
  ]
  expect(tested.world.sessions.length).toBeGreaterThan(0)
  for (const url of foreign) expect([url, ...isCancelled(url)]).not.toContain(false)
  for (const url of ['indra-app://indra/', 'indra-app://indra/assets/a.js', 'blob:indra-app://indra/1']) {
    expect([url, ...isCancelled(url)]).not.toContain(true)
  }
})

it('ELECTRON-2 gives pages no Node', () => {
  expect(preferences()).toMatchObject({
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
  })
})

it('ELECTRON-3 isolates the preload from the page', () => {
  expect(preferences()).toMatchObject({ contextIsolation: true, preload: '/built/preload.cjs' })
})

it('ELECTRON-4 runs every page in the sandbox, from before the app is ready', () => {
  expect(preferences()).toMatchObject({ sandbox: true })
  const { log } = tested.world
  expect(log).toContain('app.enableSandbox')
  expect(log.indexOf('app.enableSandbox')).toBeLessThan(log.indexOf('ready'))
})

it('ELECTRON-5 denies permissions in every session, but for putting text on the clipboard', async () => {
  const { newSession } = await import('./electron.stub.ts')
  tested.app.emit('session-created', newSession())
  expect(tested.world.sessions).toHaveLength(2)
  const asked = (permission: string, origin: string) =>
    tested.world.sessions.flatMap(({ request, check }) => {
      const answers = [check({}, permission, origin), check({}, permission, `${origin}/`)]
      request({}, permission, (isGranted) => void answers.push(isGranted), { requestingUrl: `${origin}/` })
      return answers
    })
  const permissions = [
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'openExternal',
    'usb',
    'hid',
    'serial',
  ]
  const more = ['fullscreen', 'midi', 'pointerLock', 'display-capture', 'fileSystem', 'local-fonts', 'unknown']
  for (const permission of [...permissions, ...more]) {
    expect([permission, ...asked(permission, 'indra-app://indra')]).not.toContain(true)
  }
  expect(asked('clipboard-sanitized-write', 'indra-app://indra')).not.toContain(false)
  for (const origin of ['https://example.org', 'indra-app://indra.example.org', 'null']) {
    expect([origin, ...asked('clipboard-sanitized-write', origin)]).not.toContain(true)
  }
  for (const { device } of tested.world.sessions) expect(device({ deviceType: 'usb' })).toBe(false)
})

it('ELECTRON-6 leaves web security on', () => {
  expect(preferences()).toMatchObject({ webSecurity: true })
})

it('ELECTRON-7 serves its page under a content security policy that lets in nothing foreign', () => {
  const { headers } = contents().loaded[0]?.response ?? new Response()
  const rules = headers.get('content-security-policy')?.split('; ') ?? []
  for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
    expect(rules).toContain(rule)
  }
  expect(rules.join()).not.toMatch(/unsafe|https?:|\*/)
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

it('ELECTRON-8 allows no insecure content', () => {
  expect(preferences()).toMatchObject({ allowRunningInsecureContent: false })
})

it('ELECTRON-9 turns on no experimental features', () => {
  expect(preferences()).toMatchObject({ experimentalFeatures: false })
})

it('ELECTRON-10 turns on no Blink features, and no switch of Chromium’s', () => {
  expect(Object.keys(preferences())).not.toContain('enableBlinkFeatures')
  expect(sources.join('\n')).not.toMatch(/commandLine|enableBlinkFeatures/)
})

it('ELECTRON-11 has no webviews', () => {
  expect(preferences()).toMatchObject({ webviewTag: false, plugins: false })
})

it('ELECTRON-12 attaches no webview that a page makes all the same', () => {
  expect(contents().attempts('will-attach-webview')).toBe(false)
})

it('ELECTRON-13 lets no page go anywhere but to itself', () => {
  const urls = ['https://example.org/', 'file:///etc/passwd', 'indra-app://indra/assets/page.js', 'javascript:0', '']
  for (const url of urls) {
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      expect([event, url, contents().attempts(event, { url })]).toEqual([event, url, false])
    }
  }
  expect(contents().attempts('will-navigate', { url: 'indra-app://indra/' })).toBe(true)
  expect(preferences()).toMatchObject({ navigateOnDragDrop: false })
})

it('ELECTRON-14 opens no window for a page', () => {
  for (const url of ['https://example.org/', 'indra-app://indra/', 'about:blank']) {
    expect(contents().openHandler({ url })).toEqual({ action: 'deny' })
  }
})

it('ELECTRON-15 hands nothing to the system to open', () => {
  expect(sources.join('\n')).not.toMatch(/\bshell\b|openExternal/)
})

it('ELECTRON-16 is built for a line of Electron that is supported, pinned exactly', () => {
  const pinned = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(pinned.devDependencies.electron).toMatch(/^(4[5-9]|[5-9]\d)\.\d+\.\d+$/)
})

it('ELECTRON-17 takes no IPC message from any page: there is no handler whose sender could be false', () => {
  expect(sources.join('\n')).not.toMatch(/\bipcMain\b|\.ipc\b|ipc-message/)
})

it('ELECTRON-18 loads its page by a scheme of its own, which is an origin and no file', () => {
  expect(contents().loaded.map(({ url }) => url)).toEqual(['indra-app://indra/'])
  expect(contents().loaded[0]?.response.status).toBe(200)
  const privileges = tested.world.schemes.get('indra-app')
  expect(privileges).toMatchObject({ standard: true, secure: true })
  for (const power of ['bypassCSP', 'allowServiceWorkers', 'corsEnabled', 'allowExtensions']) {
    expect(privileges?.[power]).toBeFalsy()
  }
  expect(sources.join('\n')).not.toMatch(/loadFile|file:\/\//)
})

it('ELECTRON-21 keeps the developer tools out of a packaged app', () => {
  expect(preferences()).toMatchObject({ devTools: false })
  expect(JSON.stringify(tested.world.menu)).not.toMatch(/devtools|reload/i)
})

it('ELECTRON-22 makes no connection of its own from a page: no WebRTC around the proxy, no dictionaries fetched', () => {
  expect(contents().webRtcPolicy).toBe('disable_non_proxied_udp')
  expect(preferences()['spellcheck']).toBe(process.platform === 'darwin')
})
