import { bytes, number } from '../cell.ts'
import type { Database } from '../database.ts'
import { corrupt } from '../failure.ts'
import { bytesOf, hexOf } from '../hexadecimal.ts'

/**
 * Players and devices by small number: their 32 bytes stand once in the file, and their hex once in memory. An ident is
 * never forgotten; it names, and says nothing.
 */
export type Idents = {
  /** gives a number to one not seen before */
  key(hex: string): number
  /** `undefined` for one not seen before: no row can hold it */
  find(hex: string): number | undefined
  hex(key: number): string
}

const remembered = 50_000

export function idents(database: Database): Idents {
  const select = database.statement('SELECT key FROM idents WHERE bytes = ?')
  const insert = database.statement('INSERT INTO idents (bytes) VALUES (?)')
  const resolve = database.statement('SELECT bytes FROM idents WHERE key = ?')
  const keys = new Map<string, number>()
  const hexes = new Map<number, string>()

  function forget(): void {
    keys.clear()
    hexes.clear()
  }
  database.onForget(forget)

  function remember(hex: string, key: number): number {
    if (keys.size >= remembered) forget()
    keys.set(hex, key)
    hexes.set(key, hex)
    return key
  }

  function find(hex: string): number | undefined {
    const known = keys.get(hex)
    if (known !== undefined) return known
    const row = select.one(bytesOf(hex))
    return row && remember(hex, number(row, 0))
  }

  return {
    find,
    key(hex) {
      const known = find(hex)
      if (known !== undefined) return known
      insert.run(bytesOf(hex))
      return remember(hex, database.lastKey())
    },
    hex(key) {
      const known = hexes.get(key)
      if (known !== undefined) return known
      const row = resolve.one(key)
      if (!row) throw corrupt(`Nobody has the number ${key}.`)
      const hex = hexOf(bytes(row, 0))
      remember(hex, key)
      return hex
    },
  }
}
