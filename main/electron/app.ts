import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { app, dialog, Menu, type Session, session } from 'electron'
import { ok, type Result } from '../../shared/fault.ts'
import { givenPassphrase } from '../headless/passphrase.ts'
import { claimScheme, servePages } from './app-protocol.ts'
import type { StartOptions } from './core-control.ts'
import { type CoreHost, startCoreHost } from './core-host.ts'
import { usualFolder } from './data-folder.ts'
import { asLink, linkIn } from './deep-link.ts'
import { type Launch, readLaunch } from './launch.ts'
import { menuTemplate } from './menu.ts'
import { restrictPermissions } from './permissions.ts'
import { restrictRequests } from './requests.ts'
import { type SingleWindow, singleWindow } from './single-window.ts'
import { keychainSecret } from './vault-key.ts'
import { harden } from './web-contents.ts'

/** Files that the app is made of, as absolute paths. */
export type Places = {
  /** module of the core's process */
  readonly core: string
  readonly preload: string
  /** folder of the built renderer */
  readonly renderer: string
}

/**
 * Runs the desktop app: one instance per vault folder, its core in a utility process, its interface in a window. Resolves
 * when the core answers, or when the app is about to end because it cannot start; what keeps it from that is shown.
 */
export async function startApp(places: Places): Promise<void> {
  app.enableSandbox()
  claimScheme()
  const launch = readLaunch(process.argv, process.defaultApp, usualFolder(process.env, process.platform, homedir()))
  if ('wrong' in launch) return giveUp(launch.wrong)
  const profile = claimProfile(launch.data)
  if (profile === undefined) return giveUp(`The folder ${launch.data} cannot be written.`)
  // The one that runs already hears of this one, and of its link.
  if (!app.requestSingleInstanceLock()) return app.quit()
  const window = singleWindow({
    preload: places.preload,
    stateFile: join(profile, 'window.json'),
    place: launch.place,
    hasDevTools: !app.isPackaged,
    onPage: (page) => core?.serve(page),
  })
  let core: CoreHost | undefined
  restrictEverything()
  followSystem(window, () => core)
  await app.whenReady()
  restrict(session.defaultSession)
  if (!servePages(places.renderer, async () => core?.bytes()))
    return giveUp('Its interface is missing: install Indra again, or build it.')
  if (app.isPackaged) app.setAsDefaultProtocolClient('indra')
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, app.isPackaged)))
  core = startCoreHost({ module: places.core, start: () => startOptions(launch), note })
  if (launch.link !== undefined) window.take(launch.link)
  window.begin()
  const ready = await core.ready
  if (!ready.ok) return giveUp(ready.fault.message)
  if (!ready.value.sealed)
    note(`The key of this vault lies beside it in ${launch.data}: there is no keychain to seal it.`)
}

/** Chromium's own files stand in the vault's folder; its lock on them is what makes the app run once per vault. */
function claimProfile(data: string): string | undefined {
  const profile = join(data, 'electron')
  try {
    mkdirSync(profile, { recursive: true, mode: 0o700 })
  } catch {
    return undefined
  }
  app.setPath('userData', profile)
  return profile
}

/** Whatever is there, now or later, is shut in before anything is loaded in it. */
function restrictEverything(): void {
  app.on('web-contents-created', (_event, contents) => harden(contents))
  app.on('session-created', restrict)
}

function restrict(created: Session): void {
  restrictPermissions(created)
  restrictRequests(created, !app.isPackaged)
}

/** What the system asks of a running app. */
function followSystem(window: SingleWindow, core: () => CoreHost | undefined): void {
  app.on('second-instance', (_event, argv) => {
    window.show()
    const link = linkIn(argv)
    if (link !== undefined) window.take(link)
  })
  app.on('open-url', (event, url) => {
    event.preventDefault()
    const link = asLink(url)
    if (link !== undefined) window.take(link)
  })
  app.on('activate', () => window.show())
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('will-quit', (event) => {
    const running = core()
    if (!running) return
    event.preventDefault()
    session.defaultSession.flushStorageData()
    void running.stop().then(() => app.exit(0))
  })
}

async function startOptions({ data, bootstrap, name, passphraseFile }: Launch): Promise<Result<StartOptions>> {
  const passphrase = givenPassphrase(passphraseFile)
  // What is in the environment, every process that is started from here would inherit.
  delete process.env['INDRA_PASSPHRASE']
  if (!passphrase.ok) return passphrase
  const keyring = passphrase.value === undefined ? await keychainSecret(join(data, 'vault.keychain')) : ok(undefined)
  if (!keyring.ok) return keyring
  return ok({ data, bootstrap: [...bootstrap], name, passphrase: passphrase.value, keyring: keyring.value })
}

function giveUp(why: string): void {
  dialog.showErrorBox('Indra cannot start', why)
  app.exit(1)
}

function note(text: string): void {
  process.stderr.write(`${text}\n`)
}
