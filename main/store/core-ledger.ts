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
  begin(core: Uint8Array, seed: Uint8Array): CoreRecord
  grown(record: CoreRecord, length: number): void
  spoiled(record: CoreRecord): void
}

export function coreLedger(database: Database, sealing: Sealing): CoreLedger {
  const latest = database.statement(
    'SELECT number, seed, length, spoiled FROM attention_cores ORDER BY number DESC LIMIT 1',
  )
  const insert = database.statement(
    'INSERT INTO attention_cores (number, core, seed, length, spoiled) VALUES (?, ?, ?, 0, 0)',
  )
  const grown = database.statement('UPDATE attention_cores SET length = ? WHERE number = ?')
  const spoiled = database.statement('UPDATE attention_cores SET spoiled = 1 WHERE number = ?')

  function read(): CoreRecord | undefined {
    const row = latest.one()
    if (!row) return undefined
    const at = number(row, 0)
    return {
      number: at,
      seed: sealing.open(seedPlace(at), bytes(row, 1)),
      length: number(row, 2),
      isSpoiled: number(row, 3) === 1,
    }
  }

  return {
    latest: read,
    begin(core, seed) {
      const next = (read()?.number ?? 0) + 1
      insert.run(next, core, sealing.seal(seedPlace(next), seed))
      return { number: next, seed, length: 0, isSpoiled: false }
    },
    grown: (record, length) => void grown.run(length, record.number),
    spoiled: (record) => void spoiled.run(record.number),
  }
}

function seedPlace(at: number): string {
  return `attention_cores.seed/${at}`
}
