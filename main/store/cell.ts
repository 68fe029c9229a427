import type { SQLOutputValue } from 'node:sqlite'
import { corrupt } from './failure.ts'

/** One row as SQLite gives it out, in the order of the columns asked for. */
export type Row = readonly SQLOutputValue[]

/** The readers below throw `VaultCorrupt` on a cell of another type: nothing here ever wrote one. */
export function number(row: Row, column: number): number {
  const cell = row[column]
  if (typeof cell !== 'number') throw strange(column, 'a number')
  return cell
}

export function text(row: Row, column: number): string {
  const cell = row[column]
  if (typeof cell !== 'string') throw strange(column, 'text')
  return cell
}

export function bytes(row: Row, column: number): Uint8Array {
  const cell = row[column]
  if (!(cell instanceof Uint8Array)) throw strange(column, 'bytes')
  return cell
}

export function numberIfAny(row: Row, column: number): number | undefined {
  return row[column] === null ? undefined : number(row, column)
}

export function bytesIfAny(row: Row, column: number): Uint8Array | undefined {
  return row[column] === null ? undefined : bytes(row, column)
}

/** What a row says, if there is one. */
export function optional<T>(row: Row | undefined, read: (row: Row) => T): T | undefined {
  return row && read(row)
}

/** Text that is one of a closed set, as a CHECK in the schema would say. */
export function choice<T extends string>(row: Row, column: number, choices: readonly T[]): T {
  const cell = text(row, column)
  const found = choices.find((each) => each === cell)
  if (found === undefined) throw strange(column, choices.join(' or '))
  return found
}

function strange(column: number, wanted: string): Error {
  return corrupt(`Column ${column} of a row is not ${wanted}.`)
}
