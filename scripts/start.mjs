import { homedir } from 'node:os'
import { join } from 'node:path'
import { giveUp, onEnd, say } from './checkout.mjs'
import { electronProgram, runElectron } from './electron.mjs'
import { startHost } from './host.mjs'
import { prepare } from './prepare.mjs'

/**
 * `npm start [-- ARGS]`: the app in Electron where it is here or can be fetched, else in a window of the system's
 * Chromium, else at an address. ARGS are those of `indra serve`. INDRA_HOST=electron or =browser insists on one.
 */
process.exitCode = await start(process.argv.slice(2)).catch(giveUp)

async function start(args) {
  await prepare()
  const data = args.some((arg) => arg === '--data' || arg.startsWith('--data=')) ? [] : ['--data', usualFolder()]
  const given = [...data, ...args]
  const wanted = process.env.INDRA_HOST
  const program = wanted === 'browser' || noScreen() ? undefined : await electronProgram()
  if (program) {
    say('Indra runs in Electron.')
    const code = await runElectron(program, given)
    if (code !== undefined) return code
  }
  if (wanted === 'electron') throw new Error('INDRA_HOST=electron, and Electron cannot be started.')
  return inBrowser(given)
}

async function inBrowser(args) {
  const host = startHost(['serve', '--app', ...args], 'inherit')
  onEnd(host.stop)
  const ready = await host.ready
  if (ready) {
    say(
      noScreen()
        ? 'Indra runs without a window: there is no display.'
        : 'Indra runs in a window of the system’s Chromium.',
    )
    process.stdout.write(`Indra is at ${ready.url}#token=${ready.token}\n`)
  }
  return host.ended
}

function noScreen() {
  return process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY
}

/** Where this system's programs keep what is a person's own. */
function usualFolder() {
  if (process.env.INDRA_DATA) return process.env.INDRA_DATA
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Indra')
  if (process.platform === 'win32') return join(process.env.APPDATA ?? homedir(), 'Indra')
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'indra')
}
