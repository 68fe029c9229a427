import { closeSync, fsyncSync, openSync, readdirSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { backup, type DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { fault } from '../../../shared/fault.ts'
import { concat, uint, utf8 } from '../../crypto/bytes.ts'
import { named, StoreFailure } from '../failure.ts'
import { sizeOf, syncDirectory } from '../files.ts'
import { chunkBytes, newSealer, type Sealer } from './container.ts'

type Source = { readonly directory: string; readonly handle: DatabaseSync; readonly key: Uint8Array }

/**
 * Everything of a vault but its attention cores, in one sealed file: the key, the database as it was at one moment, the
 * sealed files beside it. Streamed, so that memory is a few chunks whatever the size; a file of that name counts only
 * once it is whole and on the disk. The vault goes on being used meanwhile.
 */
export async function writeBackup(source: Source, path: string, passphrase: string): Promise<{ bytes: number }> {
  if (sizeOf(path) !== undefined) throw new StoreFailure(fault('StoreFailed', `There is something at ${path} already.`))
  const copy = join(source.directory, '.backup-copy')
  const draft = join(dirname(path), `.${basename(path)}.part`)
  try {
    rmSync(copy, { force: true })
    await backup(source.handle, copy)
    await writeAll(draft, passphrase, source, copy)
    renameSync(draft, path)
    syncDirectory(dirname(path))
    return { bytes: sizeOf(path) ?? 0 }
  } catch (error) {
    throw named(error)
  } finally {
    for (const left of [copy, `${copy}-wal`, `${copy}-shm`, `${copy}-journal`, draft]) rmSync(left, { force: true })
  }
}

async function writeAll(draft: string, passphrase: string, source: Source, copy: string): Promise<void> {
  const out = openSync(draft, 'w', 0o600)
  try {
    const writer = chunkWriter(out, newSealer(passphrase))
    writer.add(entryHead('vault.key', source.key.length))
    writer.add(source.key)
    await addFile(writer, 'vault.db', copy)
    for (const name of filesBeside(source.directory)) await addFile(writer, name, join(source.directory, name))
    writer.end()
    fsyncSync(out)
  } finally {
    closeSync(out)
  }
}

/** Sealed already, each under a name that says nothing; what is only half there is left out. */
function filesBeside(directory: string): string[] {
  const folder = join(directory, 'blobs')
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  const isWhole = (name: string) => /^[0-9a-f]{64}$/.test(name)
  return readdirSync(folder)
    .filter(isWhole)
    .sort()
    .map((name) => `blobs/${name}`)
}

type ChunkWriter = { add(bytes: Uint8Array): void; end(): void }

async function addFile(writer: ChunkWriter, name: string, path: string): Promise<void> {
  const size = sizeOf(path)
  if (size === undefined) return
  writer.add(entryHead(name, size))
  const file = openSync(path, 'r')
  try {
    const buffer = new Uint8Array(chunkBytes)
    for (let at = 0; at < size; ) {
      const read = readSync(file, buffer, 0, Math.min(buffer.length, size - at), at)
      if (read === 0) throw new StoreFailure(fault('StoreFailed', `${path} became shorter while it was read.`))
      writer.add(buffer.slice(0, read))
      at += read
      // others have their turn between two chunks
      await setImmediate()
    }
  } finally {
    closeSync(file)
  }
}

function entryHead(name: string, size: number): Uint8Array {
  const bytes = utf8(name)
  return concat(uint(bytes.length, 2), bytes, uint(size, 6))
}

function chunkWriter(out: number, sealer: Sealer): ChunkWriter {
  let waiting: Uint8Array[] = []
  let size = 0
  write(out, sealer.head)
  return {
    add(bytes) {
      waiting.push(bytes)
      size += bytes.length
      if (size <= chunkBytes) return
      const all = concat(...waiting)
      let at = 0
      for (; all.length - at > chunkBytes; at += chunkBytes)
        write(out, sealer.seal(all.subarray(at, at + chunkBytes), false))
      waiting = [all.slice(at)]
      size = all.length - at
    },
    end: () => write(out, sealer.seal(concat(...waiting), true)),
  }
}

function write(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}
