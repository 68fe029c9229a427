import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { ok, type Result } from '../../shared/fault.ts'
import { openGateway } from '../doors/gateway.ts'
import { openWindow } from './app-window.ts'
import type { ServeArguments } from './arguments.ts'
import type { Ready } from './control.ts'
import { startCore } from './core-process.ts'
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
  const given = givenPassphrase(args.passphraseFile)
  if (!given.ok) return failed(given.fault)
  // Who asks for a window looks there, not at the terminal; the interface says how the key is kept.
  const mayAsk = given.value === undefined && args.window === 'none'
  const passphrase = mayAsk ? await choosePassphrase(args.data) : given.value
  let served = await host(args, places, passphrase)
  if (!served.ok && served.fault.code === 'Unauthorized' && passphrase === undefined) {
    const typed = await askPassphrase('Passphrase of this vault: ')
    if (typed !== undefined) served = await host(args, places, typed)
  }
  return served.ok ? 0 : failed(served.fault)
}

async function host(args: ServeArguments, places: Places, passphrase: string | undefined): Promise<Result<undefined>> {
  const stopped = stopSignal()
  const token = randomBytes(32).toString('base64url')
  const opened = await openGateway({
    port: args.port,
    token,
    files: places.renderer,
    ask: (...ask) => core.ask(...ask),
    bytes: () => core.bytes(),
    surface: (port) => core.surface(port),
  })
  if (!opened.ok) return opened
  const gateway = opened.value
  const core = startCore({
    module: places.core,
    start: {
      data: args.data,
      bootstrap: [...args.bootstrap],
      name: args.name,
      passphrase,
      keeper: args.keeper,
      keeperPort: args.keeperPort,
      keeperUrl: args.keeperUrl,
    },
    onEvent: gateway.push,
    onLost(why) {
      gateway.reset()
      note(`${why} It is started again.`)
    },
  })
  const ready = await Promise.race([core.ready, stopped])
  if (ready?.ok) await untilEnd(args, { url: gateway.url, token }, ready.value, stopped)
  removeDescriptor(args.data, token)
  await Promise.all([core.stop(), gateway.close()])
  return ready?.ok === false ? ready : ok(undefined)
}

type Address = { readonly url: string; readonly token: string }

/** Tells programs and people where the host is, and shows its window where one is wanted and can be had. */
async function untilEnd(
  args: ServeArguments,
  address: Address,
  ready: Ready,
  stopped: Promise<unknown>,
): Promise<void> {
  const { url, token } = address
  const { playerId, code, sealed } = ready
  leaveDescriptor(args.data, address)
  process.stdout.write(`${JSON.stringify({ ready: true, url, token, playerId, code })}\n`)
  if (!sealed) note(`The key of this vault lies beside it in ${args.data}, for whoever can read your files.`)
  if (args.window === 'none') return void (await stopped)
  const window = openWindow({ url, token, profile: join(args.data, 'window'), place: args.place })
  if ('why' in window) {
    note(`No window: ${window.why}. The interface is at ${url}#token=${token}`)
    return void (await stopped)
  }
  await (args.window === 'end' ? Promise.race([stopped, window.closed]) : stopped)
  window.close()
}

function leaveDescriptor(data: string, address: Address): void {
  try {
    writeDescriptor(data, { ...address, pid: process.pid })
  } catch (error) {
    note(`indra call will not find this host: ${error instanceof Error ? error.message : error}`)
  }
}
