import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'

const lock = fileURLToPath(new URL('lock.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'indra-lock-'))
const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

/** A process that does `work` alone; `say` in it writes a line to `record`. */
function start(record: string, work: string): ChildProcess {
  const source = `
    import { appendFileSync } from 'node:fs'
    import { alone } from ${JSON.stringify(lock)}
    const say = (text) => appendFileSync(${JSON.stringify(record)}, text + '\\n')
    const pause = () => new Promise((resolve) => setTimeout(resolve, 50))
    await alone(async () => { ${work} })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  children.push(child)
  return child
}

function newRecord(name: string): { path: string; lines(): string[] } {
  const path = join(folder, name)
  writeFileSync(path, '')
  return { path, lines: () => readFileSync(path, 'utf8').split('\n').filter(Boolean) }
}

it('LOCK-1 lets one process of a checkout work at a time, each in turn', async () => {
  const record = newRecord('turns')
  const all = Array.from({ length: 5 }, () => start(record.path, "say('in'); await pause(); say('out')"))
  await Promise.all(all.map((child) => once(child, 'exit')))
  expect(record.lines()).toEqual(Array.from({ length: 5 }, () => ['in', 'out']).flat())
})

it('LOCK-2 ends with the process that holds it, however that ends', async () => {
  const record = newRecord('killed')
  const holder = start(record.path, "say('in'); await new Promise(() => setInterval(() => {}, 1_000))")
  while (record.lines().length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  const next = start(record.path, "say('next')")
  holder.kill('SIGKILL')
  await once(next, 'exit')
  expect(record.lines()).toEqual(['in', 'next'])
})

it('LOCK-3 lets go when the work fails', async () => {
  const record = newRecord('failed')
  const failing = start(
    record.path,
    "say('fails'); process.on('uncaughtException', () => process.exit(3)); throw new Error('x')",
  )
  expect((await once(failing, 'exit'))[0]).toBe(3)
  await once(start(record.path, "say('next')"), 'exit')
  expect(record.lines()).toEqual(['fails', 'next'])
})
