import type { Tables } from '../../core/tables.ts'
import { bytes } from '../cell.ts'
import type { Database } from '../database.ts'
import type { Sealing } from '../sealing.ts'

export function facts(database: Database, sealing: Sealing): Tables['facts'] {
  const select = database.statement('SELECT value FROM facts WHERE name = ?')
  const put = database.statement('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)')
  const drop = database.statement('DELETE FROM facts WHERE name = ?')
  return {
    get(name) {
      const row = select.one(name)
      return row && sealing.open(factPlace(name), bytes(row, 0))
    },
    put: (name, value) => void put.run(name, sealing.seal(factPlace(name), value)),
    drop: (name) => void drop.run(name),
  }
}

export function factPlace(name: string): string {
  return `facts.value/${name}`
}
