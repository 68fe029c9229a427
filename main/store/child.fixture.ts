import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** Another process that runs a script of this folder; killed after the test if it still runs. */
export type Child = {
  /** its next line of output; `undefined` when it has ended */
  line(): Promise<string | undefined>
  /** lines that came so far and were not asked for */
  waiting(): string[]
  /** kill −9, and until it is dead */
  kill(): Promise<void>
}

export function child(script: string, args: readonly string[], user?: number): Child {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const owner = user === undefined ? {} : { uid: user, gid: user }
  const spawned = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'], ...owner })
  const ended = once(spawned, 'exit')
  const lines: string[] = []
  let wake = () => {}
  let isOver = false
  const output = createInterface(spawned.stdout)
  output.on('line', (line) => {
    lines.push(line)
    wake()
  })
  output.on('close', () => {
    isOver = true
    wake()
  })

  async function kill(): Promise<void> {
    spawned.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)

  return {
    async line() {
      while (lines.length === 0 && !isOver) await new Promise<void>((resolve) => (wake = resolve))
      return lines.shift()
    },
    waiting: () => lines.splice(0),
    kill,
  }
}
