import { randomBytes } from 'node:crypto'
import type { MessageEvent, MessagePortMain } from 'electron'
import { type Fault, fault } from '../../shared/fault.ts'
import { attach } from '../doors/door.ts'
import { messagePort } from '../doors/message-port.ts'
import type { Report } from '../headless/control.ts'
import { type Run, run } from '../run.ts'
import { type OpenOptions, openVault } from '../store/store.ts'
import { openSwarm } from '../swarm/swarm.ts'
import { coreOrder, type StartOptions } from './core-control.ts'
import { keyringUnder } from './keyring.ts'

/**
 * The utility process the core runs in, with its vault and its swarm. It takes its orders (core-control.ts) from the app
 * and commands from pages, each at the end of a channel of its own, where the door checks every message.
 */
const app = process.parentPort
/** as long as there is none, it cannot be asked: pages are sent on only after it was reported ready */
let core: Run | undefined
let clients = 0
let isLeaving = false

app.on('message', ({ data, ports }: MessageEvent) => {
  const order = coreOrder.parse(data)
  if (order.type === 'start') void start(order)
  else if (order.type === 'window') for (const port of ports) serve(port)
  else void leave()
})
// Pressing Ctrl-C reaches every process of a terminal; the app says when to stop.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})

/** After a failure the process waits to be ended: what it said must arrive. */
async function start(options: StartOptions): Promise<void> {
  try {
    const vault = await openVault(vaultOptions(options))
    const { bootstrap, name } = options
    const opened = run({
      vault,
      openSwarm: (seed, on) => openSwarm({ seed, on, ...(bootstrap.length > 0 ? { bootstrap } : {}) }),
      now: Date.now,
      random: () => randomBytes(32),
      note,
    })
    const identity = await opened.start(name === undefined ? {} : { name })
    core = opened
    tell({ type: 'ready', ...identity, sealed: vault.sealed })
  } catch (error) {
    const known = faultOf(error)
    if (!known) note('error', 'the vault could not be opened', error)
    const unknown = fault('StoreFailed', error instanceof Error ? error.message : String(error))
    tell({ type: 'failed', fault: known ?? unknown })
  }
}

function vaultOptions({ data, passphrase, keyring }: StartOptions): OpenOptions {
  return {
    directory: data,
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(keyring === undefined ? {} : { keyring: keyringUnder(keyring) }),
    note: (text, about) => note('warn', text, about),
  }
}

function serve(channel: MessagePortMain): void {
  const running = core
  if (!running) return channel.close()
  const client = clients++
  const port = messagePort(channel, dataOf)
  const door = attach(port, client, 'owner', (ask) => running.ask(ask.client, ask.call, ask.command, ask.args))
  running.attachClient(client, door)
  port.onClose(() => running.detachClient(client))
}

function dataOf(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'data' in event ? event.data : undefined
}

/** What was begun is finished, but not waited for without end. */
async function leave(): Promise<void> {
  if (isLeaving) return
  isLeaving = true
  setTimeout(() => process.exit(1), FAREWELL).unref()
  await core?.stop()
  process.exit(0)
}

const FAREWELL = 1_400

function tell(report: Report): void {
  app.postMessage(report)
}

function note(level: string, text: string, about?: unknown): void {
  const more =
    about instanceof Error ? (about.stack ?? about.message) : about === undefined ? '' : JSON.stringify(about)
  process.stderr.write(`${level}: ${text}${more ? `: ${more}` : ''}\n`)
}

function faultOf(error: unknown): Fault | undefined {
  return error instanceof Error && 'fault' in error ? (error.fault as Fault) : undefined
}
