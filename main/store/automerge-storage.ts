import type { Chunk, StorageAdapterInterface, StorageKey } from '@automerge/automerge-repo'
import { bytes, number, type Row, text } from './cell.ts'
import type { Database } from './database.ts'
import type { Sealing } from './sealing.ts'

/**
 * automerge-repo's storage in the vault file: rows in order of insertion, each sealed and so with a checksum that is
 * verified before its bytes are given out. A damaged row reads as absent here; `examine` tells, and must be asked
 * before a document is loaded, because automerge-repo takes what is missing for what never was.
 */
export type ChunkStore = StorageAdapterInterface & {
  examine(prefix: StorageKey): 'absent' | 'sound' | 'damaged'
  /** moves the rows aside, out of reach of `load`; the oldest of those moved before give way */
  quarantine(prefix: StorageKey): void
  discard(prefix: StorageKey): void
}

/** rows kept for whoever wants to know what happened to them */
const quarantined = 256

export function chunkStore(database: Database, sealing: Sealing): ChunkStore {
  const load = database.statement('SELECT key, data FROM chunks WHERE key = ?')
  const save = database.statement(
    'INSERT INTO chunks (key, data) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET data = excluded.data',
  )
  const remove = database.statement('DELETE FROM chunks WHERE key = ?')
  const range = database.statement('SELECT key, data FROM chunks WHERE key >= ? AND key < ? ORDER BY number')
  const removeRange = database.statement('DELETE FROM chunks WHERE key >= ? AND key < ?')
  const move = database.statement(
    'INSERT INTO quarantine (key, data) SELECT key, data FROM chunks WHERE key >= ? AND key < ? ORDER BY number',
  )
  const trim = database.statement(
    `DELETE FROM quarantine WHERE number <= (SELECT max(number) FROM quarantine) - ${quarantined}`,
  )

  function read(row: Row): Chunk | undefined {
    const key = text(row, 0)
    const data = openChunk(sealing, row)
    return data && { key: decodeKey(key), data }
  }

  return {
    async load(key) {
      const row = load.one(encodeKey(key))
      return row && read(row)?.data
    },
    async save(key, data) {
      const encoded = encodeKey(key)
      save.run(encoded, sealing.seal(chunkPlace(encoded), data))
    },
    async remove(key) {
      remove.run(encodeKey(key))
    },
    async loadRange(prefix) {
      return range.all(...bounds(prefix)).flatMap((row) => read(row) ?? [])
    },
    async removeRange(prefix) {
      removeRange.run(...bounds(prefix))
    },
    examine(prefix) {
      const chunks = range.all(...bounds(prefix)).map(read)
      if (chunks.length === 0) return 'absent'
      return chunks.every((chunk) => chunk !== undefined && isWhole(chunk)) && hasSnapshot(chunks) ? 'sound' : 'damaged'
    },
    quarantine: (prefix) =>
      database.atomically(() => {
        move.run(...bounds(prefix))
        removeRange.run(...bounds(prefix))
        trim.run()
      }),
    discard: (prefix) => void removeRange.run(...bounds(prefix)),
  }
}

/** Keys of the rows that cannot be opened. */
export function damagedChunks(database: Database, sealing: Sealing): string[] {
  const damaged: string[] = []
  const next = database.statement('SELECT key, data, number FROM chunks WHERE number > ? ORDER BY number LIMIT 100')
  let page = next.all(0)
  while (page.length > 0) {
    for (const row of page) if (!openChunk(sealing, row)) damaged.push(`Chunk ${text(row, 0)} was changed on disk.`)
    page = next.all(number(page.at(-1) ?? [], 2))
  }
  return damaged
}

function openChunk(sealing: Sealing, row: Row): Uint8Array | undefined {
  try {
    return sealing.open(chunkPlace(text(row, 0)), bytes(row, 1))
  } catch {
    return undefined
  }
}

/** automerge-repo never writes an empty chunk, and reads one as an empty document. */
function isWhole(chunk: Chunk): boolean {
  return (chunk.data?.length ?? 0) > 0
}

/** Changes without the snapshot they follow also load as a document: one that never had what the snapshot held. */
function hasSnapshot(chunks: readonly (Chunk | undefined)[]): boolean {
  return chunks.some((chunk) => chunk?.key[1] === 'snapshot')
}

function chunkPlace(key: string): string {
  return `chunks.data/${key}`
}

/** Each part escaped and ended by `/`, so that the keys under a prefix are one range and no part runs into the next. */
function encodeKey(key: StorageKey): string {
  return key.map((part) => `${encodeURIComponent(part)}/`).join('')
}

function decodeKey(key: string): StorageKey {
  return key.split('/').slice(0, -1).map(decodeURIComponent)
}

/** `0` follows `/`. */
function bounds(prefix: StorageKey): [string, string] {
  const start = encodeKey(prefix)
  return start === '' ? ['', '~'] : [start, `${start.slice(0, -1)}0`]
}
