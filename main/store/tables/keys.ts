import type { Tables } from '../../core/tables.ts'
import { bytes, number, optional, type Row, text } from '../cell.ts'
import type { Database } from '../database.ts'
import { recent } from '../recent.ts'
import type { Sealing } from '../sealing.ts'

/** keys that stay open: every envelope that arrives needs one */
const remembered = 1024

export function keys(database: Database, sealing: Sealing): Tables['keys'] {
  const get = database.statement('SELECT key FROM keys WHERE artifact = ? AND scope = ? AND epoch = ?')
  const latest = database.statement(
    'SELECT key, epoch FROM keys WHERE artifact = ? AND scope = ? ORDER BY epoch DESC LIMIT 1',
  )
  const of = database.statement('SELECT key, scope, epoch FROM keys WHERE artifact = ? ORDER BY scope, epoch')
  const put = database.statement('INSERT OR REPLACE INTO keys (artifact, scope, epoch, key) VALUES (?, ?, ?, ?)')
  const drop = database.statement('DELETE FROM keys WHERE artifact = ?')
  const opened = recent<string, Uint8Array>(remembered)
  database.onForget(opened.clear)

  function open(place: string, row: Row): Uint8Array {
    return opened.set(place, sealing.open(place, bytes(row, 0)))
  }

  return {
    get(artifact, scope, epoch) {
      const place = keyPlace(artifact, scope, epoch)
      return opened.get(place) ?? optional(get.one(artifact, scope, epoch), (row) => open(place, row))
    },
    latest(artifact, scope) {
      const row = latest.one(artifact, scope)
      if (!row) return undefined
      const epoch = number(row, 1)
      const place = keyPlace(artifact, scope, epoch)
      return { epoch, key: opened.get(place) ?? open(place, row) }
    },
    of(artifact) {
      return of.all(artifact).map((row) => {
        const [scope, epoch] = [text(row, 1), number(row, 2)]
        return { scope, epoch, key: open(keyPlace(artifact, scope, epoch), row) }
      })
    },
    put(artifact, scope, epoch, key) {
      const place = keyPlace(artifact, scope, epoch)
      put.run(artifact, scope, epoch, sealing.seal(place, key))
      opened.drop(place)
    },
    dropAll(artifact) {
      drop.run(artifact)
      opened.clear()
    },
  }
}

function keyPlace(artifact: number, scope: string, epoch: number): string {
  return `keys.key/${artifact}/${scope}/${epoch}`
}
