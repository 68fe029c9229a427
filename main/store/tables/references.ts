import type { ReferenceRow } from '../../core/rows.ts'
import type { Tables } from '../../core/tables.ts'
import { bytes, bytesIfAny, number, optional, type Row, text } from '../cell.ts'
import { type Database, many } from '../database.ts'
import { bytesOfId, idOf } from '../hexadecimal.ts'
import type { Sealing } from '../sealing.ts'

const columns = 'tree, ref_id, child, position, label'

export function references(database: Database, sealing: Sealing): Tables['references'] {
  const put = database.statement(`INSERT OR REPLACE INTO refs (${columns}) VALUES (?, ?, ?, ?, ?)`)
  const drop = database.statement('DELETE FROM refs WHERE tree = ? AND ref_id = ?')
  const get = database.statement(`SELECT ${columns} FROM refs WHERE tree = ? AND ref_id = ?`)
  const of = database.statement(
    `SELECT ${columns} FROM refs INDEXED BY refs_by_child WHERE tree = ? AND child = ? ORDER BY position, ref_id`,
  )
  const parents = database.statement('SELECT DISTINCT tree FROM refs WHERE child = ? ORDER BY tree')
  const page = database.statement(
    `SELECT ${columns} FROM refs WHERE tree = ? ORDER BY position, ref_id LIMIT ${many} OFFSET ${many}`,
  )
  const count = database.statement('SELECT count(*) FROM refs WHERE tree = ?')
  const countOpen = database.statement(
    `SELECT count(*) FROM refs WHERE tree = ? AND ref_id >= 'open:' AND ref_id < 'open;'`,
  )
  const clear = database.statement('DELETE FROM refs WHERE tree = ?')

  function read(row: Row): ReferenceRow {
    const tree = number(row, 0)
    const refId = text(row, 1)
    const label = bytesIfAny(row, 4)
    return {
      tree,
      refId,
      child: idOf(bytes(row, 2)),
      position: number(row, 3),
      label: label && sealing.openText(labelPlace(tree, refId), label),
    }
  }

  return {
    put({ tree, refId, child, position, label }) {
      const sealed = label === undefined ? null : sealing.sealText(labelPlace(tree, refId), label)
      put.run(tree, refId, bytesOfId(child), position, sealed)
    },
    drop: (tree, refId) => void drop.run(tree, refId),
    get: (tree, refId) => optional(get.one(tree, refId), read),
    of: (tree, child) => of.all(tree, bytesOfId(child)).map(read),
    parents: (child) => parents.all(bytesOfId(child)).map((row) => number(row, 0)),
    page: (tree, offset, limit) => page.all(tree, limit, offset).map(read),
    count: (tree, of) => {
      const all = number(count.one(tree) ?? [], 0)
      return of === 'spine' ? all - number(countOpen.one(tree) ?? [], 0) : all
    },
    clear: (tree) => void clear.run(tree),
  }
}

function labelPlace(tree: number, refId: string): string {
  return `refs.label/${tree}/${refId}`
}
