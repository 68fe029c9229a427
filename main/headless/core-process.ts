import { type ChildProcess, fork } from 'node:child_process'
import type { PushEvent } from '../../shared/contract.ts'
import { type Fault, ok, type Result } from '../../shared/fault.ts'
import type { Port } from '../../shared/port.ts'
import { type Client, connect } from '../../shared/rpc.ts'
import { join, relay } from '../doors/port-relay.ts'
import { processPort } from '../doors/process-port.ts'
import { type Order, type Ready, report, type StartOrder } from './control.ts'

/** The core in a process of its own, started again whenever that one ends by itself. */
export type CoreProcess = {
  /** of the first start; a fault there is final */
  readonly ready: Promise<Result<Ready>>
  /** One command. While the core is starting again this waits a moment, then answers why it is not there. */
  ask(type: string, args: unknown): Promise<Result<unknown>>
  /** where files stream in and out of the core that answers */
  bytes(): Promise<Ready['bytes'] | undefined>
  /** Takes a surface that edits texts live to the core; it is let go of when the core ends, or is not there. */
  surface(port: Port): void
  /** Lets it finish what it has begun, for a second and a half at most. */
  stop(): Promise<void>
}

export type CoreOptions = {
  /** path of the module that runs in the process (vault-process.ts, or what was built of it) */
  readonly module: string
  readonly start: Omit<StartOrder, 'type'>
  onEvent(event: PushEvent): void
  /** The core ended and will be started again; what was told is forgotten. */
  onLost(why: string): void
}

/** How long a command waits for a core that is starting, and a stopping one has, in milliseconds. */
const PATIENCE = 2_000
const FAREWELL = 1_500
/** Pauses between starts double from the first to the longest; a core that ran for long begins with the first again. */
const FIRST_PAUSE = 100
const LONGEST_PAUSE = 5_000
const LONG_RUN = 30_000

export function startCore(options: CoreOptions): CoreProcess {
  let running = launch(options)
  let stopping = false
  /** the core that answers; while there is none, the one to come */
  let up = upcoming()
  let lost = away('Indra’s core is still starting.')

  async function keepRunning(): Promise<void> {
    let pause = FIRST_PAUSE
    let first = true
    while (!stopping) {
      const begun = performance.now()
      const started = await running.ready
      if (started.ok) up.arrive(running)
      else if (first) return
      const end = await running.ended
      if (stopping) return
      lost = started.ok ? end : started.fault
      up = started.ok ? upcoming() : up
      options.onLost(lost.message)
      pause = performance.now() - begun > LONG_RUN ? FIRST_PAUSE : pause
      await rest(pause)
      pause = Math.min(pause * 2, LONGEST_PAUSE)
      first = false
      if (!stopping) running = launch(options)
    }
  }
  void keepRunning()

  return {
    ready: running.ready,
    async ask(type, args) {
      const core = await within(up.arrival, PATIENCE)
      return core ? core.client.relay(type, args) : { ok: false, fault: lost }
    },
    async bytes() {
      const core = await within(up.arrival, PATIENCE)
      const started = await core?.ready
      return started?.ok ? started.value.bytes : undefined
    },
    surface(port) {
      void within(up.arrival, PATIENCE).then((core) => (core ? core.surface(port) : port.close()))
    },
    async stop() {
      stopping = true
      running.order({ type: 'stop' })
      if (!(await within(running.ended, FAREWELL))) running.kill()
      await running.ended
    },
  }
}

function upcoming(): { readonly arrival: Promise<Running>; arrive(core: Running): void } {
  let arrive: (core: Running) => void = () => {}
  const arrival = new Promise<Running>((resolve) => {
    arrive = resolve
  })
  return { arrival, arrive }
}

type Running = {
  readonly client: Client
  readonly ready: Promise<Result<Ready>>
  /** why, once it did */
  readonly ended: Promise<Fault>
  surface(port: Port): void
  order(order: Order): void
  kill(): void
}

function launch(options: CoreOptions): Running {
  const { INDRA_PASSPHRASE: _, ...env } = process.env
  const child = fork(options.module, [], { stdio: ['ignore', 2, 2, 'ipc'], env, execArgv: [] })
  const control = processPort(child, 'control')
  const client = connect(processPort(child, 'rpc'), options.onEvent)
  const surfaces = relay(processPort(child, 'surfaces'))
  const ended = endOf(child)
  const ready = new Promise<Result<Ready>>((resolve) => {
    control.onMessage((message) => {
      const heard = report.parse(message)
      resolve(heard.type === 'ready' ? ok(heard) : { ok: false, fault: heard.fault })
    })
    void ended.then((why) => resolve({ ok: false, fault: why }))
  })
  control.send({ type: 'start', ...options.start } satisfies Order)
  const surface = (port: Port) => join(port, surfaces.open())
  return { client, ready, ended, surface, order: control.send, kill: () => child.kill('SIGKILL') }
}

function endOf(child: ChildProcess): Promise<Fault> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(away(`Indra’s core could not be started: ${error.message}.`)))
    child.once('exit', (code, signal) => resolve(away(`Indra’s core ended by itself (${signal ?? `code ${code}`}).`)))
  })
}

function away(message: string): Fault {
  return { code: 'StoreFailed', message }
}

function within<T>(promise: Promise<T>, millis: number): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, millis, undefined)
    void promise.then((value) => {
      clearTimeout(timer)
      resolve(value)
    })
  })
}

function rest(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis)
  })
}
