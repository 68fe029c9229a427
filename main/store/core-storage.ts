import { renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type Hypercore from 'hypercore'
import { fault } from '../../shared/fault.ts'
import { faultOf, StoreFailure } from './failure.ts'
import { makeDirectories, probe } from './files.ts'
import type { Note } from './note.ts'

/** Hypercore's class and one store that all cores of a vault share. */
export type CoreStorage = { readonly Core: typeof Hypercore; readonly storage: Hypercore.Storage }

/** more than an empty store takes */
const roomBytes = 256 * 1024

/**
 * Opens the store in `directory`. One that cannot be read is put aside, beside it, and a new one begun: what it held is
 * held by others or in the vault file. Only a full disk is no damage: it throws.
 */
export async function openCoreStorage(directory: string, note: Note): Promise<CoreStorage> {
  // loaded when first used: RocksDB and the rest of it take a tenth of a second
  const { default: Core } = await import('hypercore')
  makeRoom(directory)
  try {
    return { Core, storage: await open(Core, directory) }
  } catch (error) {
    if (isNoDamage(error)) throw storageFailure(error)
    note('the store of attention logs could not be read and is put aside', { error: String(error) })
    const aside = `${directory}.damaged`
    rmSync(aside, { recursive: true, force: true })
    renameSync(directory, aside)
    return { Core, storage: await open(Core, directory).catch((again) => Promise.reject(storageFailure(again))) }
  }
}

/** A store that fails to open on a full disk keeps its lock until the process ends, so it is not even tried there. */
function makeRoom(directory: string): void {
  try {
    probe(dirname(directory), roomBytes)
  } catch (error) {
    throw storageFailure(error)
  }
}

/** A full disk, or a lock that an earlier attempt of this process left. */
function isNoDamage(error: unknown): boolean {
  return storageFailure(error).fault.code === 'DiskFull' || /\b(locked|LOCK)\b/.test(String(error))
}

/** Hypercore and RocksDB name a full disk only in words. */
export function storageFailure(error: unknown): StoreFailure {
  const text = error instanceof Error ? error.message : String(error)
  const isFull = /no space left|ENOSPC|disk quota/i.test(text)
  return new StoreFailure(faultOf(error) ?? fault(isFull ? 'DiskFull' : 'StoreFailed', `${text}.`), error)
}

async function open(Core: typeof Hypercore, directory: string): Promise<Hypercore.Storage> {
  makeDirectories(directory)
  const storage = Core.defaultStorage(directory)
  try {
    await storage.ready()
    return storage
  } catch (error) {
    await storage.close().catch(() => {})
    throw error
  }
}
