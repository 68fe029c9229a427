import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { coreNode, giveUp, inRoot, npmShell, onEnd } from './checkout.mjs'
import { prepare } from './prepare.mjs'

/** `npm run -s indra -- ARGS`: the headless host and its commands, built first where sources are newer. */
let stop = () => process.exit(1)
onEnd((signal) => stop(signal))
await prepare().catch(giveUp)
const args = [inRoot('out', 'main', 'headless.js'), ...process.argv.slice(2)]

// Becoming the host, where Node can do that, leaves no process in between that a signal could miss.
if (process.execve && process.platform !== 'win32') {
  process.removeAllListeners('warning')
  const parent = npmShell === undefined ? {} : { INDRA_PARENT: String(npmShell) }
  process.execve(coreNode(), ['node', ...args], { ...process.env, ...parent })
}

const host = spawn(coreNode(), args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
stop = (signal) => host.kill(signal)
host.once('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
