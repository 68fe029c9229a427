import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openGateway } from '../doors/gateway.ts'
import { openWindow } from './app-window.ts'
import type { ServeArguments } from './arguments.ts'
import type { Ready } from './control.ts'
import { startCore } from './core-process.ts'
import { removeDescriptor, writeDescriptor } from './descriptor.ts'
import { givenPassphrase } from './passphrase.ts'
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
  const passphrase = givenPassphrase(args.passphraseFile)
  if (!passphrase.ok) return failed(passphrase.fault)
  const opened = await openGateway({
    port: args.port,
    token,
    files: places.renderer,
    ask: (type, given) => core.ask(type, given),
  })
  if (!opened.ok) return failed(opened.fault)
  const gateway = opened.value
  const core = startCore({
    module: places.core,
    start: { data: args.data, bootstrap: [...args.bootstrap], name: args.name, passphrase: passphrase.value },
    onEvent: gateway.push,
    onLost(why) {
      gateway.reset()
      note(`${why} It is started again.`)
    },
  })
  const ready = await Promise.race([core.ready, stopped])
  if (ready?.ok === false) {
    await gateway.close()
    return failed(ready.fault)
  }
  if (ready) {
    const window = announce(args, { url: gateway.url, token }, ready.value)
    await (window ? Promise.race([stopped, window.ended]) : stopped)
    window?.close()
  }
  removeDescriptor(args.data, token)
  await Promise.all([core.stop(), gateway.close()])
  return 0
}

type Address = { readonly url: string; readonly token: string }

/** Tells programs and people where the host is, and opens its window where one is wanted and can be had. */
function announce(args: ServeArguments, { url, token }: Address, { playerId, code, sealed }: Ready) {
  writeDescriptor(args.data, { url, token, pid: process.pid })
  process.stdout.write(`${JSON.stringify({ ready: true, url, token, playerId, code })}\n`)
  if (!sealed) note(`The key of this vault lies beside it in ${args.data}, for whoever can read your files.`)
  if (args.window === 'none') return undefined
  const window = openWindow({ url, token, profile: join(args.data, 'window'), place: args.place })
  if ('why' in window) return void note(`No window: ${window.why}. The interface is at ${url}#token=${token}`)
  return { ended: args.window === 'end' ? window.closed : new Promise<void>(() => {}), close: window.close }
}
