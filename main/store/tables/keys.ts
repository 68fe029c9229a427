import type { Tables } from '../../core/tables.ts'
import { bytes, number } from '../cell.ts'
import type { Database } from '../database.ts'
import type { Sealing } from '../sealing.ts'

export function keys(database: Database, sealing: Sealing): Tables['keys'] {
  const get = database.statement('SELECT key FROM keys WHERE artifact = ? AND scope = ? AND epoch = ?')
  const latest = database.statement(
    'SELECT key, epoch FROM keys WHERE artifact = ? AND scope = ? ORDER BY epoch DESC LIMIT 1',
  )
  const put = database.statement('INSERT OR REPLACE INTO keys (artifact, scope, epoch, key) VALUES (?, ?, ?, ?)')
  const drop = database.statement('DELETE FROM keys WHERE artifact = ?')
  return {
    get(artifact, scope, epoch) {
      const row = get.one(artifact, scope, epoch)
      return row && sealing.open(keyPlace(artifact, scope, epoch), bytes(row, 0))
    },
    latest(artifact, scope) {
      const row = latest.one(artifact, scope)
      if (!row) return undefined
      const epoch = number(row, 1)
      return { epoch, key: sealing.open(keyPlace(artifact, scope, epoch), bytes(row, 0)) }
    },
    put: (artifact, scope, epoch, key) =>
      void put.run(artifact, scope, epoch, sealing.seal(keyPlace(artifact, scope, epoch), key)),
    dropAll: (artifact) => void drop.run(artifact),
  }
}

export function keyPlace(artifact: number, scope: string, epoch: number): string {
  return `keys.key/${artifact}/${scope}/${epoch}`
}
