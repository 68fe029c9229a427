import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { coreNode, inRoot, run, say } from './checkout.mjs'

/** The Chromium that tests drive: the system's, else the one that Playwright keeps; `undefined` when there is neither. */
export function findBrowser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const folders = (process.env.PATH ?? '').split(delimiter)
  const known = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  if (process.platform === 'darwin') known.push('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome')
  return known.find((path) => existsSync(path)) ?? (playwrightHas() ? 'playwright' : undefined)
}

/** Gets one: from Playwright's own store, or as root from Debian's. Says so where neither works; tests then tell. */
export async function installBrowser() {
  say('No Chromium found: asking Playwright for its own …')
  const playwright = await run(coreNode(), [inRoot('node_modules', 'playwright', 'cli.js'), 'install', 'chromium'], {
    timeout: 300_000,
  })
  if (playwright === 0 && playwrightHas()) return
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    return say(
      'There is no Chromium, and none could be had: install Chromium or Google Chrome for the tests in a browser.',
    )
  }
  say('Installing Chromium (apt-get install chromium) …')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update', '-qq'], { env })
  const code = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env })
  if (code !== 0) say(`apt-get ended with ${code}: the tests in a browser will fail.`)
}

function playwrightHas() {
  const store = process.env.PLAYWRIGHT_BROWSERS_PATH ?? defaultStore()
  return existsSync(store) && readdirSync(store).some((name) => name.startsWith('chromium'))
}

function defaultStore() {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'ms-playwright')
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? homedir(), 'ms-playwright')
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ms-playwright')
}
