import type { DeviceId } from '../../../shared/ids.ts'
import type { LogRow } from '../../core/rows.ts'
import type { Tables } from '../../core/tables.ts'
import { bytes, choice, number, numberIfAny, optional, type Row } from '../cell.ts'
import { checksum } from '../checksum.ts'
import type { Database } from '../database.ts'
import { corrupt } from '../failure.ts'
import { recent } from '../recent.ts'
import type { Idents } from './idents.ts'
import { logLimit } from './spot.ts'

const kinds = ['authority', 'writer'] as const
/** artifacts whose logs stay decoded: every envelope that arrives asks for them several times */
const remembered = 1024
const columns = 'key, artifact, kind, device, incarnation, length, head, fork_at, judged, clock, position, epoch, sum'

export function logs(database: Database, idents: Idents): Tables['logs'] {
  const of = database.statement(`SELECT ${columns} FROM logs WHERE artifact = ? ORDER BY key`)
  const byKey = database.statement(`SELECT ${columns} FROM logs WHERE key = ?`)
  const insert = database.statement(`INSERT INTO logs (${columns}) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const update = database.statement(
    `UPDATE logs SET length = ?, head = ?, fork_at = ?, judged = ?, clock = ?, position = ?, epoch = ?, sum = ?
     WHERE key = ?`,
  )
  const drop = database.statement('DELETE FROM logs WHERE artifact = ?')
  /** the logs of an artifact in order of their keys; each list is replaced, never changed: callers may hold one */
  const lists = recent<number, readonly LogRow[]>(remembered)
  database.onForget(lists.clear)
  const read = (row: Row) => readLog(row, idents)

  function listOf(artifact: number): readonly LogRow[] {
    return lists.get(artifact) ?? lists.set(artifact, of.all(artifact).map(read))
  }

  return {
    of: (artifact) => [...listOf(artifact)],
    byKey: (key) => optional(byKey.one(key), read),
    add(row) {
      const { artifact, kind, incarnation, length, head, forkAt, judged, clock, position, epoch } = row
      const device = idents.key(row.device)
      const cells = [length, head, forkAt ?? null, judged, clock, position, epoch, sumOf(row)]
      insert.run(artifact, kind, device, incarnation, ...cells)
      const key = database.lastKey()
      if (key > logLimit) throw new RangeError('more logs than their envelopes have numbers for')
      lists.drop(artifact)
      return { ...row, key }
    },
    dropAll(artifact) {
      drop.run(artifact)
      lists.drop(artifact)
    },
    /** which log it is never changes: artifact, kind, device and incarnation are not written */
    update(row) {
      const { key, artifact, length, head, forkAt, judged, clock, position, epoch } = row
      const changed = update.run(length, head, forkAt ?? null, judged, clock, position, epoch, sumOf(row), key)
      if (changed === 0) throw new Error(`there is no log ${key}`)
      const known = lists.get(artifact)
      if (known)
        lists.set(
          artifact,
          known.map((log) => (log.key === key ? row : log)),
        )
    },
  }
}

type Truth = Omit<LogRow, 'key' | 'judged' | 'clock' | 'position' | 'epoch'>

function sumOf({ artifact, kind, device, incarnation, length, head, forkAt }: Truth): number {
  return checksum(`${artifact}/${kind}/${device}/${incarnation}/${length}/${forkAt}`, head)
}

function readLog(row: Row, idents: Idents): LogRow {
  const log = {
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
  if (sumOf(log) !== number(row, 12)) throw corrupt(`Log ${log.key} was changed on disk.`)
  return log
}
