import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { z } from 'zod'

const program = fileURLToPath(new URL('main.ts', import.meta.url))
const afterwards: (() => unknown)[] = []
afterAll(async () => {
  for (const step of afterwards.splice(0).toReversed()) await step()
})

/** After the tests of a file, the last first. */
export function later(step: () => unknown): void {
  afterwards.push(step)
}

/** A folder that is gone after the tests of a file. */
export function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'indra-cli-'))
  afterwards.push(() => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }))
  return dir
}

const readyLine = z.strictObject({
  ready: z.literal(true),
  url: z.string(),
  token: z.string(),
  playerId: z.string(),
  code: z.string(),
})

/** `indra …` as a process of its own, ended after the tests of a file if it still runs. */
export class Program {
  stdout = ''
  stderr = ''
  readonly child: ChildProcess
  /** exit code, or the signal it died of */
  readonly ended: Promise<number | NodeJS.Signals | null>
  #wake: () => void = () => {}
  #isOver = false

  constructor(args: readonly string[], env: Record<string, string> = {}, channel: 'ipc' | 'ignore' = 'ignore') {
    const { npm_lifecycle_event: _, INDRA_PASSPHRASE: __, ...inherited } = process.env
    const stdio = ['ignore' as const, 'pipe' as const, 'pipe' as const, channel]
    this.child = spawn(process.execPath, [program, ...args], { stdio, env: { ...inherited, ...env } })
    this.child.stdout?.on('data', (bytes) => {
      this.stdout += bytes
      this.#wake()
    })
    this.child.stderr?.on('data', (bytes) => {
      this.stderr += bytes
      this.#wake()
    })
    const { stdout, stderr } = this.child
    if (!stdout || !stderr) throw new Error('its output cannot be read')
    const said = [stdout, stderr].map((stream) => new Promise((resolve) => stream.once('close', resolve)))
    const exit = new Promise<number | NodeJS.Signals | null>((resolve) => {
      this.child.once('exit', (code, signal) => resolve(code ?? signal))
    })
    this.ended = exit.then(async (code) => {
      await Promise.all(said)
      this.#isOver = true
      this.#wake()
      return code
    })
    afterwards.push(async () => {
      this.child.kill('SIGTERM')
      await this.ended
    })
  }

  /** Waits for something it writes. Throws when it ends before. */
  async until(met: () => boolean): Promise<void> {
    while (!met()) {
      if (this.#isOver) throw new Error(`it ended: ${this.stdout}${this.stderr}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  async ready(): Promise<z.infer<typeof readyLine>> {
    await this.until(() => this.stdout.includes('\n'))
    return readyLine.parse(JSON.parse(this.stdout))
  }

  stop(): Promise<number | NodeJS.Signals | null> {
    this.child.kill('SIGTERM')
    return this.ended
  }
}

/** `indra serve` on a network of nobody: its one way in is a port that nothing answers at. */
export function serve(data: string, more: readonly string[] = [], env: Record<string, string> = {}): Program {
  return new Program(['serve', '--data', data, '--bootstrap', '127.0.0.1:9', ...more], env)
}

/** Runs to its end and gives what it left. */
export async function finish(program: Program): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const code = await program.ended
  return { code, stdout: program.stdout, stderr: program.stderr }
}

/** The fault that is the only line on stderr of a program that could not start. */
export function faultOn(stderr: string): string {
  const line = z.strictObject({ ok: z.literal(false), fault: z.object({ code: z.string(), message: z.string() }) })
  return line.parse(JSON.parse(stderr)).fault.code
}

/** One command over the gateway. */
export async function ask(host: { url: string; token: string }, type: string, args: unknown = {}): Promise<unknown> {
  const response = await fetch(new URL('v1/commands', host.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${host.token}` },
    body: JSON.stringify({ type, args }),
  })
  return response.json()
}

/** For what nothing tells of when it happens. */
export async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise((resolve) => setTimeout(resolve, 20))
}
