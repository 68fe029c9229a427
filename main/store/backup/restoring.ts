import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fault } from '../../../shared/fault.ts'
import { faultOf, OpenFailure } from '../failure.ts'
import { makeDirectories, renameDurably, sizeOf, syncDirectory, writePrivate } from '../files.ts'
import { contentOf, proofOf, verify } from '../schema.ts'
import { sealingUnder } from '../sealing.ts'
import { factPlace } from '../tables/facts.ts'
import { encodeKeyFile, type Protection } from '../vault-key.ts'
import { damaged } from './container.ts'
import { readBackup, type Taker } from './reading.ts'

/**
 * Makes a vault of a backup in a directory that holds none, or makes nothing. What was restored must not go on as the
 * device it was copied from, which may live on: a fact says so to the core, which makes it another device of the same
 * player before it writes anything.
 */
export function restoreBackup(path: string, passphrase: string, directory: string, protection: Protection): void {
  if (sizeOf(join(directory, 'vault.db')) !== undefined || sizeOf(join(directory, 'vault.key')) !== undefined) {
    throw new OpenFailure(
      fault('StoreFailed', `There is a vault in ${directory} already: restore into an empty folder.`),
    )
  }
  const made = makeDirectories(directory)
  const draft = mkdtempSync(join(directory, '.restoring-'))
  try {
    const key = unpack(path, passphrase, draft)
    mark(join(draft, 'vault.db'), key)
    settle(draft, directory, encodeKeyFile(key, protection))
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    for (const each of made) rmSync(each, { recursive: true, force: true })
    throw asOpenFailure(error)
  }
}

/** Restores it, looks at it and throws it away: what a backup is worth is known only then. */
export function tryBackup(path: string, passphrase: string): { bytes: number } {
  const draft = mkdtempSync(join(tmpdir(), 'indra-trying-'))
  try {
    const key = unpack(path, passphrase, draft)
    mark(join(draft, 'vault.db'), key)
    return { bytes: sizeOf(path) ?? 0 }
  } catch (error) {
    throw asOpenFailure(error)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** Its files into a folder; gives the vault's key. */
function unpack(path: string, passphrase: string, folder: string): Uint8Array {
  let key: Uint8Array | undefined
  let current: { name: string; file: number | undefined; bytes: number[] } | undefined
  const taker: Taker = {
    begin(name) {
      if (name === 'vault.key') current = { name, file: undefined, bytes: [] }
      else {
        for (const each of makeDirectories(dirname(join(folder, name)))) syncDirectory(dirname(each))
        current = { name, file: openSync(join(folder, name), 'wx', 0o600), bytes: [] }
      }
    },
    take(bytes) {
      if (current?.file === undefined) current?.bytes.push(...bytes)
      else for (let at = 0; at < bytes.length; ) at += writeSync(current.file, bytes, at)
    },
    end() {
      if (current?.name === 'vault.key') key = Uint8Array.from(current.bytes)
      else if (current?.file !== undefined) {
        fsyncSync(current.file)
        closeSync(current.file)
      }
      current = undefined
    },
  }
  readBackup(path, passphrase, taker)
  if (key?.length !== 32 || sizeOf(join(folder, 'vault.db')) === undefined) throw damaged('This backup holds no vault.')
  return key
}

/** Whole, of a schema that is known, under that key; and from now on a copy that knows to be one. */
function mark(path: string, key: Uint8Array): void {
  const handle = new DatabaseSync(path, { enableForeignKeyConstraints: false })
  try {
    if (contentOf(handle) !== 'vault') throw damaged('This backup holds no vault.')
    verify(handle)
    const sealing = sealingUnder(key)
    sealing.open('vault.proof', proofOf(handle))
    handle.exec('DELETE FROM attention_cores')
    const put = handle.prepare('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)')
    put.run('restored', sealing.seal(factPlace('restored'), Uint8Array.of(1)))
    handle.prepare('DELETE FROM facts WHERE name = ?').run('attention-core')
    handle.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    handle.close()
  }
}

/** The key last: a vault without one is none. */
function settle(draft: string, directory: string, keyFile: Uint8Array): void {
  if (sizeOf(join(draft, 'blobs')) !== undefined) renameDurably(join(draft, 'blobs'), join(directory, 'blobs'))
  writePrivate(join(directory, 'vault.key.new'), keyFile)
  renameDurably(join(draft, 'vault.db'), join(directory, 'vault.db'))
  renameDurably(join(directory, 'vault.key.new'), join(directory, 'vault.key'))
  rmSync(draft, { recursive: true, force: true })
}

function asOpenFailure(error: unknown): unknown {
  if (error instanceof OpenFailure) return error
  const reason = faultOf(error)
  return reason ? new OpenFailure(reason, error) : error
}
