import type { PlayerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../core/rows.ts'
import type { Tables } from '../../core/tables.ts'
import { bytes, bytesIfAny, choice, number, numberIfAny, optional, type Row } from '../cell.ts'
import type { Database } from '../database.ts'
import { corrupt } from '../failure.ts'
import { bytesOf, hexOf } from '../hexadecimal.ts'
import { recent } from '../recent.ts'
import type { Sealing } from '../sealing.ts'

const columns = 'player, name, status, direction, message, since, last_seen, given, taken, sentiment'
const statuses = ['pending', 'confirmed', 'blocked'] as const
const directions = ['in', 'out'] as const
/** rows that stay decoded: whoever is named in a view is asked for */
const remembered = 1024

export function peers(database: Database, sealing: Sealing): Tables['peers'] {
  const get = database.statement(`SELECT ${columns} FROM peers WHERE player = ?`)
  const put = database.statement(`INSERT OR REPLACE INTO peers (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const drop = database.statement('DELETE FROM peers WHERE player = ?')
  const all = database.statement(`SELECT ${columns} FROM peers ORDER BY player`)
  const read = (row: Row) => readPeer(row, sealing)
  /** what was asked for, strangers too */
  const known = recent<PlayerId, { readonly row: PeerRow | undefined }>(remembered)
  database.onForget(known.clear)
  const find = (player: PlayerId) => optional(get.one(bytesOf(player)), read)
  return {
    get: (player) => (known.get(player) ?? known.set(player, { row: find(player) })).row,
    put(row) {
      const { player, status, direction, since, lastSeen, sentiment } = row
      const name = sealing.sealText(place('name', player), row.name)
      const message = sealing.sealText(place('message', player), row.message)
      const given = sealing.seal(place('given', player), row.given)
      const taken = row.taken ? sealing.seal(place('taken', player), row.taken) : null
      put.run(bytesOf(player), name, status, direction, message, since, lastSeen ?? null, given, taken, sentiment)
      known.set(player, { row })
    },
    drop(player) {
      drop.run(bytesOf(player))
      known.drop(player)
    },
    all: () => all.all().map(read),
  }
}

function place(column: string, player: PlayerId): string {
  return `peers.${column}/${player}`
}

function readPeer(row: Row, sealing: Sealing): PeerRow {
  const player = hexOf(bytes(row, 0)) as PlayerId
  const taken = bytesIfAny(row, 8)
  return {
    player,
    name: sealing.openText(place('name', player), bytes(row, 1)),
    status: choice(row, 2, statuses),
    direction: choice(row, 3, directions),
    message: sealing.openText(place('message', player), bytes(row, 4)),
    since: number(row, 5),
    lastSeen: numberIfAny(row, 6),
    given: sealing.open(place('given', player), bytes(row, 7)),
    taken: taken && sealing.open(place('taken', player), taken),
    sentiment: sentimentOf(number(row, 9)),
  }
}

function sentimentOf(value: number): PeerRow['sentiment'] {
  if (value !== -1 && value !== 0 && value !== 1) throw corrupt('A sentiment is none.')
  return value
}
