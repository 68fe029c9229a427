import { renameSync, rmSync } from 'node:fs'
import type Hypercore from 'hypercore'
import { fault } from '../../shared/fault.ts'
import { faultOf, StoreFailure } from './failure.ts'
import { makeDirectories } from './files.ts'
import type { Note } from './note.ts'

/** Hypercore's class and one store that all cores of a vault share. */
export type CoreStorage = { readonly Core: typeof Hypercore; readonly storage: Hypercore.Storage }

/**
 * Opens the store in `directory`. One that cannot be read is put aside, beside it, and a new one begun: what it held is
 * held by others or in the vault file. Only a full disk is no damage: it throws.
 */
export async function openCoreStorage(directory: string, note: Note): Promise<CoreStorage> {
  // loaded when first used: RocksDB and the rest of it take a tenth of a second
  const { default: Core } = await import('hypercore')
  try {
    return { Core, storage: await open(Core, directory) }
  } catch (error) {
    const failure = storageFailure(error)
    if (failure.fault.code === 'DiskFull') throw failure
    note('the store of attention logs could not be read and is put aside', { error: String(error) })
    const aside = `${directory}.damaged`
    rmSync(aside, { recursive: true, force: true })
    renameSync(directory, aside)
    return { Core, storage: await open(Core, directory) }
  }
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
