import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot, onEnd, root, run, say } from './checkout.mjs'

/** How long GitHub, or the mirror, may take to answer at all; and the download to end: install.js has no limit of its own. */
const REACHABLE = 8_000
const DOWNLOAD = 15 * 60_000
/** A start that ends so soon with an error did not work (a sandbox that the system forbids, a missing library). */
const EARLY = 10_000

const folder = inRoot('node_modules', 'electron')

/** Path of Electron's program, fetched if need be; `undefined`, after saying why, where it cannot be had. */
export async function electronProgram() {
  if (!existsSync(inRoot('out', 'main', 'electron.js'))) return undefined
  const present = presentProgram()
  if (present) return present
  const mirror = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'https://github.com/'
  if (!(await reachable(mirror))) return void say(`Electron is not here and ${new URL(mirror).host} does not answer.`)
  say('Fetching Electron …')
  // Its own checksums are enforced: a download that does not match is refused.
  const code = await run(process.execPath, [join(folder, 'install.js')], { timeout: DOWNLOAD }).catch(() => 1)
  return presentProgram() ?? void say(`Electron could not be fetched (${code}).`)
}

/** Runs the app in it; gives its exit code, or `undefined` when it did not start. */
export function runElectron(program, args) {
  const began = performance.now()
  const unsandboxed = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const child = spawn(program, [...unsandboxed, root, ...args], { stdio: 'inherit' })
  onEnd((signal) => child.kill(signal))
  return new Promise((resolve) => {
    child.once('error', () => resolve(undefined))
    child.once('exit', (code, signal) => {
      if (code !== 0 && !signal && performance.now() - began < EARLY) {
        say(`Electron ended at once (${code}). On Ubuntu 24.04 and later its sandbox needs:`)
        say('  sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0')
        resolve(undefined)
      } else resolve(code ?? 0)
    })
  })
}

/** Electron's own way of saying where it is; never by importing it, which would download. */
function presentProgram() {
  try {
    const name = readFileSync(join(folder, 'path.txt'), 'utf8')
    const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), name)
    return existsSync(path) ? path : undefined
  } catch {
    const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
    const path = override && join(override, process.platform === 'win32' ? 'electron.exe' : 'electron')
    return path && existsSync(path) ? path : undefined
  }
}

async function reachable(url) {
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(REACHABLE) })
    return true
  } catch {
    return false
  }
}
