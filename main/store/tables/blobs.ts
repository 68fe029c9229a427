import type { BlobRow } from '../../core/rows.ts'
import type { Tables } from '../../core/tables.ts'
import { bytes, number, optional, type Row } from '../cell.ts'
import type { Database } from '../database.ts'
import { bytesOfId, hexOf, idOf } from '../hexadecimal.ts'
import type { Sealing } from '../sealing.ts'

const columns = 'address, leaf, size, key'

/** What lies in the folder of blobs. A row is made after its file is on the disk, and taken away before that is. */
export function blobs(database: Database, sealing: Sealing): Tables['blobs'] {
  const get = database.statement(`SELECT ${columns} FROM blobs WHERE address = ?`)
  const of = database.statement(`SELECT ${columns} FROM blobs WHERE leaf = ? ORDER BY address`)
  const all = database.statement(`SELECT ${columns} FROM blobs ORDER BY address`)
  const put = database.statement(`INSERT OR REPLACE INTO blobs (${columns}) VALUES (?, ?, ?, ?)`)
  const drop = database.statement('DELETE FROM blobs WHERE address = ?')
  const total = database.statement('SELECT coalesce(sum(size), 0) FROM blobs')
  const use = database.statement('INSERT OR IGNORE INTO blob_uses (address, artifact) VALUES (?, ?)')
  const isUsed = database.statement('SELECT 1 FROM blob_uses WHERE address = ? AND artifact = ?')
  const dropUses = database.statement('DELETE FROM blob_uses WHERE address = ?')

  function read(row: Row): BlobRow {
    const address = bytes(row, 0)
    const leaf = idOf(bytes(row, 1))
    const size = number(row, 2)
    return { address, leaf, size, key: sealing.open(keyPlace({ address, leaf, size }), bytes(row, 3)) }
  }

  return {
    get: (address) => optional(get.one(address), read),
    of: (leaf) => of.all(bytesOfId(leaf)).map(read),
    all: () => all.all().map(read),
    put(row) {
      put.run(row.address, bytesOfId(row.leaf), row.size, sealing.seal(keyPlace(row), row.key))
    },
    drop(address) {
      drop.run(address)
      dropUses.run(address)
    },
    total: () => number(total.one() ?? [], 0),
    use: (address, artifact) => void use.run(address, artifact),
    isUsed: (address, artifact) => isUsed.one(address, artifact) !== undefined,
  }
}

/** All of a row's truth: the key opens only where none of it was changed. */
function keyPlace({ address, leaf, size }: Omit<BlobRow, 'key'>): string {
  return `blobs.key/${hexOf(address)}/${leaf}/${size}`
}
