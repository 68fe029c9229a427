import { accessSync, closeSync, constants, openSync, readSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fault } from '../../shared/fault.ts'
import { corrupt, faultOf, OpenFailure } from './failure.ts'
import { makeDirectories, probe, readIfAny, renameDurably, sizeOf, syncDirectory, writePrivate } from './files.ts'
import { type Content, contentOf, create, migrate, proofOf, verify } from './schema.ts'
import { type Sealing, sealingUnder } from './sealing.ts'
import { decodeKeyFile, encodeKeyFile, formOf, newVaultKey, type Protection, type VaultKey } from './vault-key.ts'
import { claim, openLocked } from './vault-lock.ts'

/** `vault.db` open, locked and of this schema, with what opens its sealed values. */
export type VaultFile = {
  readonly handle: DatabaseSync
  readonly key: Uint8Array
  readonly sealing: Sealing
  /** `false` when the key lies open beside the file */
  readonly sealed: boolean
  /** after the database was closed: another may open it in this process */
  release(): void
}

type Paths = { readonly directory: string; readonly database: string; readonly key: string; readonly newKey: string }

const magic = 'SQLite format 3\0'
/** more than an empty vault and its log take while it is made */
const newVaultBytes = 512 * 1024
const proofPlace = 'vault.proof'

/**
 * Opens the vault in `directory`, or makes one where there is none. Throws `OpenFailure` and leaves everything as it
 * was; but a crashed holder's last transactions, which stand in SQLite's log, may have been moved into the file.
 *
 * A new vault counts from the commit of its schema: until then its key is in `vault.key.new`, so that a file without a
 * schema and without a `vault.key` is one that was never finished, and any other combination is damage.
 */
export async function openVaultFile(directory: string, protection: Protection, waitMillis: number): Promise<VaultFile> {
  const paths = pathsIn(directory)
  const deadline = Date.now() + waitMillis
  try {
    const release = await claim(directory, deadline)
    try {
      return { ...(await openClaimed(paths, protection, deadline)), release }
    } catch (error) {
      release()
      throw error
    }
  } catch (error) {
    throw asOpenFailure(error)
  }
}

/** The same schema and sealing with nothing on any disk: empty, or a copy of what another one held. */
export function openMemoryFile(copied?: { readonly pages: Uint8Array; readonly key: Uint8Array }): VaultFile {
  template ??= makeTemplate()
  const handle = new DatabaseSync(':memory:')
  handle.deserialize(copied?.pages ?? template)
  const key = copied?.key ?? newVaultKey()
  return { handle, key, sealing: sealingUnder(key), sealed: true, release: () => {} }
}

/** An empty vault's bytes: a thousand simulated vaults copy them instead of running the schema. */
let template: Uint8Array | undefined

function makeTemplate(): Uint8Array {
  const handle = new DatabaseSync(':memory:')
  // small pages: an empty table takes a whole one
  handle.exec('PRAGMA page_size = 1024')
  create(handle, new Uint8Array(0))
  const bytes = handle.serialize()
  handle.close()
  return bytes
}

function pathsIn(directory: string): Paths {
  const key = join(directory, 'vault.key')
  return { directory, database: join(directory, 'vault.db'), key, newKey: `${key}.new` }
}

type Opened = Omit<VaultFile, 'release'>

async function openClaimed(paths: Paths, protection: Protection, deadline: number): Promise<Opened> {
  inspect(paths)
  // before the file is opened: a wrong passphrase shall not even touch it
  const readKey = keyReader(protection)
  readKey(paths.key)
  const room = makeRoom(paths)
  let handle: DatabaseSync | undefined
  try {
    handle = await openLocked(paths.database, room.make, deadline)
    const content = contentOf(handle)
    configure(handle)
    const key = settle({ handle, content, paths, readKey, protection })
    return { handle, key: key.key, sealing: sealingUnder(key.key), sealed: key.form !== 'plain' }
  } catch (error) {
    const isUnfinished = handle !== undefined && sizeOf(paths.key) === undefined && isEmpty(handle)
    handle?.close()
    room.undo(isUnfinished)
    throw error
  }
}

/** What can be told without opening anything, in words better than an error's. */
function inspect(paths: Paths): void {
  const directory = statSync(paths.directory, { throwIfNoEntry: false })
  if (!directory) return
  if (!directory.isDirectory()) throw new OpenFailure(fault('StoreFailed', `${paths.directory} is not a directory.`))
  accessSync(paths.directory, constants.R_OK | constants.W_OK | constants.X_OK)
  const size = sizeOf(paths.database)
  const hasKey = sizeOf(paths.key) !== undefined
  if (size === undefined) {
    if (hasKey) throw corrupt('The file vault.db is missing.')
    return
  }
  accessSync(paths.database, constants.R_OK | constants.W_OK)
  // SQLite would take an empty file for a new database, and delete the log beside it
  const hasLog = (sizeOf(`${paths.database}-wal`) ?? 0) > 0
  if (size === 0 && (hasKey || hasLog)) throw corrupt('The file vault.db is empty.')
  if (size > 0 && beginning(paths.database) !== magic) throw corrupt('The file vault.db is not a database.')
}

