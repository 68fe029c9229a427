import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { ok, type Result } from '../../shared/fault.ts'
import { type Gateway, openGateway } from '../doors/gateway.ts'
import { openWindow } from './app-window.ts'
import type { ServeArguments } from './arguments.ts'
import type { Ready } from './control.ts'
import { type CoreProcess, startCore } from './core-process.ts'
import { removeDescriptor, writeDescriptor } from './descriptor.ts'
import { askPassphrase, choosePassphrase, givenPassphrase } from './passphrase.ts'
import { failed, note } from './stderr.ts'
import { stopSignal } from './stop-signal.ts'

/** What a host is made of besides its arguments. */
export type Places = {
  /** module of the core's process */
  readonly core: string
  /** folder of the built renderer */
  readonly renderer: string
}

/**
 * `indra serve`: one vault, its core in a child process, its interface on a port of this machine. Prints one line of JSON
 * when ready; gives the exit code once told to stop. What keeps it from starting is one line of JSON on stderr.
 */
export async function serve(args: ServeArguments, places: Places): Promise<number> {
  const stopped = stopSignal()
  const token = randomBytes(32).toString('base64url')
  const given = givenPassphrase(args.passphraseFile)
  if (!given.ok) return failed(given.fault)
  const passphrase = given.value ?? (await Promise.race([choosePassphrase(args.data), stopped.then(() => STOPPED)]))
  if (passphrase === STOPPED) return 0
  const opened = await openGateway({ port: args.port, token, files: places.renderer, ask: (...ask) => core.ask(...ask) })
  if (!opened.ok) return failed(opened.fault)
  const gateway = opened.value
  let core = coreOf(args, places, gateway, passphrase)
  let ready: Result<Ready> | undefined = await Promise.race([core.ready, stopped])
  if (ready?.ok === false && ready.fault.code === 'Unauthorized' && passphrase === undefined) {
    const typed = await Promise.race([askPassphrase('Passphrase: '), stopped])
    if (typed !== undefined) {
      core = coreOf(args, places, gateway, typed)
      ready = await Promise.race([core.ready, stopped])
    }
  }
  if (ready?.ok) await untilEnd(args, { url: gateway.url, token }, ready.value, stopped)
  removeDescriptor(args.data, token)
  await Promise.all([core.stop(), gateway.close()])
  return ready?.ok === false ? failed(ready.fault) : 0
}

const STOPPED = Symbol('stopped')
