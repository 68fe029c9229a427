import type { Tables } from '../../core/tables.ts'
import { number, numberIfAny, optional, text } from '../cell.ts'
import type { Database } from '../database.ts'
import type { Idents } from './idents.ts'

export function marks(database: Database, idents: Idents): Tables['marks'] {
  const get = database.statement('SELECT value FROM keeper_marks WHERE keeper = ? AND name = ?')
  const put = database.statement('INSERT OR REPLACE INTO keeper_marks (keeper, name, value) VALUES (?, ?, ?)')
  const all = database.statement(
    'SELECT name, value FROM keeper_marks WHERE keeper = ? AND substr(name, 1, ?) = ? ORDER BY name',
  )
  const most = database.statement('SELECT max(value) FROM keeper_marks WHERE name = ?')
  const clear = database.statement('DELETE FROM keeper_marks WHERE keeper = ?')
  const drop = database.statement('DELETE FROM keeper_marks WHERE keeper = ? AND name = ?')
  const forget = database.statement('DELETE FROM keeper_marks WHERE substr(name, 1, ?) = ?')
  return {
    get: (keeper, name) => optional(get.one(idents.key(keeper), name), (row) => number(row, 0)),
    put: (keeper, name, value) => void put.run(idents.key(keeper), name, value),
    all: (keeper, prefix) =>
      all.all(idents.key(keeper), prefix.length, prefix).map((row) => ({ name: text(row, 0), value: number(row, 1) })),
    most: (name) => optional(most.one(name), (row) => numberIfAny(row, 0)),
    clear: (keeper) => void clear.run(idents.key(keeper)),
    drop: (keeper, name) => void drop.run(idents.key(keeper), name),
    forget: (prefix) => void forget.run(prefix.length, prefix),
  }
}
