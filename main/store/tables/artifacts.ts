import type { PlayerId } from '../../../shared/ids.ts'
import type { ArtifactRow, Tables } from '../../core/tables.ts'
import { bytes, bytesIfAny, choice, number, type Row, text } from '../cell.ts'
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
  const select = (condition: string) => database.statement(`SELECT ${columns} FROM artifacts WHERE ${condition}`)
  const byId = select('id = ?')
  const byKey = select('key = ?')
  // whoever shares a secret can make a second artifact with its tags: the one that was there first keeps them
  const byTag = select('tag = ? ORDER BY key LIMIT 1')
  const byAttentionTag = select('attention_tag = ? ORDER BY key LIMIT 1')
  const after = select(`key > ? ORDER BY key LIMIT ${batch}`)
  const shared = select('key IN (SELECT artifact FROM members WHERE player = ?) ORDER BY key')
  const insert = database.statement(`INSERT INTO artifacts (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const nextKey = database.statement('SELECT coalesce(max(key), 0) + 1 FROM artifacts')
  const update = database.statement(
    `UPDATE artifacts SET tag = ?, attention_tag = ?, secret = ?, type = ?, steward = ?, created_at = ?, status = ?,
     name = ?, others = ?, digest = ?, epoch = ? WHERE key = ?`,
  )

  const rows = recent<number, ArtifactRow>(remembered)
  const keysById = recent<ArtifactId, number>(remembered)
  const keysByTag = recent<string, number>(remembered)
  database.onForget(() => {
    rows.clear()
    keysById.clear()
    keysByTag.clear()
  })

  const sealSecret = (key: number, row: { secret: Uint8Array }) => sealing.seal(secretPlace(key), row.secret)
  const sealName = (key: number, { name }: { name: string }) =>
    name === '' ? null : sealing.sealText(namePlace(key), name)

  function read(row: Row): ArtifactRow {
    return rows.get(number(row, 0)) ?? rows.set(number(row, 0), readArtifact(row, sealing, idents))
  }

  /** By what leads to a key for as long as the artifact is there. */
  function find<K>(keys: Recent<K, number>, name: K, fetch: () => Row | undefined): ArtifactRow | undefined {
    const key = keys.get(name)
    const known = key === undefined ? undefined : rows.get(key)
    if (known) return known
    const row = fetch()
    if (!row) return undefined
    keys.set(name, number(row, 0))
    return read(row)
  }

  function one(row: Row | undefined): ArtifactRow | undefined {
    return row && read(row)
  }

  return {
    byId: (id) => find(keysById, id, () => byId.one(bytesOfId(id))),
    byKey: (key) => rows.get(key) ?? one(byKey.one(key)),
    byTag: (tag) => find(keysByTag, hexOf(tag), () => byTag.one(tag)),
    byAttentionTag: (tag) => one(byAttentionTag.one(tag)),
    add(row) {
      const { id, tag, attentionTag, type, createdAt, status, others, digest, epoch } = row
      const steward = idents.key(row.steward)
      // the key is part of what the sealed values are bound to, so it has to be known before they are written
      const key = number(nextKey.one() ?? [], 0)
      const secret = sealSecret(key, row)
      const name = sealName(key, row)
      const truth = [key, bytesOfId(id), tag, attentionTag, secret, type, steward, createdAt]
      insert.run(...truth, status, name, others, digest, epoch)
      return rows.set(key, { ...row, key })
    },
    update(row) {
      const { key, tag, attentionTag, type, createdAt, status, others, digest, epoch } = row
      const steward = idents.key(row.steward)
      const secret = sealSecret(key, row)
      const name = sealName(key, row)
      update.run(tag, attentionTag, secret, type, steward, createdAt, status, name, others, digest, epoch, key)
      rows.set(key, row)
      keysByTag.clear()
    },
    *all() {
      let last = Number.MIN_SAFE_INTEGER
      for (;;) {
        const rows = after.all(last).map(read)
        yield* rows
        const end = rows.at(-1)
        if (!end || rows.length < batch) return
        last = end.key
      }
    },
    sharedWith(player) {
      const known = idents.find(player)
      return known === undefined ? [] : shared.all(known).map(read)
    },
  }
}

export function secretPlace(key: number): string {
  return `artifacts.secret/${key}`
}

function namePlace(key: number): string {
  return `artifacts.name/${key}`
}

function readArtifact(row: Row, sealing: Sealing, idents: Idents): ArtifactRow {
  const key = number(row, 0)
  const name = bytesIfAny(row, 9)
  return {
    key,
    id: idOf(bytes(row, 1)),
    tag: bytes(row, 2),
    attentionTag: bytes(row, 3),
    secret: sealing.open(secretPlace(key), bytes(row, 4)),
    type: text(row, 5),
    steward: idents.hex(number(row, 6)) as PlayerId,
    createdAt: number(row, 7),
    status: choice(row, 8, statuses),
    name: name ? sealing.openText(namePlace(key), name) : '',
    others: number(row, 10),
    digest: bytes(row, 11),
    epoch: number(row, 12),
  }
}
