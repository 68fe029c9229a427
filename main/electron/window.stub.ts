import { EventEmitter } from 'node:events'
import type { MessagePort } from 'node:worker_threads'
import type { StubPort } from './utility-process.stub.ts'
import { preventable, strict, world } from './world.stub.ts'

type Said = { readonly channel: string; readonly message: { readonly type: string }; readonly ports: MessagePort[] }
type Rectangle = { x: number; y: number; width: number; height: number }

/** The page's side of a window: what it is told, in order. */
class StubPage {
  wantsToStay = false
  readonly #said: Said[] = []
  readonly #open: MessagePort[] = []
  #arrived: () => void = () => {}

  hear(said: Said): void {
    this.#said.push(said)
    this.#open.push(...said.ports)
    this.#arrived()
  }
  /** The next message; waits for it. */
  async next(): Promise<Said> {
    for (;;) {
      const said = this.#said.shift()
      if (said) return said
      await new Promise<void>((resolve) => {
        this.#arrived = resolve
      })
    }
  }
  /** The document is gone, and its ports with it. */
  forget(): void {
    for (const port of this.#open.splice(0)) port.close()
  }
}

export class StubWebContents extends EventEmitter {
  readonly page = new StubPage()
  readonly loaded: { url: string; response: Response }[] = []
  webRtcPolicy = 'default'
  openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' })
  #isDestroyed = false

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler
  }
  setWebRTCIPHandlingPolicy(policy: string): void {
    this.webRtcPolicy = policy
  }
  postMessage(channel: string, message: Said['message'], ports: StubPort[] = []): void {
    if (this.#isDestroyed) throw new Error('Object has been destroyed')
    this.page.hear({ channel, message, ports: ports.map((port) => port.give()) })
  }
  reload(): void {
    const url = this.loaded.at(-1)?.url
    if (url !== undefined) void this.load(url)
  }
  async load(url: string): Promise<void> {
    this.page.forget()
    const handler = world.handlers.get(new URL(url).protocol.slice(0, -1))
    if (!handler) throw new Error(`ERR_UNKNOWN_URL_SCHEME ${url}`)
    this.loaded.push({ url, response: await handler(new Request(url)) })
    if (!this.#isDestroyed) this.emit('dom-ready')
  }
  /** What a page or its content tries: whether Electron would let it. */
  attempts(event: string, more: object = {}): boolean {
    const attempt = preventable(more)
    this.emit(event, attempt)
    return !attempt.defaultPrevented
  }
  crash(reason = 'crashed'): void {
    this.page.forget()
    this.emit('render-process-gone', {}, { reason, exitCode: 1 })
  }
  end(): void {
    this.#isDestroyed = true
    this.page.forget()
    this.emit('destroyed')
  }
}

export class StubWindow extends EventEmitter {
  readonly options: Record<string, unknown>
  readonly contents = new StubWebContents()
  readonly webContents: StubWebContents
  readonly shown: string[] = []
  background: unknown
  #isDestroyed = false
  #isMaximized = false

  constructor(options: Record<string, unknown>) {
    super()
    this.options = options
    this.background = options['backgroundColor']
    this.webContents = strict('WebContents', this.contents)
    world.windows.add(this)
    world.onContents(this.webContents)
  }
  async loadURL(url: string): Promise<void> {
    await this.contents.load(url)
    this.emit('ready-to-show')
  }
  show(): void {
    this.shown.push('show')
  }
  focus(): void {
    this.shown.push('focus')
  }
  restore(): void {
    this.shown.push('restore')
  }
  isMinimized(): boolean {
    return false
  }
  maximize(): void {
    this.#isMaximized = true
  }
  isMaximized(): boolean {
    return this.#isMaximized
  }
  isDestroyed(): boolean {
    return this.#isDestroyed
  }
  getNormalBounds(): Rectangle {
    const { x = 10, y = 20, width, height } = this.options as Partial<Rectangle>
    return { x, y, width: width ?? 800, height: height ?? 600 }
  }
  setBackgroundColor(color: string): void {
    this.background = color
  }
  close(): void {
    if (this.contents.page.wantsToStay && this.contents.attempts('will-prevent-unload')) return
    if (!this.attemptsClose()) return
    this.destroy()
  }
  attemptsClose(): boolean {
    const closing = preventable()
    this.emit('close', closing)
    return !closing.defaultPrevented
  }
  destroy(): void {
    if (this.#isDestroyed) return
    this.#isDestroyed = true
    world.log.push('window closed')
    this.contents.end()
    this.emit('closed')
    world.windows.delete(this)
    if (world.windows.size === 0 && !world.isQuitting) world.onAllClosed()
  }
}
