import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The top folder of this checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** A path inside it. */
export function inRoot(...parts) {
  return join(root, ...parts)
}

/** The Node that runs the core: the one the `node` package brings, of Electron's own line. */
export function coreNode() {
  const path = inRoot('node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(path)) return path
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  throw new Error('node_modules has no Node 24: run npm ci again, with its install scripts allowed.')
}

/** Says on stderr what goes on, so that stdout stays with whoever reads it. */
export function say(text) {
  process.stderr.write(`${text}\n`)
}

/** Runs a program to its end, its output on stderr; gives its exit code. */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 2, 2], ...options })
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)))
  })
}

/** Ends the process with a sentence instead of a stack: what is wrong is the machine's, not a bug. */
export function giveUp(error) {
  say(error instanceof Error ? error.message : String(error))
  process.exit(1)
}

/** The shell that npm runs this in, where it does: a signal to npm ends that shell, which passes nothing on. */
export const npmShell = process.env.npm_lifecycle_event ? process.ppid : undefined

// Gone before this even began: then whoever asked for it no longer does.
if (npmShell === 1) process.exit(1)

/** Calls `stop` on a signal to end, and when that shell is gone. */
export function onEnd(stop) {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => stop(signal))
  const check = () => process.ppid !== npmShell && stop('SIGTERM')
  if (npmShell !== undefined) setInterval(check, 250).unref()
}
