import type { Tables } from '../../core/tables.ts'
import { bytes, text } from '../cell.ts'
import type { Database } from '../database.ts'
import type { Sealing } from '../sealing.ts'

export function metadata(database: Database, sealing: Sealing): Tables['metadata'] {
  const of = database.statement('SELECT name, value FROM metadata WHERE tree = ? ORDER BY name')
  const put = database.statement('INSERT OR REPLACE INTO metadata (tree, name, value) VALUES (?, ?, ?)')
  const drop = database.statement('DELETE FROM metadata WHERE tree = ? AND name = ?')
  const clear = database.statement('DELETE FROM metadata WHERE tree = ?')
  return {
    of(tree) {
      const pairs = of.all(tree).map((row) => {
        const name = text(row, 0)
        return [name, sealing.openText(valuePlace(tree, name), bytes(row, 1))] as const
      })
      // names come from peers: as own properties `__proto__` and the like are names among others
      return Object.fromEntries(pairs)
    },
    put(tree, name, value) {
      if (value === undefined) drop.run(tree, name)
      else put.run(tree, name, sealing.sealText(valuePlace(tree, name), value))
    },
    clear: (tree) => void clear.run(tree),
  }
}

function valuePlace(tree: number, name: string): string {
  return `metadata.value/${tree}/${name}`
}
