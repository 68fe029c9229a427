import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** How a program of the same user finds and asks the host that serves a vault. */
export type Descriptor = { readonly url: string; readonly token: string; readonly pid: number }

const descriptor = z.object({
  url: z.string().regex(/^http:\/\/127\.0\.0\.1:\d+\/$/),
  token: z.string().min(1),
  pid: z.number().int(),
})

/** Leaves `DIR/host.json`, whole at once and readable by its owner only. It is no lock: the vault has one of its own. */
export function writeDescriptor(dir: string, content: Descriptor): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const draft = join(dir, `host.json.${process.pid}`)
  writeFileSync(draft, `${JSON.stringify(content)}\n`, { mode: 0o600 })
  chmodSync(draft, 0o600)
  renameSync(draft, pathIn(dir))
}

/** What was left in `dir`, perhaps by a host that has ended since; `undefined` when there is none that is understood. */
export function readDescriptor(dir: string): Descriptor | undefined {
  try {
    return descriptor.parse(JSON.parse(readFileSync(pathIn(dir), 'utf8')))
  } catch {
    return undefined
  }
}

/** Takes back what this host left; what a later one left stays. */
export function removeDescriptor(dir: string, token: string): void {
  if (readDescriptor(dir)?.token === token) rmSync(pathIn(dir), { force: true })
}

function pathIn(dir: string): string {
  return join(dir, 'host.json')
}
