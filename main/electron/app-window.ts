import { BrowserWindow, nativeTheme, type WebPreferences } from 'electron'
import { pageUrl } from './app-protocol.ts'
import { restartPauses } from './restart-pause.ts'
import { keepState, keptState, statedPlace } from './window-state.ts'

export type WindowOptions = {
  readonly preload: string
  /** where the window's place is remembered */
  readonly stateFile: string
  /** `X,Y,WIDTH,HEIGHT`, before what is remembered */
  readonly place: string | undefined
  readonly hasDevTools: boolean
}

/** Opens a window on the app's page, which is as shut in as Electron can make it. It shows itself once painted. */
export function openAppWindow(options: WindowOptions): BrowserWindow {
  const state = options.place === undefined ? keptState(options.stateFile) : statedPlace(options.place)
  const { maximized = false, ...bounds } = state ?? { width: 1280, height: 800 }
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 360,
    minHeight: 480,
    title: 'Indra',
    show: false,
    autoHideMenuBar: true,
    backgroundColor: background(),
    webPreferences: preferences(options),
  })
  if (maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  keepState(window, options.stateFile)
  followTheme(window)
  reloadWhenGone(window)
  void window.loadURL(pageUrl)
  return window
}

/** Everything said, though most of it is what Electron would do anyway: a default may change. */
function preferences({ preload, hasDevTools }: WindowOptions): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    plugins: false,
    navigateOnDragDrop: false,
    devTools: hasDevTools,
    // Elsewhere than on macOS Chromium would fetch its dictionaries from a server.
    spellcheck: process.platform === 'darwin',
  }
}

/** `--bg` of renderer/tokens.css: what is there before the page is, and at the edges while the window grows. */
function background(): string {
  return nativeTheme.shouldUseDarkColors ? '#09090b' : '#faf9f7'
}

function followTheme(window: BrowserWindow): void {
  const paint = () => window.setBackgroundColor(background())
  nativeTheme.on('updated', paint)
  window.once('closed', () => nativeTheme.off('updated', paint))
}

/** A page whose process died is loaded again: all it held was a mirror. */
function reloadWhenGone(window: BrowserWindow): void {
  const pause = restartPauses()
  let loaded = performance.now()
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    setTimeout(
      () => {
        if (window.isDestroyed()) return
        loaded = performance.now()
        window.webContents.reload()
      },
      pause(performance.now() - loaded),
    )
  })
}