function beginning(path: string): string {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(magic.length)
    readSync(file, bytes, 0, bytes.length, 0)
    return bytes.toString('latin1')
  } finally {
    closeSync(file)
  }
}

type ReadKey = (path: string) => VaultKey | undefined

/** Reads a key file, if it is there, but asks Argon2id only when it is not the file it read last. */
function keyReader(protection: Protection): ReadKey {
  let seen: { content: string; key: VaultKey } | undefined
  return (path) => {
    const file = readIfAny(path)
    if (!file) return undefined
    const content = Buffer.from(file).toString('latin1')
    if (seen?.content !== content) seen = { content, key: decodeKeyFile(file, protection) }
    return seen.key
  }
}

/** The directory and an empty database file, made where missing and taken away again if nothing came of them. */
function makeRoom({ directory, database, newKey }: Paths): { make(): void; undo(isUnfinished: boolean): void } {
  const made: string[] = []
  let isOurs = false
  return {
    make() {
      made.unshift(...makeDirectories(directory))
      if (sizeOf(database) !== undefined) return
      probe(directory, newVaultBytes)
      closeSync(openSync(database, 'a', 0o600))
      isOurs = true
    },
    undo(isUnfinished) {
      // only its lock's holder may take the file away, and only a file that it put there
      if (isOurs && isUnfinished) removeFiles([database, `${database}-wal`, newKey])
      removeEmpty(made)
    },
  }
}

function removeFiles(paths: readonly string[]): void {
  for (const path of paths) if (statSync(path, { throwIfNoEntry: false })?.isFile()) rmSync(path)
}

function removeEmpty(directories: readonly string[]): void {
  try {
    for (const path of directories) rmdirSync(path)
  } catch {
    // somebody put something there meanwhile: it is theirs now
  }
}

function configure(handle: DatabaseSync): void {
  handle.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA journal_size_limit = 33554432;
    PRAGMA cache_size = -16000;
    PRAGMA temp_store = MEMORY;
    PRAGMA secure_delete = FAST;
    PRAGMA cell_size_check = ON;
    PRAGMA trusted_schema = OFF;
  `)
}

type Locked = {
  readonly handle: DatabaseSync
  readonly content: Content
  readonly paths: Paths
  readonly readKey: ReadKey
  readonly protection: Protection
}

/** With the lock held: makes the vault, finishes its making, or checks that it is whole. */
function settle({ handle, content, paths, readKey, protection }: Locked): VaultKey {
  if (content === 'nothing') {
    if (sizeOf(paths.key) !== undefined) throw corrupt('The file vault.db holds no vault.')
    return begin(handle, paths, protection)
  }
  const settled = readKey(paths.key)
  const found = settled ?? readKey(paths.newKey)
  if (!found) throw corrupt('The file vault.key is missing.')
  verify(handle)
  prove(handle, found.key)
  migrate(handle)
  if (!settled) renameDurably(paths.newKey, paths.key)
  if (found.form !== 'plain' || formOf(protection) === 'plain') return found
  // made without protection, opened with some: from now on it has it
  return keepKey(paths, found.key, protection)
}

function begin(handle: DatabaseSync, paths: Paths, protection: Protection): VaultKey {
  const key = newVaultKey()
  writePrivate(paths.newKey, encodeKeyFile(key, protection))
  syncDirectory(paths.directory)
  handle.exec('BEGIN IMMEDIATE')
  create(handle, sealingUnder(key).seal(proofPlace, new Uint8Array(32)))
  handle.exec('COMMIT')
  renameDurably(paths.newKey, paths.key)
  return { key, form: formOf(protection) }
}

function keepKey(paths: Paths, key: Uint8Array, protection: Protection): VaultKey {
  writePrivate(paths.newKey, encodeKeyFile(key, protection))
  renameDurably(paths.newKey, paths.key)
  return { key, form: formOf(protection) }
}

function prove(handle: DatabaseSync, key: Uint8Array): void {
  try {
    sealingUnder(key).open(proofPlace, proofOf(handle))
  } catch (cause) {
    throw corrupt('The file vault.key is not the one of this vault.db.', cause)
  }
}

function isEmpty(handle: DatabaseSync): boolean {
  try {
    if (handle.isTransaction) handle.exec('ROLLBACK')
    return contentOf(handle) === 'nothing'
  } catch {
    return false
  }
}

function asOpenFailure(error: unknown): unknown {
  if (error instanceof OpenFailure) return error
  const reason = faultOf(error)
  return reason ? new OpenFailure(reason, error) : error
}
