import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Args, CommandType, Value } from '../shared/contract.ts'
import type { Result } from '../shared/fault.ts'

const program = fileURLToPath(new URL('../out/main/headless.js', import.meta.url))

/** What one run of the command line printed, and how it ended. */
export type Printed = { readonly code: number | null; readonly out: string; readonly err: string }

/** Runs `indra ARGS` of the built app to its end. */
export async function indra(...args: string[]): Promise<Printed> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const out = collect(child.stdout)
  const err = collect(child.stderr)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out: out(), err: err() }
}

/** A process of the built app that goes on running. */
export type Running = {
  /** its one line on stdout */
  readonly ready: Readonly<Record<string, string>>
  errors(): string
  /** the whole group, the host and its core, at once and without a word */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** Throws what it said on stderr when it ends instead of becoming ready. */
export async function launch(...args: string[]): Promise<Running> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const out = collect(child.stdout)
  const errors = collect(child.stderr)
  children.add(child)
  child.once('close', () => children.delete(child))
  await until(() => out().includes('\n') || child.exitCode !== null || child.signalCode !== null, 'ready')
  if (!out().includes('\n')) throw new Error(errors())
  const end = async (signal: NodeJS.Signals, id: (pid: number) => number) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const closed = once(child, 'close')
    process.kill(id(child.pid), signal)
    await closed
  }
  return {
    ready: JSON.parse(out()) as Record<string, string>,
    errors,
    kill: () => end('SIGKILL', (pid) => -pid),
    stop: () => end('SIGTERM', (pid) => pid),
  }
}

/** A running host, asked over its gateway as any program would. */
export type Host = Running & {
  readonly data: string
  readonly id: string
  readonly code: string
  readonly url: string
  ask<T extends CommandType>(type: T, args: Args<T>): Promise<Result<Value<T>>>
  /** the value; throws the fault's words */
  must<T extends CommandType>(type: T, args: Args<T>): Promise<Value<T>>
}

export async function serve(data: string, ...args: string[]): Promise<Host> {
  const running = await launch('serve', '--data', data, ...args)
  const { url = '', token = '', playerId = '', code = '' } = running.ready
  const ask: Host['ask'] = async (type, given) => {
    const response = await fetch(`${url}v1/commands`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ type, args: given }),
    })
    return (await response.json()) as Awaited<ReturnType<Host['ask']>> as never
  }
  const must: Host['must'] = async (type, given) => {
    const result = await ask(type, given)
    if (!result.ok) throw new Error(`${type}: ${result.fault.code} ${result.fault.message}`)
    return result.value
  }
  return { ...running, data, id: playerId, code, url: `${url}#token=${token}`, ask, must }
}

/** Waits for a condition, never for a time; the limit is ten times what it may take and only ends what hangs. */
export async function until<T>(condition: () => T | Promise<T>, what: string, limit = 30_000): Promise<NonNullable<T>> {
  const end = performance.now() + limit
  for (;;) {
    const value = await condition()
    if (value) return value
    if (performance.now() > end) throw new Error(`waited ${limit} ms in vain for: ${what}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 20)
    })
  }
}

/** A DHT of several nodes on this machine; its `HOST:PORT`. */
export async function dht(): Promise<string> {
  const running = await launch('dht', '--port', String(await freePort()))
  return running.ready['bootstrap'] ?? ''
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

export function newDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'indra-e2e-'))
  directories.push(path)
  return path
}

/** Ends every process that is left. */
export async function endAll(): Promise<void> {
  for (const child of children) if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  await until(() => children.size === 0, 'all processes to end')
}

/** Ends every process and deletes every directory that is left. */
export async function cleanUp(): Promise<void> {
  await endAll()
  for (const path of directories.splice(0)) rmSync(path, { recursive: true, force: true })
}

const children = new Set<ChildProcess>()
const directories: string[] = []

function collect(stream: Readable | null): () => string {
  let all = ''
  stream?.setEncoding('utf8').on('data', (text: string) => {
    all += text
  })
  return () => all
}
