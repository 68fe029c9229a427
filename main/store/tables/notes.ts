import type { Tables } from '../../core/tables.ts'
import { bytes, number, type Row, text } from '../cell.ts'
import type { Database } from '../database.ts'
import type { Sealing } from '../sealing.ts'

export function notes(database: Database, sealing: Sealing): Tables['notes'] {
  const get = database.statement('SELECT artifact, name, value FROM notes WHERE artifact = ? AND name = ?')
  const put = database.statement('INSERT OR REPLACE INTO notes (artifact, name, value) VALUES (?, ?, ?)')
  const drop = database.statement('DELETE FROM notes WHERE artifact = ? AND name = ?')
  // 0xff follows every byte of valid UTF-8, so this range is exactly the names that begin with the prefix
  const begins = `name >= ?1 AND name < ?1 || CAST(x'ff' AS TEXT)`
  const all = database.statement(
    `SELECT artifact, name, value FROM notes WHERE artifact = ?2 AND ${begins} ORDER BY name`,
  )
  const everywhere = database.statement(
    `SELECT artifact, name, value FROM notes WHERE ${begins} ORDER BY name, artifact`,
  )

  function read(row: Row) {
    const artifact = number(row, 0)
    const name = text(row, 1)
    return { artifact, name, value: sealing.open(valuePlace(artifact, name), bytes(row, 2)) }
  }

  return {
    get(artifact, name) {
      const row = get.one(artifact, name)
      return row && read(row).value
    },
    put: (artifact, name, value) => void put.run(artifact, name, sealing.seal(valuePlace(artifact, name), value)),
    drop: (artifact, name) => void drop.run(artifact, name),
    all(artifact, prefix) {
      return all
        .all(prefix, artifact)
        .map(read)
        .map(({ name, value }) => ({ name, value }))
    },
    everywhere: (prefix) => everywhere.all(prefix).map(read),
  }
}

function valuePlace(artifact: number, name: string): string {
  return `notes.value/${artifact}/${name}`
}
