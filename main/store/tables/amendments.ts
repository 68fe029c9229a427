import type { EntryId, PlayerId } from '../../../shared/ids.ts'
import type { AmendmentRow } from '../../core/rows.ts'
import type { Tables } from '../../core/tables.ts'
import { bytes, choice, number, type Row, text } from '../cell.ts'
import type { Database } from '../database.ts'
import { bytesOf, hexOf } from '../hexadecimal.ts'
import type { Idents } from './idents.ts'

const kinds = ['edit', 'delete', 'remove', 'react', 'read', 'recall'] as const
const columns = 'artifact, target, hash, kind, value, player, clock, log, seq'

export function amendments(database: Database, idents: Idents): Tables['amendments'] {
  const put = database.statement(`INSERT OR IGNORE INTO amendments (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const of = database.statement(
    `SELECT ${columns} FROM amendments WHERE artifact = ? AND target = ? ORDER BY clock, hash, kind, value`,
  )
  const newest = database.statement(
    `SELECT ${columns} FROM amendments WHERE artifact = ? AND kind = ? AND player = ?
     ORDER BY clock DESC, hash DESC LIMIT 1`,
  )
  const clear = database.statement('DELETE FROM amendments WHERE artifact = ?')

  function read(row: Row): AmendmentRow {
    return {
      artifact: number(row, 0),
      target: hexOf(bytes(row, 1)) as EntryId,
      hash: hexOf(bytes(row, 2)),
      kind: choice(row, 3, kinds),
      value: text(row, 4),
      player: idents.hex(number(row, 5)) as PlayerId,
      clock: number(row, 6),
      log: number(row, 7),
      seq: number(row, 8),
    }
  }

  return {
    put({ artifact, target, hash, kind, value, player, clock, log, seq }) {
      put.run(artifact, bytesOf(target), bytesOf(hash), kind, value, idents.key(player), clock, log, seq)
    },
    of: (artifact, target) => of.all(artifact, bytesOf(target)).map(read),
    newest(artifact, kind, player) {
      const known = idents.find(player)
      const row = known === undefined ? undefined : newest.one(artifact, kind, known)
      return row && read(row)
    },
    clear: (artifact) => void clear.run(artifact),
  }
}
