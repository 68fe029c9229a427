import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { cleanUp, temporaryFolder, writePage } from './app.fixture.ts'

type World = typeof import('./world.stub.ts')['world']

let world: World
let stateFile: string
let open: (place?: string) => void

beforeEach(async () => {
  vi.resetModules()
  world = (await import('./world.stub.ts')).world
  const { claimScheme, servePages } = await import('./app-protocol.ts')
  const { openAppWindow } = await import('./app-window.ts')
  const folder = temporaryFolder()
  writePage(folder)
  claimScheme()
  world.isReady = true
  servePages(folder, async () => undefined)
  stateFile = join(folder, 'window.json')
  open = (place) => void openAppWindow({ preload: '/preload.cjs', stateFile, place, hasDevTools: false })
})
afterEach(cleanUp)

const kept = (state: unknown) => writeFileSync(stateFile, typeof state === 'string' ? state : JSON.stringify(state))

it('WINDOW-1 opens where it was closed', () => {
  open('100,50,900,700')
  world.window().close()
  open()
  expect(world.window().options).toMatchObject({ x: 100, y: 50, width: 900, height: 700 })
  world.window().maximize()
  world.window().close()
  open()
  expect(world.window().isMaximized()).toBe(true)
})

it('WINDOW-2 opens anew where what it remembers lies on no screen, or is not understood', () => {
  const good = { x: 10, y: 10, width: 900, height: 700, maximized: false }
  const lost = [
    { ...good, x: 5_000 },
    { ...good, x: -850 },
    { ...good, y: -10 },
    { ...good, y: 1_039 },
    { ...good, width: '900' },
    { ...good, width: 0 },
    { ...good, x: 1e300 },
    {},
    [],
    'null',
    '{"x":',
    '',
  ]
  for (const state of lost) {
    kept(state)
    open()
    expect([state, world.window().options['width'], world.window().options['x']]).toEqual([state, 1280, undefined])
    world.window().destroy()
  }
  kept(good)
  open()
  expect(world.window().options).toMatchObject({ x: 10, width: 900 })
})

it('WINDOW-3 closes though its place cannot be remembered', () => {
  stateFile = join(stateFile, 'nowhere', 'window.json')
  open()
  world.window().close()
  expect(world.windows.size).toBe(0)
})

it('WINDOW-4 shows itself once painted, on the background of the page’s theme', async () => {
  const tokens = readFileSync(new URL('../../renderer/tokens.css', import.meta.url), 'utf8')
  const [dark, light] = [...tokens.matchAll(/--bg: (#\w+);/g)].map(([, color]) => color)
  open()
  const window = world.window()
  expect([window.options['show'], window.shown, window.background]).toEqual([false, [], dark])
  await new Promise((resolve) => window.once('ready-to-show', resolve))
  expect(window.shown).toEqual(['show'])
  world.isDark = false
  const { nativeTheme } = await import('electron')
  nativeTheme.emit('updated')
  expect(window.background).toBe(light)
  window.close()
  expect(nativeTheme.listenerCount('updated')).toBe(0)
})

it('WINDOW-5 loads its page again when the page’s process died, and not when it ended well', async () => {
  open()
  const { contents } = world.window()
  await new Promise((resolve) => contents.once('dom-ready', resolve))
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  contents.crash('clean-exit')
  expect(vi.getTimerCount()).toBe(0)
  contents.crash('oom')
  expect(vi.getTimerCount()).toBe(1)
  vi.runAllTimers()
  vi.useRealTimers()
  await new Promise((resolve) => contents.once('dom-ready', resolve))
  expect(contents.loaded).toHaveLength(2)
})

it('WINDOW-6 waits longer before each restart, and from the beginning again after a long run', async () => {
  const { restartPauses } = await import('./restart-pause.ts')
  const pause = restartPauses()
  expect([10, 10, 10, 10, 10, 10, 10, 10].map(pause)).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000])
  expect([40_000, 10].map(pause)).toEqual([100, 200])
})

it('WINDOW-7 has the menus of its platform, with what is for making it only while it is made', async () => {
  const { menuTemplate } = await import('./menu.ts')
  const roles = (platform: NodeJS.Platform, isPackaged: boolean) => JSON.stringify(menuTemplate(platform, isPackaged))
  for (const role of ['fileMenu', 'editMenu', 'windowMenu', 'zoomIn', 'togglefullscreen']) {
    expect(roles('linux', true)).toContain(`"${role}"`)
  }
  expect(roles('darwin', true)).toContain('"appMenu"')
  expect(roles('win32', true)).not.toContain('"appMenu"')
  expect(roles('linux', true)).not.toContain('toggleDevTools')
  expect(roles('linux', false)).toContain('toggleDevTools')
})
