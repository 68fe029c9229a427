import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { coreNode, inRoot } from './checkout.mjs'

/**
 * Starts `indra ARGS` as a child that ends with this process. `ready` is what its one line says, or `undefined` when it
 * ended without one (why stands on stderr); `ended` gives its exit code.
 */
export function startHost(args, stdin = 'ignore') {
  const child = spawn(coreNode(), [inRoot('out', 'main', 'headless.js'), ...args], {
    stdio: [stdin, 'pipe', 'inherit', 'ipc'],
  })
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
  const ready = new Promise((resolve) => {
    createInterface(child.stdout).once('line', (line) => resolve(JSON.parse(line)))
    void ended.then(() => resolve(undefined))
  })
  return { ready, ended, stop: () => child.kill('SIGTERM') }
}
