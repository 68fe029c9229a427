import type { Tables } from '../../core/tables.ts'
import { bytes, number, optional, type Row } from '../cell.ts'
import { checksum } from '../checksum.ts'
import { type Database, many } from '../database.ts'
import { corrupt } from '../failure.ts'
import { logOf, seqOf, spotOf } from './spot.ts'

type Envelope = { seq: number; hash: Uint8Array; bytes: Uint8Array }

/** A row that the disk changed is `VaultCorrupt` when read: it is never served to anyone. */
export function envelopes(database: Database): Tables['envelopes'] {
  const insert = database.statement('INSERT INTO envelopes (spot, hash, bytes, sum) VALUES (?, ?, ?, ?)')
  const at = database.statement('SELECT spot, hash, bytes, sum FROM envelopes WHERE spot = ?')
  const from = database.statement(
    `SELECT spot, hash, bytes, sum FROM envelopes WHERE spot >= ? AND spot < ? ORDER BY spot LIMIT ${many}`,
  )
  const insertSibling = database.statement(
    'INSERT OR IGNORE INTO siblings (spot, hash, bytes, sum) VALUES (?, ?, ?, ?)',
  )
  const siblings = database.statement(
    'SELECT spot, hash, bytes, sum FROM siblings WHERE spot >= ? AND spot < ? ORDER BY spot, hash',
  )
  const logsOf = database.statement('SELECT key FROM logs WHERE artifact = ?')
  const drop = database.statement('DELETE FROM envelopes WHERE spot >= ? AND spot < ?')
  const dropSiblings = database.statement('DELETE FROM siblings WHERE spot >= ? AND spot < ?')

  return {
    append(log, seq, hash, content) {
      const spot = spotOf(log, seq)
      insert.run(spot, hash, content, checksum(spot, hash, content))
    },
    at: (log, seq) => optional(at.one(spotOf(log, seq)), sound),
    from: (log, seq, limit) => from.all(spotOf(log, seq), end(log), limit).map(sound),
    addSibling(log, seq, hash, content) {
      const spot = spotOf(log, seq)
      insertSibling.run(spot, hash, content, checksum(spot, hash, content))
    },
    siblings: (log) => siblings.all(spotOf(log, 0), end(log)).map(sound),
    dropAll(artifact) {
      database.atomically(() => {
        for (const row of logsOf.all(artifact)) {
          const log = number(row, 0)
          drop.run(spotOf(log, 0), end(log))
          dropSiblings.run(spotOf(log, 0), end(log))
        }
      })
    },
  }
}

/** Names every envelope whose bytes are not those that were written. */
export function damagedEnvelopes(database: Database): string[] {
  const damaged: string[] = []
  for (const table of ['envelopes', 'siblings']) {
    const next = database.statement(
      `SELECT spot, hash, bytes, sum FROM ${table} WHERE spot > ? ORDER BY spot LIMIT 1000`,
    )
    let page = next.all(-1)
    while (page.length > 0) {
      for (const row of page) if (!isSound(row)) damaged.push(describe(row))
      page = next.all(number(page.at(-1) ?? [], 0))
    }
  }
  return damaged
}

function end(log: number): number {
  return spotOf(log, 0) + 2 ** 32
}

function isSound(row: Row): boolean {
  return checksum(number(row, 0), bytes(row, 1), bytes(row, 2)) === number(row, 3)
}

function sound(row: Row): Envelope {
  if (!isSound(row)) throw corrupt(describe(row))
  return { seq: seqOf(number(row, 0)), hash: bytes(row, 1), bytes: bytes(row, 2) }
}

function describe(row: Row): string {
  const spot = number(row, 0)
  return `Envelope ${seqOf(spot)} of log ${logOf(spot)} was changed on disk.`
}
