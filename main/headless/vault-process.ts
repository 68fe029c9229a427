import { randomBytes } from 'node:crypto'
import type { Fault } from '../../shared/fault.ts'
import { attach } from '../doors/door.ts'
import { processPort } from '../doors/process-port.ts'
import { type Run, run } from '../run.ts'
import { openVault } from '../store/store.ts'
import { openSwarm } from '../swarm/swarm.ts'
import { order, type Report, type StartOrder } from './control.ts'

/**
 * The process the core runs in, with its vault and its swarm: a child that serves whoever started it, as the owner, and
 * ends with them. It answers its orders (control.ts) on one lane of their channel and commands on another.
 */
const control = processPort(process, 'control')
const commands = processPort(process, 'rpc')
const owner = 0
let core: Run | undefined
let leaving = false

control.onMessage((message) => {
  const given = order.parse(message)
  if (given.type === 'start') void start(given)
  else void leave()
})
control.onClose(() => void leave())
// A signal to the whole group is the host's to act on; it tells this process when to stop.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

async function start({ data, bootstrap, name, passphrase }: StartOrder): Promise<void> {
  try {
    const vault = await openVault({ directory: data, ...(passphrase === undefined ? {} : { passphrase }), note: warn })
    const opened = run({
      vault,
      openSwarm: (seed, on) => openSwarm({ seed, on, ...(bootstrap.length > 0 ? { bootstrap } : {}) }),
      now: Date.now,
      random: () => randomBytes(32),
      note,
    })
    const identity = await opened.start(name === undefined ? {} : { name })
    core = opened
    serve(opened)
    tell({ type: 'ready', ...identity, sealed: vault.sealed })
  } catch (error) {
    const known = faultOf(error)
    if (!known) note('error', 'the vault could not be opened', error)
    const unknown: Fault = { code: 'StoreFailed', message: `This vault could not be opened: ${error}` }
    tell({ type: 'failed', fault: known ?? unknown })
    await leave()
  }
}

function serve(running: Run): void {
  const door = attach(commands, owner, 'owner', (ask) => running.ask(ask.client, ask.call, ask.command, ask.args))
  running.attachClient(owner, door)
}

/** What was begun is finished and what was said is sent, but neither is waited for without end. */
async function leave(): Promise<void> {
  if (leaving) return
  leaving = true
  setTimeout(() => process.exit(1), FAREWELL).unref()
  await core?.stop()
  if (!process.connected) process.exit(0)
  process.once('disconnect', () => process.exit(0))
  control.close()
}

const FAREWELL = 1_400

function tell(report: Report): void {
  control.send(report)
}

function warn(text: string, about?: unknown): void {
  note('warn', text, about)
}

function note(level: string, text: string, about?: unknown): void {
  const more =
    about instanceof Error ? (about.stack ?? about.message) : about === undefined ? '' : JSON.stringify(about)
  process.stderr.write(`${level}: ${text}${more ? `: ${more}` : ''}\n`)
}

function faultOf(error: unknown): Fault | undefined {
  return error instanceof Error && 'fault' in error ? (error.fault as Fault) : undefined
}
