import type { PlayerId } from '../../../shared/ids.ts'
import { accessMode } from '../../../shared/views.ts'
import type { MemberRow } from '../../core/rows.ts'
import type { Tables } from '../../core/tables.ts'
import { bytes, choice, number, numberIfAny, type Row } from '../cell.ts'
import type { Database } from '../database.ts'
import { recent } from '../recent.ts'
import type { Sealing } from '../sealing.ts'
import type { Idents } from './idents.ts'

/** artifacts whose members stay decoded */
const remembered = 256
const roles = ['steward', 'member'] as const

export function members(database: Database, sealing: Sealing, idents: Idents): Tables['members'] {
  const columns = 'artifact, player, name, role, mode, expires_at, granted_at, granted_by'
  const of = database.statement(`SELECT ${columns} FROM members WHERE artifact = ?`)
  const put = database.statement(`INSERT OR REPLACE INTO members (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
  const nextPlayer = database.statement(
    `SELECT player FROM members INDEXED BY members_by_player JOIN artifacts ON artifacts.key = artifact
    WHERE player > ? AND status <> 'revoked' ORDER BY player LIMIT 1`,
  )
  const expired = database.statement(`SELECT ${columns} FROM members WHERE expires_at <= ?`)
  const nextExpiry = database.statement('SELECT min(expires_at) FROM members WHERE expires_at IS NOT NULL')
  const clear = database.statement('DELETE FROM members WHERE artifact = ?')

  function read(row: Row): MemberRow {
    const artifact = number(row, 0)
    const player = idents.hex(number(row, 1)) as PlayerId
    return {
      artifact,
      player,
      name: sealing.openText(namePlace(artifact, player), bytes(row, 2)),
      role: choice(row, 3, roles),
      mode: choice(row, 4, accessMode.options),
      expiresAt: numberIfAny(row, 5),
      grantedAt: number(row, 6),
      grantedBy: idents.hex(number(row, 7)) as PlayerId,
    }
  }

  const lists = recent<number, readonly MemberRow[]>(remembered)
  database.onForget(lists.clear)

  function listOf(artifact: number): readonly MemberRow[] {
    const rows = of.all(artifact).map(read)
    return rows.sort((a, b) => (a.player < b.player ? -1 : 1))
  }

  return {
    of: (artifact) => [...(lists.get(artifact) ?? lists.set(artifact, listOf(artifact)))],
    put(row) {
      const { artifact, player, role, mode, expiresAt, grantedAt } = row
      const name = sealing.sealText(namePlace(artifact, player), row.name)
      const grantedBy = idents.key(row.grantedBy)
      put.run(artifact, idents.key(player), name, role, mode, expiresAt ?? null, grantedAt, grantedBy)
      lists.drop(artifact)
    },
    clear(artifact) {
      clear.run(artifact)
      lists.drop(artifact)
    },
    expired: (now) => expired.all(now).map(read),
    nextExpiry: () => numberIfAny(nextExpiry.one() ?? [null], 0),
    companions() {
      const found: PlayerId[] = []
      // from one player to the next, past all the artifacts they share: the cost follows the answer
      for (let row = nextPlayer.one(0); row; row = nextPlayer.one(number(row, 0))) {
        found.push(idents.hex(number(row, 0)) as PlayerId)
      }
      return found.sort()
    },
  }
}

function namePlace(artifact: number, player: PlayerId): string {
  return `members.name/${artifact}/${player}`
}
