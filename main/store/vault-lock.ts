import { existsSync, realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { fault } from '../../shared/fault.ts'
import { OpenFailure } from './failure.ts'

/** milliseconds between two looks at a vault that another holds */
const pause = 25

/**
 * Directories this process has open. POSIX takes a process's locks on a file away when it closes any descriptor of that
 * file, so a second opening here must be refused before the file is touched; other processes meet the lock itself.
 */
const claims = new Set<string>()

/** Waits for this process's own claim on `directory`; the answer gives it back. */
export async function claim(directory: string, deadline: number): Promise<() => void> {
  const name = existsSync(directory) ? realpathSync(directory) : resolve(directory)
  while (claims.has(name)) await pauseUntil(deadline)
  claims.add(name)
  return () => void claims.delete(name)
}

/**
 * Opens `path` and takes the operating system's lock on it, which lasts until the database is closed or the process
 * ends, however it ends. `prepare` puts the file there before every attempt: a failing creator may have taken it away.
 * Waits for another holder until `deadline` (milliseconds since the epoch), then throws `VaultInUse`.
 */
export async function openLocked(path: string, prepare: () => void, deadline: number): Promise<DatabaseSync> {
  for (;;) {
    prepare()
    const before = statSync(path).ino
    const handle = attempt(path)
    if (handle && statSync(path, { throwIfNoEntry: false })?.ino === before) return handle
    handle?.close()
    await pauseUntil(deadline)
  }
}

function attempt(path: string): DatabaseSync | undefined {
  const handle = new DatabaseSync(path, { timeout: 0, enableForeignKeyConstraints: false })
  try {
    // in this mode SQLite keeps the lock of its first transaction until it is closed
    handle.exec('PRAGMA locking_mode = EXCLUSIVE')
    handle.exec('BEGIN EXCLUSIVE')
    // a commit would write the first page of an empty file
    handle.exec('ROLLBACK')
    return handle
  } catch (error) {
    handle.close()
    if (isBusy(error)) return undefined
    throw error
  }
}

function isBusy(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0
  return code === 5 || code === 6
}

async function pauseUntil(deadline: number): Promise<void> {
  const left = deadline - Date.now()
  if (left <= 0) throw new OpenFailure(fault('VaultInUse'))
  await setTimeout(Math.min(pause, left))
}
