import type { DeviceId, PlayerId } from '../../../shared/ids.ts'
import type { HoldingRow } from '../../core/rows.ts'
import type { Tables } from '../../core/tables.ts'
import { number, type Row } from '../cell.ts'
import type { Database } from '../database.ts'
import type { Idents } from './idents.ts'

export function holdings(database: Database, idents: Idents): Tables['holdings'] {
  const columns = 'artifact, log, holder, player, length, at'
  const put = database.statement(`INSERT OR REPLACE INTO holdings (${columns}) VALUES (?, ?, ?, ?, ?, ?)`)
  const of = database.statement(`SELECT ${columns} FROM holdings WHERE artifact = ? ORDER BY log, holder`)
  const clear = database.statement('DELETE FROM holdings WHERE artifact = ?')

  function read(row: Row): HoldingRow {
    return {
      artifact: number(row, 0),
      log: number(row, 1),
      holder: idents.hex(number(row, 2)) as DeviceId,
      player: idents.hex(number(row, 3)) as PlayerId,
      length: number(row, 4),
      at: number(row, 5),
    }
  }

  return {
    put({ artifact, log, holder, player, length, at }) {
      put.run(artifact, log, idents.key(holder), idents.key(player), length, at)
    },
    of: (artifact) => of.all(artifact).map(read),
    clear: (artifact) => void clear.run(artifact),
  }
}
