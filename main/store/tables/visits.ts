import type { DeviceId, PlayerId } from '../../../shared/ids.ts'
import type { VisitRow } from '../../core/rows.ts'
import type { Tables } from '../../core/tables.ts'
import { bytes, number, numberIfAny, type Row } from '../cell.ts'
import type { Database } from '../database.ts'
import type { Idents } from './idents.ts'

export function visits(database: Database, idents: Idents): Tables['visits'] {
  const columns = 'device, incarnation, seq, player, tag, start, until'
  const put = database.statement(`INSERT OR REPLACE INTO visits (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`)
  const end = database.statement('UPDATE visits SET until = ? WHERE device = ? AND incarnation = ? AND seq = ?')
  const clear = database.statement('DELETE FROM visits WHERE device = ? AND incarnation = ?')
  const order = 'ORDER BY start, device, incarnation, seq'
  const of = database.statement(`SELECT ${columns} FROM visits WHERE tag = ? ${order}`)
  const open = database.statement(`SELECT ${columns} FROM visits WHERE until IS NULL ${order}`)

  /** asked for at every step, changed seldom */
  let opened: VisitRow[] | undefined
  const forget = () => {
    opened = undefined
  }
  database.onForget(forget)

  function read(row: Row): VisitRow {
    return {
      device: idents.hex(number(row, 0)) as DeviceId,
      incarnation: number(row, 1),
      seq: number(row, 2),
      player: idents.hex(number(row, 3)) as PlayerId,
      tag: bytes(row, 4),
      start: number(row, 5),
      end: numberIfAny(row, 6),
    }
  }

  return {
    put({ device, incarnation, seq, player, tag, start, end: until }) {
      put.run(idents.key(device), incarnation, seq, idents.key(player), tag, start, until ?? null)
      forget()
    },
    end(device, incarnation, seq, at) {
      const known = idents.find(device)
      if (known !== undefined) end.run(at, known, incarnation, seq)
      forget()
    },
    clear(device, incarnation) {
      const known = idents.find(device)
      if (known !== undefined) clear.run(known, incarnation)
    },
    of: (tag) => of.all(tag).map(read),
    open() {
      opened ??= open.all().map(read)
      return [...opened]
    },
  }
}
