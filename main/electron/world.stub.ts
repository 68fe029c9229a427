import type { EventEmitter } from 'node:events'
import type { StubUtilityProcess } from './utility-process.stub.ts'
import type { StubWindow } from './window.stub.ts'

type Answer = (allowed: boolean) => void

/** What was set on one session. */
type SessionHandlers = {
  request: (contents: unknown, permission: string, answer: Answer, details: { requestingUrl: string }) => void
  check: (contents: unknown, permission: string, origin: string) => boolean
  device: (details: unknown) => boolean
  network: (details: { url: string }, answer: (response: { cancel?: boolean }) => void) => void
}

/** Electron grants what nobody decides about, and sends what nobody cancels. */
const undecided = (): SessionHandlers => ({
  request: (_contents, _permission, answer) => answer(true),
  check: () => true,
  device: () => true,
  network: (_details, answer) => answer({}),
})

/** What a test may see of Electron's side of things, and change of the system's. */
class World {
  isPackaged = false
  isReady = false
  isQuitting = false
  isDark = true
  hasOtherInstance = false
  displays = [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }]
  keychain = { backend: 'gnome_libsecret', isAvailable: true, key: 'k1', formerKey: 'k0' }
  /** calls whose order matters */
  readonly log: string[] = []
  readonly errors: string[] = []
  readonly paths = new Map<string, string>()
  readonly schemes = new Map<string, Record<string, boolean>>()
  readonly handlers = new Map<string, (request: Request) => Response | Promise<Response>>()
  readonly defaultFor: string[] = []
  readonly windows = new Set<StubWindow>()
  readonly children: StubUtilityProcess[] = []
  readonly sessions: SessionHandlers[] = []
  menu: unknown[] = []
  exitCode: number | undefined
  readonly exited: Promise<number>
  leave: (code: number) => void = () => {}
  onContents: (contents: EventEmitter) => void = () => {}
  onAllClosed: () => void = () => {}

  constructor() {
    this.exited = new Promise((resolve) => {
      this.leave = resolve
    })
  }
  newHandlers(): SessionHandlers {
    const handlers = undecided()
    this.sessions.push(handlers)
    return handlers
  }
  /** The window that there has to be. */
  window(): StubWindow {
    const [window] = this.windows
    if (!window) throw new Error('there is no window')
    return window
  }
}

export const world = new World()

/** The same object, throwing on anything that it does not have. */
export function strict<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(from, key) {
      if (typeof key === 'string' && key !== 'then' && !(key in from)) throw new Error(`the stub has no ${name}.${key}`)
      const value: unknown = Reflect.get(from, key)
      // private fields are not reached through a Proxy
      return typeof value === 'function' ? value.bind(from) : value
    },
    set(from, key, value) {
      if (!(key in from)) throw new Error(`the stub has no ${name}.${String(key)}`)
      return Reflect.set(from, key, value)
    },
  })
}

/** Electron throws, or does nothing, when these come too late. */
export function mustBeEarly(call: string): void {
  if (world.isReady) throw new Error(`${call} has to be called before the app is ready`)
  world.log.push(call)
}

export function mustBeReady(call: string): void {
  if (!world.isReady) throw new Error(`${call} cannot be called before the app is ready`)
  world.log.push(call)
}

export type Preventable = { readonly defaultPrevented: boolean; preventDefault(): void }

export function preventable<T extends object>(more?: T): Preventable & T {
  const event = {
    ...more,
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true
    },
  } as Preventable & T & { defaultPrevented: boolean }
  return event
}

export function finish(code: number): void {
  world.log.push(`exit ${code}`)
  world.exitCode ??= code
  world.leave(code)
}
