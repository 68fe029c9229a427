import type { Tables } from '../../core/tables.ts'
import { number, numberIfAny } from '../cell.ts'
import type { Database } from '../database.ts'
import { bytesOfId } from '../hexadecimal.ts'

export function places(database: Database): Tables['places'] {
  const get = database.statement('SELECT x, y, w, h FROM places WHERE tree = ? AND child = ?')
  const put = database.statement('INSERT OR REPLACE INTO places (tree, child, x, y, w, h) VALUES (?, ?, ?, ?, ?, ?)')
  const clear = database.statement('DELETE FROM places WHERE tree = ?')
  return {
    get(tree, child) {
      const row = get.one(tree, bytesOfId(child))
      if (!row) return undefined
      const w = numberIfAny(row, 2)
      const h = numberIfAny(row, 3)
      return {
        x: number(row, 0),
        y: number(row, 1),
        ...(w === undefined ? {} : { w }),
        ...(h === undefined ? {} : { h }),
      }
    },
    put: (tree, child, { x, y, w, h }) => void put.run(tree, bytesOfId(child), x, y, w ?? null, h ?? null),
    clear: (tree) => void clear.run(tree),
  }
}
