import { fork } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Host, serve } from './host.ts'
import type { Scale } from './scale.ts'

/** What every row works with. */
export type Bench = {
  readonly scale: Scale
  /** where the run's network is entered, on this machine */
  readonly port: string
  /** an empty folder of its own under this name */
  folder(name: string): string
  /** a host on the run's network, or on another, with further arguments */
  host(directory: string, other?: { readonly bootstrap: string; readonly more: readonly string[] }): Promise<Host>
}

export type BenchOptions = {
  readonly scale: Scale
  readonly folder: string
  readonly bootstrap: string
  readonly profiles: string | undefined
}

export function createBench({ scale, folder, bootstrap, profiles }: BenchOptions): Bench {
  return {
    scale,
    port: bootstrap.split(':').at(-1) ?? '',
    folder(name) {
      const path = join(folder, name)
      mkdirSync(path, { recursive: true })
      return path
    },
    host: (directory, other) => serve(directory, other?.bootstrap ?? bootstrap, profiles, other?.more),
  }
}

export type Helper = { next(): Promise<unknown>; stop(): void }

/** One of this folder's programs in a process of its own; `next` is what it tells next. */
export function start(program: string, args: readonly string[]): Helper {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), [...args], { stdio: ['ignore', 2, 2, 'ipc'] })
  return {
    next: () =>
      new Promise((resolve, reject) => {
        child.once('message', resolve)
        child.once('exit', (code) => reject(new Error(`${program} ended with code ${code}`)))
      }),
    stop: () => void child.kill(),
  }
}

export function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis))
}

/** What is being done, for whoever waits. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
