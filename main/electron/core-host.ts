import { setTimeout as rest } from 'node:timers/promises'
import { MessageChannelMain, utilityProcess } from 'electron'
import { ok, type Result } from '../../shared/fault.ts'
import { type Ready, report } from '../headless/control.ts'
import type { CoreOrder, StartOptions } from './core-control.ts'
import type { Page } from './page.ts'
import { restartPauses } from './restart-pause.ts'

/** The core in a utility process, started again whenever that one ends by itself. */
export type CoreHost = {
  /** of the first start; a fault there is final */
  readonly ready: Promise<Result<Ready>>
  /** Gives each document that the page loads a channel to the core, and a new one whenever the core was started again. */
  serve(page: Page): void
  /** where files stream in and out of the core that answers */
  bytes(): Promise<Ready['bytes'] | undefined>
  /** Lets it finish what it has begun, for a second and a half at most. */
  stop(): Promise<void>
}

export type CoreHostOptions = {
  /** path of the module that runs in the process (core-entry.ts, or what was built of it) */
  readonly module: string
  /** Asked once, before the first start; a refusal is the first start's. */
  start(): Promise<Result<StartOptions>>
  /** Told in words when the core ended and is started again. */
  note(text: string): void
}

/** What a stopping core has, and then what ending it by force may take, in milliseconds. */
const FAREWELL = 1_500
const LAST = 300

export function startCoreHost({ module, start, note }: CoreHostOptions): CoreHost {
  const pages = new Set<Page>()
  let settle: (started: Result<Ready>) => void = () => {}
  const ready = new Promise<Result<Ready>>((resolve) => {
    settle = resolve
  })
  const stopping = new AbortController()
  let running: Running | undefined
  /** `running`, while it answers */
  let up: Running | undefined

  function connect(page: Page): void {
    if (!up || !page.isThere()) return
    const { port1, port2 } = new MessageChannelMain()
    up.order({ type: 'window' }, [port1])
    page.tell({ type: 'indra-port' }, [port2])
  }

  async function keepRunning(): Promise<void> {
    const options = await start()
    if (!options.ok) return settle(options)
    const pause = restartPauses()
    for (let isFirst = true; !stopping.signal.aborted; isFirst = false) {
      const begun = performance.now()
      const mine = launch(module, options.value)
      running = mine
      const started = await mine.ready
      if (started.ok) up = mine
      else mine.kill()
      // who stops it is not told that it did not start
      if (!stopping.signal.aborted) settle(started)
      for (const page of pages) connect(page)
      const end = await mine.ended
      up = undefined
      if (stopping.signal.aborted || (isFirst && !started.ok)) return
      note(`${started.ok ? end : started.fault.message} It is started again.`)
      await rest(pause(performance.now() - begun), undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  void keepRunning()

  return {
    ready,
    serve(page) {
      pages.add(page)
      page.onLoad(() => connect(page))
      page.onGone(() => pages.delete(page))
      connect(page)
    },
    async bytes() {
      const started = await up?.ready
      return started?.ok ? started.value.bytes : undefined
    },
    async stop() {
      stopping.abort()
      if (!running) return
      running.order({ type: 'stop' })
      if (await isOver(running, FAREWELL)) return
      running.kill()
      await isOver(running, LAST)
    },
  }
}

type Running = {
  readonly ready: Promise<Result<Ready>>
  /** why, once it did */
  readonly ended: Promise<string>
  order(order: CoreOrder, ports?: Electron.MessagePortMain[]): void
  kill(): void
}

function launch(module: string, options: StartOptions): Running {
  const child = utilityProcess.fork(module, [], { serviceName: 'Indra core', stdio: 'inherit' })
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code) => resolve(`The core ended (code ${code}).`))
  })
  const ready = new Promise<Result<Ready>>((resolve) => {
    child.on('message', (message: unknown) => {
      const heard = report.parse(message)
      resolve(heard.type === 'ready' ? ok(heard) : { ok: false, fault: heard.fault })
    })
    void ended.then((message) => resolve({ ok: false, fault: { code: 'StoreFailed', message } }))
  })
  const order = (given: CoreOrder, ports: Electron.MessagePortMain[] = []) => child.postMessage(given, ports)
  order({ type: 'start', ...options })
  return { ready, ended, order, kill: () => void child.kill() }
}

function isOver(running: Running, millis: number): Promise<boolean> {
  return Promise.race([running.ended.then(() => true), rest(millis, false)])
}
