import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import type { ArtifactRow } from '../../core/rows.ts'
import type { Tables } from '../../core/tables.ts'
import { equal } from '../../crypto/bytes.ts'
import { bytes, bytesIfAny, choice, number, optional, type Row, text } from '../cell.ts'
import type { Database } from '../database.ts'
import { bytesOfId, hexOf, idOf } from '../hexadecimal.ts'
import { type Recent, recent } from '../recent.ts'
import type { Sealing } from '../sealing.ts'
import type { Idents } from './idents.ts'

const columns = `key, id, tag, attention_tag, secret, type, steward, created_at, status, name, others, digest, epoch`
const statuses = ['active', 'recalled', 'transferred', 'revoked', 'waiting'] as const
/** rows that stay decoded: every envelope that arrives asks for one by its tag */
const remembered = 4096
/** rows fetched at once by `all`: its caller may write between them */
const batch = 256

export function artifacts(database: Database, sealing: Sealing, idents: Idents): Tables['artifacts'] {
  const sql = statements(database)
  const rows = recent<number, ArtifactRow>(remembered)
  const keysById = recent<ArtifactId, number>(remembered)
  const keysByTag = recent<string, number>(remembered)
  database.onForget(() => {
    rows.clear()
    keysById.clear()
    keysByTag.clear()
  })

  function read(row: Row): ArtifactRow {
    const key = number(row, 0)
    return rows.get(key) ?? rows.set(key, readArtifact(row, sealing, idents))
  }

  function find<K>(keys: Recent<K, number>, name: K, fetch: () => Row | undefined): ArtifactRow | undefined {
    const key = keys.get(name)
    const known = key === undefined ? undefined : rows.get(key)
    if (known) return known
    const row = fetch()
    return row && rows.get(keys.set(name, read(row).key))
  }

  function byKey(key: number): ArtifactRow | undefined {
    return rows.get(key) ?? optional(sql.byKey.one(key), read)
  }

  /** The columns that may change, in the order that both ways of writing them take. */
  function cells(key: number, row: Omit<ArtifactRow, 'key'>) {
    const { tag, attentionTag, type, createdAt, status, others, digest, epoch } = row
    const secret = sealing.seal(secretPlace({ ...row, key }), row.secret)
    const name = row.name === '' ? null : sealing.sealText(namePlace(key), row.name)
    const steward = idents.key(row.steward)
    return [tag, attentionTag, secret, type, steward, createdAt, status, name, others, digest, epoch]
  }

  return {
    byId: (id) => find(keysById, id, () => sql.byId.one(bytesOfId(id))),
    byKey,
    byTag: (tag) => find(keysByTag, hexOf(tag), () => sql.byTag.one(tag)),
    byAttentionTag: (tag) => optional(sql.byAttentionTag.one(tag), read),
    add(row) {
      // the key is part of what the sealed values are bound to, so it has to be known before they are written
      const key = number(sql.nextKey.one() ?? [], 0)
      sql.insert.run(...cells(key, row), bytesOfId(row.id), key)
      return rows.set(key, { ...row, key })
    },
    update(row) {
      const tag = rows.get(row.key)?.tag
      if (sql.update.run(...cells(row.key, row), row.key) === 0) throw new Error(`there is no artifact ${row.key}`)
      if (!tag || !equal(tag, row.tag)) keysByTag.clear()
      rows.set(row.key, row)
    },
    drop(key) {
      sql.drop.run(key)
      rows.clear()
      keysById.clear()
      keysByTag.clear()
    },
    *all() {
      let last = Number.MIN_SAFE_INTEGER
      for (;;) {
        const page = sql.after.all(last).map(read)
        yield* page
        const end = page.at(-1)
        if (!end || page.length < batch) return
        last = end.key
      }
    },
    recalled: () => sql.recalled.all().map(read),
    shared: () => sql.anyones.all().map(read),
    sharedWith(player) {
      const known = idents.find(player)
      if (known === undefined) return []
      return sql.shared.all(known).flatMap((row) => byKey(number(row, 0)) ?? [])
    },
  }
}

function statements(database: Database) {
  const select = (condition: string) => database.statement(`SELECT ${columns} FROM artifacts WHERE ${condition}`)
  const changing = 'tag, attention_tag, secret, type, steward, created_at, status, name, others, digest, epoch'
  return {
    byId: select('id = ?'),
    recalled: select("status = 'recalled' ORDER BY key"),
    anyones: select('others > 0 ORDER BY key'),
    byKey: select('key = ?'),
    // whoever shares a secret can make a second artifact with its tags: the one that was there first keeps them
    byTag: select('tag = ? ORDER BY key LIMIT 1'),
    byAttentionTag: select('attention_tag = ? ORDER BY key LIMIT 1'),
    after: select(`key > ? ORDER BY key LIMIT ${batch}`),
    shared: database.statement('SELECT artifact FROM members WHERE player = ? ORDER BY artifact'),
    nextKey: database.statement('SELECT coalesce(max(key), 0) + 1 FROM artifacts'),
    insert: database.statement(
      `INSERT INTO artifacts (${changing}, id, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    drop: database.statement('DELETE FROM artifacts WHERE key = ?'),
    update: database.statement(`UPDATE artifacts SET (${changing}) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE key = ?`),
  }
}

/** All of a row's truth: the secret opens only where none of it was changed. */
function secretPlace({ key, id, tag, attentionTag, type, steward, createdAt }: Omit<ArtifactRow, 'secret'>): string {
  return `artifacts.secret/${key}/${id}/${hexOf(tag)}/${hexOf(attentionTag)}/${type}/${steward}/${createdAt}`
}

function namePlace(key: number): string {
  return `artifacts.name/${key}`
}

function readArtifact(row: Row, sealing: Sealing, idents: Idents): ArtifactRow {
  const key = number(row, 0)
  const name = bytesIfAny(row, 9)
  const open = {
    key,
    id: idOf(bytes(row, 1)),
    tag: bytes(row, 2),
    attentionTag: bytes(row, 3),
    type: text(row, 5),
    steward: idents.hex(number(row, 6)) as PlayerId,
    createdAt: number(row, 7),
    status: choice(row, 8, statuses),
    name: name ? sealing.openText(namePlace(key), name) : '',
    others: number(row, 10),
    digest: bytes(row, 11),
    epoch: number(row, 12),
  }
  return { ...open, secret: sealing.open(secretPlace(open), bytes(row, 4)) }
}
