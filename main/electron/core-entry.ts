import type { MessageEvent, MessagePortMain } from 'electron'
import { attach } from '../doors/door.ts'
import { messagePort } from '../doors/message-port.ts'
import { openCore } from '../headless/core.ts'
import type { Run } from '../run.ts'
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
async function start({ data, passphrase, keyring, bootstrap, name }: StartOptions): Promise<void> {
  const opened = await openCore({
    directory: data,
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(keyring === undefined ? {} : { keyring: keyringUnder(keyring) }),
    bootstrap,
    name,
  })
  core = opened.run
  app.postMessage(opened.report)
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
