import type { EntryId, PlayerId } from '../../../shared/ids.ts'
import type { EntryRow } from '../../core/rows.ts'
import type { Tables } from '../../core/tables.ts'
import { bytes, number, optional, type Row, text } from '../cell.ts'
import { type Database, many } from '../database.ts'
import { bytesOf, hexOf } from '../hexadecimal.ts'
import type { Idents } from './idents.ts'
import { logOf, seqOf, spotOf } from './spot.ts'
import { tallies } from './tallies.ts'

const columns = 'spot, artifact, id, clock, player, rank'

export function entries(database: Database, idents: Idents): Tables['entries'] {
  const insert = database.statement(`INSERT OR IGNORE INTO entries (${columns}) VALUES (?, ?, ?, ?, ?, ?)`)
  const byId = database.statement(`SELECT ${columns} FROM entries WHERE artifact = ? AND id = ?`)
  const bySpot = database.statement(`SELECT ${columns} FROM entries WHERE spot = ?`)
  const remove = database.statement('DELETE FROM entries WHERE spot = ?')
  const clear = database.statement('DELETE FROM entries WHERE artifact = ?')
  const read = (row: Row) => readEntry(row, idents)
  const count = tallies(database)
  const window = windows(database, idents, read)

  function add(row: EntryRow): boolean {
    const spot = spotOf(row.log, row.seq)
    const player = idents.key(row.player)
    return insert.run(spot, row.artifact, bytesOf(row.id), row.clock, player, row.rank) > 0
  }

  function get(artifact: number, id: EntryId): EntryRow | undefined {
    return optional(byId.one(artifact, bytesOf(id)), read)
  }

  function contend(row: EntryRow): boolean {
    const taken = get(row.artifact, row.id)
    if (!taken) throw new Error(`another entry is at seq ${row.seq} of log ${row.log}`)
    if (row.rank >= taken.rank) return row.log === taken.log && row.seq === taken.seq
    remove.run(spotOf(taken.log, taken.seq))
    return add(row)
  }

  return {
    put(row) {
      if (!add(row)) return contend(row)
      count.increase(row.artifact)
      return true
    },
    get,
    at: (log, seq) => optional(bySpot.one(spotOf(log, seq)), read),
    count: count.of,
    clear(artifact) {
      clear.run(artifact)
      count.clear(artifact)
    },
    ...window,
  }
}

type Windows = Pick<Tables['entries'], 'page' | 'lastClock' | 'countAfter'>

/** The newest so many: whoever has more unread than that is told no more than that. */
const countedAtMost = 1_000

function looked(more: string): string {
  return `SELECT player FROM entries WHERE artifact = ?${more} ORDER BY clock DESC, id DESC LIMIT ${countedAtMost}`
}

/** What reads a stretch of the (clock, id) order. */
function windows(database: Database, idents: Idents, read: (row: Row) => EntryRow): Windows {
  const newest = database.statement(
    `SELECT ${columns} FROM entries WHERE artifact = ? ORDER BY clock DESC, id DESC LIMIT ${many}`,
  )
  const before = database.statement(
    `SELECT ${columns} FROM entries WHERE artifact = ? AND (clock, id) < (?, ?) ORDER BY clock DESC, id DESC LIMIT ${many}`,
  )
  const lastClock = database.statement(
    'SELECT clock FROM entries WHERE artifact = ? ORDER BY clock DESC, id DESC LIMIT 1',
  )
  const countAll = database.statement(`SELECT count(*) FROM (${looked('')}) WHERE player <> ?`)
  const countAfter = database.statement(
    `SELECT count(*) FROM (${looked(' AND (clock, id) > (?, ?)')}) WHERE player <> ?`,
  )
  const nobody = -1

  return {
    page(artifact, row, limit) {
      const rows = row ? before.all(artifact, row.clock, bytesOf(row.id), limit) : newest.all(artifact, limit)
      return rows.map(read).reverse()
    },
    lastClock(artifact) {
      const row = lastClock.one(artifact)
      return row ? number(row, 0) : 0
    },
    countAfter(artifact, row, player) {
      const own = idents.find(player) ?? nobody
      const counted = row ? countAfter.one(artifact, row.clock, bytesOf(row.id), own) : countAll.one(artifact, own)
      return number(counted ?? [], 0)
    },
  }
}

function readEntry(row: Row, idents: Idents): EntryRow {
  const spot = number(row, 0)
  return {
    artifact: number(row, 1),
    id: hexOf(bytes(row, 2)) as EntryId,
    clock: number(row, 3),
    log: logOf(spot),
    seq: seqOf(spot),
    rank: text(row, 5),
    player: idents.hex(number(row, 4)) as PlayerId,
  }
}
