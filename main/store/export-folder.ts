import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Fault, fault } from '../../shared/fault.ts'
import { named, StoreFailure } from './failure.ts'
import { syncDirectory } from './files.ts'

/** A folder in the making, beside where it is to be; its owner's alone. */
export type ExportFolder = {
  pathOf(name: string): string
  append(name: string, text: string): Promise<void>
  /** all of it is durable, and under its own name */
  finish(): Promise<void>
  /** nothing of it is left */
  abandon(): Promise<void>
}

/** Throws `InvalidArguments` where something is already, or nothing can be. */
export async function openExportFolder(path: string, folders: readonly string[]): Promise<ExportFolder> {
  if (!(await isFree(path))) throw refusal('There is something in that place already: choose a new folder.')
  const part = `${path}.${randomBytes(6).toString('hex')}.part`
  try {
    await mkdir(part, { mode: 0o700 })
  } catch (error) {
    throw refusal('No folder can be made there.', error)
  }
  for (const each of folders) await mkdir(join(part, each), { mode: 0o700 })
  const written = new Set<string>()
  return {
    pathOf: (name) => join(part, name),
    async append(name, text) {
      written.add(name)
      await appendFile(join(part, name), text, { mode: 0o600 }).catch((error) => {
        throw named(error)
      })
    },
    async finish() {
      for (const name of written) await sync(join(part, name))
      for (const each of folders) syncDirectory(join(part, each))
      syncDirectory(part)
      // fails when something came into it meanwhile
      await rmdir(path).catch((error) => ignoreAbsence(error))
      await rename(part, path)
      syncDirectory(dirname(path))
    },
    abandon: () => rm(part, { recursive: true, force: true, maxRetries: 3 }),
  }
}

async function isFree(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length === 0
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

function ignoreAbsence(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

function refusal(text: string, cause?: unknown): Error & { fault: Fault } {
  return new StoreFailure(fault('InvalidArguments', text), cause)
}
