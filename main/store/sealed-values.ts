import { bytes, number, type Row, text } from './cell.ts'
import type { Database } from './database.ts'
import { faultOf } from './failure.ts'
import type { Sealing } from './sealing.ts'
import { secretPlace } from './tables/artifacts.ts'
import { factPlace } from './tables/facts.ts'
import { keyPlace } from './tables/keys.ts'

/** Names every sealed value of the truth that does not open. Projections are made again, so theirs don't count. */
export function damagedValues(database: Database, sealing: Sealing): string[] {
  const readers: [string, (row: Row) => unknown][] = [
    ['SELECT value, name FROM facts', (row) => sealing.open(factPlace(text(row, 1)), bytes(row, 0))],
    ['SELECT secret, key FROM artifacts', (row) => sealing.open(secretPlace(number(row, 1)), bytes(row, 0))],
    [
      'SELECT key, artifact, scope, epoch FROM keys',
      (row) => sealing.open(keyPlace(number(row, 1), text(row, 2), number(row, 3)), bytes(row, 0)),
    ],
  ]
  return readers.flatMap(([sql, read]) =>
    database
      .statement(sql)
      .all()
      .flatMap((row) => damage(() => read(row))),
  )
}

function damage(read: () => unknown): string[] {
  try {
    read()
    return []
  } catch (error) {
    const reason = faultOf(error)
    if (!reason) throw error
    return [reason.message]
  }
}
