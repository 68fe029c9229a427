import { attach } from '../doors/door.ts'
import { relay } from '../doors/port-relay.ts'
import { processPort } from '../doors/process-port.ts'
import { openSurfaces } from '../doors/surfaces.ts'
import type { Run } from '../run.ts'
import { order, type Report, type StartOrder } from './control.ts'
import { openCore } from './core.ts'

/**
 * The process the core runs in, with its vault and its swarm: a child that serves whoever started it, as the owner, and
 * ends with them. It answers its orders (control.ts) on one lane of their channel and commands on another.
 */
const control = processPort(process, 'control')
const commands = processPort(process, 'rpc')
const live = processPort(process, 'surfaces')
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

async function start({ data, passphrase, bootstrap, name, ...more }: StartOrder): Promise<void> {
  const opened = await openCore({
    directory: data,
    ...(passphrase === undefined ? {} : { passphrase }),
    bootstrap,
    name,
    keeper: more.keeper,
    keeperPort: more.keeperPort,
    keeperUrl: more.keeperUrl,
  })
  core = opened.run
  if (core) serve(core)
  tell(opened.report)
  if (!core) await leave()
}

function serve(running: Run): void {
  const door = attach(commands, owner, 'owner', (ask) => running.ask(ask.client, ask.call, ask.command, ask.args))
  running.attachClient(owner, door)
  const surfaces = openSurfaces(running.surfaceTold)
  running.attachSurfaces(surfaces.show)
  relay(live, surfaces.connect)
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
