import type { Tables } from '../core/tables.ts'
import { derive } from '../crypto/digest.ts'
import { type AttentionCores, openAttentionCores } from './attention-cores.ts'
import { writeBackup } from './backup/writing.ts'
import { type Blobs, openBlobs } from './blobs/blobs.ts'
import { type Database, wrap } from './database.ts'
import { type Documents, openDocuments } from './documents.ts'
import { type ExportFolder, openExportFolder } from './export-folder.ts'
import { openMemoryAttention } from './memory-attention.ts'
import type { Note } from './note.ts'
import { damageIn } from './soundness.ts'
import { tablesOf } from './tables/tables.ts'
import { openMemoryFile, openVaultFile, type VaultFile } from './vault-file.ts'
import type { Keyring } from './vault-key.ts'

export type OpenOptions = {
  readonly directory: string
  /** seals the vault's key; one that was made without gets it */
  readonly passphrase?: string
  /** the operating system's way to seal the vault's key, used when there is no passphrase */
  readonly keyring?: Keyring
  /** how long to wait for a holder that is closing; 10,000 when left out */
  readonly waitMillis?: number
  /** nothing on any disk: for simulations; `directory` is then no more than a name */
  readonly memory?: boolean
  /** told of what was damaged and put aside */
  readonly note?: Note
}

export type Vault = {
  readonly tables: Tables
  /**
   * All changes that `work` makes to the tables, durable when this returns, or none: then what `work` threw is thrown
   * on, and failures of the disk as `StoreFailure`. `work` must not wait for anything.
   */
  transaction<T>(work: () => T): T
  /** `false` when the vault's key lies unprotected beside it */
  readonly sealed: boolean
  readonly documents: Documents
  readonly attention: AttentionCores
  readonly blobs: Blobs
  /** everything but the attention cores, sealed into one new file; throws a `StoreFailure` */
  backup(path: string, passphrase: string): Promise<{ bytes: number }>
  exportFolder(path: string, folders: readonly string[]): Promise<ExportFolder>
  /** what is damaged, in words; empty when sound. Reads everything. */
  check(): string[]
  close(): Promise<void>
}

/** Opens the vault in a directory, made there if there is none. Throws `OpenFailure`; then nothing was changed. */
export async function openVault(options: OpenOptions): Promise<Vault> {
  const { directory, passphrase, keyring, waitMillis = 10_000, memory = false, note = () => {} } = options
  const file = memory ? openMemoryFile() : await openVaultFile(directory, { passphrase, keyring }, waitMillis)
  const database = wrap(file.handle)
  const documents = openDocuments(database, file.sealing, derive('indra document ids v1', file.key), note)
  const attention = memory
    ? openMemoryAttention(directory)
    : openAttentionCores(directory, database, file.sealing, note)
  const blobs = openBlobs(directory)
  const tables = tablesOf(database, file.sealing)
  return {
    tables,
    transaction: database.transaction,
    sealed: file.sealed,
    documents,
    attention,
    blobs,
    backup: (path, given) => writeBackup({ directory, handle: file.handle, key: file.key }, path, given),
    exportFolder: openExportFolder,
    check: () => damageIn(database, file.sealing, tables),
    close: () => close(file, database, documents, attention, blobs),
  }
}

async function close(
  file: VaultFile,
  database: Database,
  documents: Documents,
  attention: AttentionCores,
  blobs: Blobs,
) {
  if (!database.isOpen()) return
  await documents.close()
  await attention.close()
  await blobs.close()
  database.close()
  file.release()
}
