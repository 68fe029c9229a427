import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MessagePort } from 'node:worker_threads'
import { vi } from 'vitest'
import { type Client, connect } from '../../shared/rpc.ts'
import { messagePort } from '../doors/message-port.ts'

const core = fileURLToPath(new URL('core-entry.ts', import.meta.url))
const page = '<!doctype html><title>Indra</title><script type="module" src="/assets/page.js"></script>'

export type Setting = {
  /** what stands after the program on its command line; `--data` is there already */
  readonly args?: readonly string[]
  readonly data?: string
  readonly hasPage?: boolean
  /** changes the world before the app starts in it */
  prepare?(world: World): unknown
}

type World = Awaited<ReturnType<typeof newWorld>>
export type Tested = {
  readonly world: World
  readonly data: string
  /** settles when startApp does */
  readonly started: Promise<void>
  /** the app as Electron sees it, to emit the system's events on */
  readonly app: import('electron').App
}

const leftovers: (() => Promise<void>)[] = []

/** The app, started in an Electron of its own. */
export async function startTested(setting: Setting = {}): Promise<Tested> {
  const world = await newWorld()
  setting.prepare?.(world)
  const data = setting.data ?? join(temporaryFolder(), 'vault')
  const renderer = temporaryFolder()
  if (setting.hasPage !== false) writePage(renderer)
  const args = setting.args ?? ['--name', 'Ann']
  vi.stubGlobal('process', withArguments(['electron', `--data=${data}`, '--bootstrap', '127.0.0.1:9', ...args]))
  const { app } = await import('electron')
  const { startApp } = await import('./app.ts')
  const started = startApp({ core, preload: '/built/preload.cjs', renderer })
  leftovers.push(() => end({ world, data, started, app }))
  return { world, data, started, app }
}

/** For `afterEach`: no process and no file outlives its test. */
export async function cleanUp(): Promise<void> {
  for (const clean of leftovers.splice(0).toReversed()) await clean()
  vi.unstubAllGlobals()
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'indra-electron-'))
  leftovers.push(async () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function writePage(folder: string): void {
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'index.html'), page)
  writeFileSync(join(folder, 'assets', 'page.js'), 'export {}')
}

/** What a page does with the port that it was handed. */
export function clientOf(port: MessagePort | undefined, onClose: () => void = () => {}): Client {
  if (!port) throw new Error('no port came')
  return connect(messagePort(port), () => {}, onClose)
}

/** Electron's side of things as it is when a program starts. */
async function newWorld() {
  vi.resetModules()
  return (await import('./world.stub.ts')).world
}

function withArguments(argv: string[]): NodeJS.Process {
  return new Proxy(process, { get: (from, key) => (key === 'argv' ? argv : Reflect.get(from, key)) })
}

/** Quits without waiting for what the core would still do. */
async function end({ world, app }: Tested): Promise<void> {
  if (world.exitCode === undefined) app.quit()
  for (const { child } of world.children) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }
  await world.exited
}
