import type { Tables } from '../core/tables.ts'
import { wrap } from '../store/database.ts'
import { tablesOf } from '../store/tables/tables.ts'
import { openMemoryFile } from '../store/vault-file.ts'

/** The real tables on the real SQLite, on no disk. */
export type MemoryVault = {
  readonly tables: Tables
  readonly sealed: boolean
  transaction<T>(work: () => T): T
  /** everything in it, for vaults that begin as it is now */
  copy(): VaultCopy
  /** every row of every table, as stored: equal exactly where nothing was written in between */
  dump(): string
}

export type VaultCopy = { readonly pages: Uint8Array; readonly key: Uint8Array }

export function memoryVault(copied?: VaultCopy): MemoryVault {
  const file = openMemoryFile(copied)
  const database = wrap(file.handle)
  return {
    tables: tablesOf(database, file.sealing),
    sealed: file.sealed,
    transaction: database.transaction,
    copy: () => ({ pages: file.handle.serialize(), key: file.key }),
    dump() {
      const tables = file.handle.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all()
      const rows = tables.map(({ name }) => [name, file.handle.prepare(`SELECT * FROM "${String(name)}"`).all()])
      return JSON.stringify(rows, (_, value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
      )
    },
  }
}
