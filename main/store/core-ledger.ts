import { bytes, number } from './cell.ts'
import type { Database } from './database.ts'
import type { Sealing } from './sealing.ts'

/** What the vault file knows of this device's own attention cores: what a core itself cannot be trusted to tell. */
export type CoreRecord = {
  readonly number: number
  /** signs the core; 32 bytes */
  readonly seed: Uint8Array
  /** so many events were in it once: a core that has fewer has lost some */
  readonly length: number
  /** it must never be appended to again */
  readonly isSpoiled: boolean
}

export type CoreLedger = {
  latest(): CoreRecord | undefined
  begin(seed: Uint8Array): CoreRecord
  /** the record as it is from now on; likewise `spoiled` */
  grown(record: CoreRecord, length: number): CoreRecord
  spoiled(record: CoreRecord): CoreRecord
}

export function coreLedger(database: Database, sealing: Sealing): CoreLedger {
  const latest = database.statement(
    'SELECT number, seed, length, spoiled FROM attention_cores ORDER BY number DESC LIMIT 1',
  )
  const put = database.statement(
    'INSERT OR REPLACE INTO attention_cores (number, seed, length, spoiled) VALUES (?, ?, ?, ?)',
  )

  function read(): CoreRecord | undefined {
    const row = latest.one()
    if (!row) return undefined
    const found = { number: number(row, 0), length: number(row, 2), isSpoiled: number(row, 3) === 1 }
    return { ...found, seed: sealing.open(seedPlace(found), bytes(row, 1)) }
  }

  function write(record: CoreRecord): CoreRecord {
    const seed = sealing.seal(seedPlace(record), record.seed)
    put.run(record.number, seed, record.length, record.isSpoiled ? 1 : 0)
    return record
  }

  return {
    latest: read,
    begin: (seed) => write({ number: (read()?.number ?? 0) + 1, seed, length: 0, isSpoiled: false }),
    grown: (record, length) => write({ ...record, length }),
    spoiled: (record) => write({ ...record, isSpoiled: true }),
  }
}

/** All that the row says: the seed opens only where none of it was changed. */
function seedPlace(record: Omit<CoreRecord, 'seed'>): string {
  return `attention_cores.seed/${record.number}/${record.length}/${record.isSpoiled}`
}
