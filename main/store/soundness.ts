import type { DeviceId } from '../../shared/ids.ts'
import type { Tables } from '../core/tables.ts'
import { damagedChunks } from './automerge-storage.ts'
import { bytes, number, type Row, text } from './cell.ts'
import type { Database } from './database.ts'
import { faultOf } from './failure.ts'
import { hexOf } from './hexadecimal.ts'
import type { Sealing } from './sealing.ts'
import { damagedEnvelopes } from './tables/envelopes.ts'

/**
 * What is damaged in an open vault, in words. Reads all of the truth as the core does: each row has a checksum or a
 * seal, so that no changed byte of it passes. Projections are not looked at closely: they can be made again.
 */
export function damageIn(database: Database, sealing: Sealing, tables: Tables): string[] {
  if (database.isInTransaction()) throw new Error('a vault is not checked within a transaction')
  // what is remembered of the rows would hide what became of them
  database.forget()
  const rows = (sql: string) => database.statement(sql).all()
  const each = (sql: string, read: (row: Row) => unknown) => rows(sql).flatMap((row) => wordsFor(() => read(row)))
  return [
    () => rows('PRAGMA integrity_check').flatMap(([found]) => (found === 'ok' ? [] : [String(found)])),
    () => damagedEnvelopes(database),
    () => damagedChunks(database, sealing),
    () => each('SELECT name FROM facts', (row) => tables.facts.get(text(row, 0))),
    () => each('SELECT key FROM artifacts', (row) => tables.artifacts.byKey(number(row, 0))),
    () => each('SELECT key FROM logs', (row) => tables.logs.byKey(number(row, 0))),
    () =>
      each('SELECT artifact, scope, epoch FROM keys', (row) =>
        tables.keys.get(number(row, 0), text(row, 1), number(row, 2)),
      ),
    () =>
      each('SELECT idents.bytes, incarnation, seq FROM attention JOIN idents ON key = device', (row) =>
        tables.attention.of(hexOf(bytes(row, 0)) as DeviceId, number(row, 1), number(row, 2), 1),
      ),
    () => wordsFor(() => tables.attention.forks()),
    () => each('SELECT address FROM blobs', (row) => tables.blobs.get(bytes(row, 0))),
  ].flatMap(guarded)
}

/** A page that cannot be read at all ends the look at its table, not at the others. */
function guarded(look: () => string[]): string[] {
  let found: string[] = []
  const failed = wordsFor(() => {
    found = look()
  })
  return [...found, ...failed]
}

function wordsFor(read: () => unknown): string[] {
  try {
    read()
    return []
  } catch (error) {
    const reason = faultOf(error)
    if (!reason) throw error
    return [reason.message]
  }
}
