import type { DeviceId } from '../../../shared/ids.ts'
import type { LogRow, Tables } from '../../core/tables.ts'
import { bytes, choice, number, numberIfAny, type Row } from '../cell.ts'
import type { Database } from '../database.ts'
import type { Idents } from './idents.ts'
import { logLimit } from './spot.ts'

const kinds = ['authority', 'writer'] as const
const columns = 'key, artifact, kind, device, incarnation, length, head, fork_at, judged, clock, position, epoch'

export function logs(database: Database, idents: Idents): Tables['logs'] {
  const of = database.statement(`SELECT ${columns} FROM logs WHERE artifact = ? ORDER BY key`)
  const byKey = database.statement(`SELECT ${columns} FROM logs WHERE key = ?`)
  const insert = database.statement(`INSERT INTO logs (${columns}) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const update = database.statement(
    `UPDATE logs SET length = ?, head = ?, fork_at = ?, judged = ?, clock = ?, position = ?, epoch = ? WHERE key = ?`,
  )

  function read(row: Row): LogRow {
    return {
      key: number(row, 0),
      artifact: number(row, 1),
      kind: choice(row, 2, kinds),
      device: idents.hex(number(row, 3)) as DeviceId,
      incarnation: number(row, 4),
      length: number(row, 5),
      head: bytes(row, 6),
      forkAt: numberIfAny(row, 7),
      judged: number(row, 8),
      clock: number(row, 9),
      position: number(row, 10),
      epoch: number(row, 11),
    }
  }

  return {
    of: (artifact) => of.all(artifact).map(read),
    byKey(key) {
      const row = byKey.one(key)
      return row && read(row)
    },
    add(row) {
      const { artifact, kind, incarnation, length, head, forkAt, judged, clock, position, epoch } = row
      const device = idents.key(row.device)
      insert.run(artifact, kind, device, incarnation, length, head, forkAt ?? null, judged, clock, position, epoch)
      const key = database.lastKey()
      if (key > logLimit) throw new RangeError('more logs than their envelopes have numbers for')
      return { ...row, key }
    },
    /** which log it is never changes: artifact, kind, device and incarnation are not written */
    update({ key, length, head, forkAt, judged, clock, position, epoch }) {
      update.run(length, head, forkAt ?? null, judged, clock, position, epoch, key)
    },
  }
}
