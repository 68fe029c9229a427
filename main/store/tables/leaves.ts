import type { EntryId, PlayerId } from '../../../shared/ids.ts'
import type { LeafRow } from '../../core/rows.ts'
import type { Tables } from '../../core/tables.ts'
import { bytes, choice, number, optional, type Row, text } from '../cell.ts'
import type { Database } from '../database.ts'
import { bytesOf, bytesOfId, hexOf, idOf } from '../hexadecimal.ts'
import type { Idents } from './idents.ts'

const columns = 'artifact, id, leaf, address, size, player, log, seq, clock, rank, state'
const states = ['here', 'recalled', 'removed'] as const

export function leaves(database: Database, idents: Idents): Tables['leaves'] {
  const put = database.statement(
    `INSERT INTO leaves (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (artifact, id) DO UPDATE SET leaf = excluded.leaf, address = excluded.address, size = excluded.size,
       player = excluded.player, log = excluded.log, seq = excluded.seq, clock = excluded.clock, rank = excluded.rank,
       state = excluded.state WHERE excluded.rank <= rank`,
  )
  const get = database.statement(`SELECT ${columns} FROM leaves WHERE artifact = ? AND id = ?`)
  const of = database.statement(`SELECT ${columns} FROM leaves WHERE leaf = ? ORDER BY artifact, clock, id`)
  const at = database.statement(`SELECT ${columns} FROM leaves WHERE address = ? ORDER BY artifact, clock, id`)
  const count = database.statement('SELECT count(*) FROM leaves WHERE artifact = ?')
  const clear = database.statement('DELETE FROM leaves WHERE artifact = ?')

  function read(row: Row): LeafRow {
    return {
      artifact: number(row, 0),
      id: hexOf(bytes(row, 1)) as EntryId,
      leaf: idOf(bytes(row, 2)),
      address: bytes(row, 3),
      size: number(row, 4),
      player: idents.hex(number(row, 5)) as PlayerId,
      log: number(row, 6),
      seq: number(row, 7),
      clock: number(row, 8),
      rank: text(row, 9),
      state: choice(row, 10, states),
    }
  }

  return {
    put({ artifact, id, leaf, address, size, player, log, seq, clock, rank, state }) {
      const key = idents.key(player)
      const written = put.run(artifact, bytesOf(id), bytesOfId(leaf), address, size, key, log, seq, clock, rank, state)
      return written > 0
    },
    get: (artifact, id) => optional(get.one(artifact, bytesOf(id)), read),
    of: (leaf) => of.all(bytesOfId(leaf)).map(read),
    at: (address) => at.all(address).map(read),
    count: (artifact) => number(count.one(artifact) ?? [], 0),
    clear: (artifact) => void clear.run(artifact),
  }
}
