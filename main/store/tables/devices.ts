import type { PlayerId } from '../../../shared/ids.ts'
import type { Tables } from '../../core/tables.ts'
import { bytes, number } from '../cell.ts'
import type { Database } from '../database.ts'
import type { Idents } from './idents.ts'

export function devices(database: Database, idents: Idents): Tables['devices'] {
  const listOf = database.statement('SELECT list FROM device_lists WHERE player = ?')
  // an older list says nothing about the newest; of one version the last put stands (KEY-1 is the caller's to decide)
  const put = database.statement(
    `INSERT INTO device_lists (player, version, list) VALUES (?, ?, ?)
     ON CONFLICT (player) DO UPDATE SET version = excluded.version, list = excluded.list
     WHERE excluded.version >= device_lists.version`,
  )
  const ownerOf = database.statement('SELECT player FROM device_owners WHERE device = ?')
  const own = database.statement('INSERT OR REPLACE INTO device_owners (device, player) VALUES (?, ?)')
  return {
    listOf(player) {
      const known = idents.find(player)
      const row = known === undefined ? undefined : listOf.one(known)
      return row && bytes(row, 0)
    },
    ownerOf(device) {
      const known = idents.find(device)
      const row = known === undefined ? undefined : ownerOf.one(known)
      return row && (idents.hex(number(row, 0)) as PlayerId)
    },
    /** a device that a newer list leaves out keeps its owner: what it wrote before is still theirs */
    put(player, version, list, owned) {
      const owner = idents.key(player)
      put.run(owner, version, list)
      for (const device of owned) own.run(idents.key(device), owner)
    },
  }
}
