import type { Tables } from '../core/tables.ts'
import { wrap } from '../store/database.ts'
import { tablesOf } from '../store/tables/tables.ts'
import { openMemoryFile } from '../store/vault-file.ts'

/** The real tables on the real SQLite, on no disk. */
export type MemoryVault = { readonly tables: Tables; readonly sealed: boolean; transaction<T>(work: () => T): T }

export function memoryVault(): MemoryVault {
  const file = openMemoryFile()
  const database = wrap(file.handle)
  return { tables: tablesOf(database, file.sealing), sealed: file.sealed, transaction: database.transaction }
}
