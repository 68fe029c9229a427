import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync, readFileSync } from 'node:fs'
import { Agent, get, request } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Args, CommandType, PushEvent, Value } from '../../shared/contract.ts'

const inRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** The program under test: as built, or from its sources when there is no build or INDRA_SOURCES is set. */
export const program =
  process.env['INDRA_SOURCES'] === undefined && existsSync(inRoot('out/main/headless.js'))
    ? inRoot('out/main/headless.js')
    : inRoot('main/headless/main.ts')

export type Host = {
  readonly url: string
  readonly token: string
  readonly pid: number
  /** process id of its core */
  readonly core: number
  readonly code: string
  readonly playerId: string
  /** milliseconds from spawn to the line that says it is ready */
  readonly readyAfter: number
  ask<T extends CommandType>(type: T, args: Args<T>): Promise<Value<T>>
  /** Resolves when the stream is open; every event is handed over as its bytes come in. */
  listen(onEvent: (event: PushEvent) => void): Promise<void>
  stop(): Promise<void>
}

/** `indra serve` on a vault. `profiles`: a folder for V8 CPU profiles of its processes. */
export async function serve(
  data: string,
  bootstrap: string,
  profiles?: string,
  more: readonly string[] = [],
): Promise<Host> {
  const begun = performance.now()
  const child = launch(['serve', '--data', data, '--bootstrap', bootstrap, ...more], profiles)
  const ready = (await firstLine(child)) as { url: string; token: string; code: string; playerId: string }
  const readyAfter = performance.now() - begun
  const agent = new Agent({ keepAlive: true })
  const headers = { authorization: `Bearer ${ready.token}`, 'content-type': 'application/json' }
  const pid = child.pid ?? 0
  return {
    pid,
    core: childOf(pid),
    url: ready.url,
    token: ready.token,
    code: ready.code,
    playerId: ready.playerId,
    readyAfter,
    ask: (type, args) => post(new URL('v1/commands', ready.url), agent, headers, type, args),
    listen: (onEvent) => listen(new URL('v1/stream', ready.url), headers.authorization, onEvent),
    async stop() {
      agent.destroy()
      await ended(child)
    },
  }
}

/** A network on this machine, as the product brings it; `bootstrap` is what hosts are given. */
export async function openNetwork(): Promise<{ bootstrap: string; stop(): Promise<void> }> {
  const child = launch(['dht', '--port', String(await freePort())])
  const ready = (await firstLine(child)) as { bootstrap: string }
  return { bootstrap: ready.bootstrap, stop: () => ended(child) }
}

function launch(args: readonly string[], profiles?: string): ChildProcess {
  const { npm_lifecycle_event: _, ...env } = process.env
  if (profiles !== undefined) env['NODE_OPTIONS'] = `--cpu-prof --cpu-prof-interval=200 --cpu-prof-dir=${profiles}`
  return spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'ignore', 'ipc'], env })
}

function firstLine(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (child.stdout) createInterface(child.stdout).once('line', (line) => resolve(JSON.parse(line)))
    child.once('exit', (code) => reject(new Error(`a host ended with code ${code}`)))
  })
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    if (child.exitCode !== null || !child.kill('SIGTERM')) resolve()
  })
}

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0])
}

function post<T extends CommandType>(
  url: URL,
  agent: Agent,
  headers: Record<string, string>,
  type: T,
  args: Args<T>,
): Promise<Value<T>> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ type, args })
    const sized = { ...headers, 'content-length': String(Buffer.byteLength(body)) }
    const sent = request(url, { method: 'POST', agent, headers: sized }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        const result = JSON.parse(Buffer.concat(parts).toString())
        if (result.ok) resolve(result.value as Value<T>)
        else reject(new Error(`${type}: ${result.fault.code} ${result.fault.message}`))
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function listen(url: URL, authorization: string, onEvent: (event: PushEvent) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = get(url, { agent: false, headers: { authorization } }, (response) => {
      let rest = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        const frames = (rest + text).split('\n\n')
        rest = frames.pop() ?? ''
        for (const frame of frames) {
          const at = frame.indexOf('\ndata: ')
          if (at >= 0) onEvent(JSON.parse(frame.slice(at + 7)) as PushEvent)
        }
      })
      response.on('error', () => {})
      resolve()
    })
    asked.on('error', reject)
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.bind({ address: '127.0.0.1', port: 0 }, () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })
}
