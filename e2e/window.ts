import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright'

export type Look = Pick<BrowserContextOptions, 'colorScheme' | 'viewport' | 'reducedMotion'>

let browser: Browser | undefined

/** A Chromium window on a host's interface. What the page logs as an error fails the test that reads `mistakes`. */
export async function openWindow(url: string, look: Look = {}): Promise<{ page: Page; mistakes: string[] }> {
  browser ??= await launch()
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark', ...look })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await context.newPage()
  const mistakes: string[] = []
  page.on('pageerror', (error) => mistakes.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') mistakes.push(message.text())
  })
  await page.goto(url)
  return { page, mistakes }
}

export async function closeWindows(): Promise<void> {
  await browser?.close()
  browser = undefined
}

/** Kept under out/ at every run, and in docs/images when `INDRA_IMAGES` asks for it. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['INDRA_IMAGES'] ? '../docs/images' : '../out/test-results'
  const path = fileURLToPath(new URL(folder, import.meta.url))
  mkdirSync(path, { recursive: true })
  await page.screenshot({ path: join(path, `${name}.png`), animations: 'disabled' })
}

async function launch(): Promise<Browser> {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const executablePath = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync)
  const args = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']
  return chromium.launch({ args, ...(executablePath ? { executablePath } : {}) })
}
