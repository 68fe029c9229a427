import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A window of its own, without a browser's frame. */
export type AppWindow = {
  /** when its last page was closed */
  readonly closed: Promise<void>
  close(): void
}

export type WindowOptions = {
  readonly url: string
  readonly token: string
  /** folder for the browser's own files and for the page that hands over the token; made if there is none */
  readonly profile: string
  /** `X,Y,WIDTH,HEIGHT` */
  readonly place: string | undefined
}

/**
 * Opens the interface in an app window of the Chromium that this machine has, or says in words why there is none. The
 * token goes by a file that only the owner can read: other users see command lines.
 */
export function openWindow({ url, token, profile, place }: WindowOptions): AppWindow | { readonly why: string } {
  const hasScreen = process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']
  if (process.platform === 'linux' && !hasScreen) return { why: 'there is no display' }
  const browser = findBrowser()
  if (!browser) return { why: 'no Chromium, Chrome or Edge was found (INDRA_BROWSER names one)' }
  mkdirSync(profile, { recursive: true, mode: 0o700 })
  const doorstep = join(profile, 'open.html')
  writeFileSync(doorstep, handover(`${url}#token=${token}`), { mode: 0o600 })
  const [x, y, width, height] = (place ?? '60,60,1280,800').split(',')
  const flags = [`--user-data-dir=${profile}`, `--window-position=${x},${y}`, `--window-size=${width},${height}`]
  const child = spawn(browser, [...quiet, ...unsandboxed(), ...flags, `--app=${pathToFileURL(doorstep)}`], {
    stdio: 'ignore',
  })
  return { closed: closing(child), close: () => void child.kill() }
}

const quiet = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-sync',
  '--disable-component-update',
  '--disable-background-networking',
]

/** Chromium refuses to run as root inside its sandbox; without `--test-type` it says so on top of every page. */
function unsandboxed(): string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox', '--test-type'] : []
}

function handover(url: string): string {
  return `<!doctype html><meta charset="utf-8"><title>Indra</title><meta http-equiv="refresh" content="0;url=${url}">\n`
}

/** A browser that hands its page to one already running ends at once: that is not its window being closed. */
const HANDED_OVER = 2_000

function closing(child: ChildProcess): Promise<void> {
  const opened = performance.now()
  return new Promise((resolve) => {
    child.once('error', () => {})
    child.once('exit', (code) => {
      if (code === 0 && performance.now() - opened > HANDED_OVER) resolve()
    })
  })
}

function findBrowser(): string | undefined {
  const named = process.env['INDRA_BROWSER']
  if (named) return existsSync(named) ? named : undefined
  return candidates().find((path) => existsSync(path))
}

function candidates(): string[] {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Brave Browser'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    )
  }
  const folders = [process.env['ProgramFiles'], process.env['ProgramFiles(x86)'], process.env['LOCALAPPDATA']]
  if (process.platform === 'win32') {
    const programs = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe']
    return folders.flatMap((folder) => (folder ? programs.map((program) => join(folder, program)) : []))
  }
  const names = [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'microsoft-edge',
    'brave-browser',
  ]
  const path = (process.env['PATH'] ?? '').split(delimiter)
  return names.flatMap((name) => path.map((folder) => join(folder, name)))
}
