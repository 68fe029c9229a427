import type { DeviceId, PlayerId } from '../../../shared/ids.ts'
import type { AttentionRow } from '../../core/rows.ts'
import type { Tables } from '../../core/tables.ts'
import { bytes, number, type Row } from '../cell.ts'
import { checksum } from '../checksum.ts'
import { type Database, many } from '../database.ts'
import { corrupt } from '../failure.ts'
import type { Idents } from './idents.ts'

export function attention(database: Database, idents: Idents): Tables['attention'] {
  const columns = 'device, incarnation, seq, player, hash, bytes, sum'
  const insert = database.statement(`INSERT INTO attention (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`)
  const insertFork = database.statement(
    `INSERT OR IGNORE INTO attention_forks (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertDevice = database.statement('INSERT OR IGNORE INTO attention_devices (player, device) VALUES (?, ?)')
  const chain = `FROM attention WHERE device = ? AND incarnation = ?`
  const of = database.statement(`SELECT ${columns} ${chain} AND seq >= ? ORDER BY seq LIMIT ${many}`)
  const last = database.statement(`SELECT ${columns} ${chain} ORDER BY seq DESC LIMIT 1`)
  const nextIncarnation = database.statement(
    'SELECT incarnation FROM attention WHERE device = ? AND incarnation > ? ORDER BY incarnation LIMIT 1',
  )
  const devicesOf = database.statement('SELECT device FROM attention_devices WHERE player = ?')
  const forks = database.statement(`SELECT ${columns} FROM attention_forks ORDER BY device, incarnation, seq, hash`)

  function read(row: Row): AttentionRow {
    const event = {
      device: idents.hex(number(row, 0)) as DeviceId,
      incarnation: number(row, 1),
      seq: number(row, 2),
      player: idents.hex(number(row, 3)) as PlayerId,
      hash: bytes(row, 4),
      bytes: bytes(row, 5),
    }
    if (sumOf(event) !== number(row, 6)) throw corrupt(`Attention event ${event.seq} was changed on disk.`)
    return event
  }

  function cells(row: AttentionRow) {
    return [idents.key(row.device), row.incarnation, row.seq, idents.key(row.player), row.hash, row.bytes, sumOf(row)]
  }

  return {
    append(row) {
      insert.run(...cells(row))
      insertDevice.run(idents.key(row.player), idents.key(row.device))
    },
    of(device, incarnation, fromSeq, limit) {
      const known = idents.find(device)
      return known === undefined ? [] : of.all(known, incarnation, fromSeq, limit).map(read)
    },
    last(device, incarnation) {
      const known = idents.find(device)
      const row = known === undefined ? undefined : last.one(known, incarnation)
      return row && read(row)
    },
    incarnations(device) {
      const known = idents.find(device)
      const found: number[] = []
      let row = known === undefined ? undefined : nextIncarnation.one(known, Number.MIN_SAFE_INTEGER)
      while (row && known !== undefined) {
        found.push(number(row, 0))
        row = nextIncarnation.one(known, number(row, 0))
      }
      return found
    },
    devicesOf(player) {
      const known = idents.find(player)
      if (known === undefined) return []
      return devicesOf
        .all(known)
        .map((row) => idents.hex(number(row, 0)) as DeviceId)
        .sort()
    },
    addFork: (row) => void insertFork.run(...cells(row)),
    forks: () => forks.all().map(read),
  }
}

function sumOf({ device, incarnation, seq, player, hash, bytes: content }: AttentionRow): number {
  return checksum(`${device}/${incarnation}/${seq}/${player}`, hash, content)
}
