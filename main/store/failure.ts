import { type Fault, type FaultCode, fault } from '../../shared/fault.ts'

/** A vault that cannot be opened; nothing in it was changed. */
export class OpenFailure extends Error {
  override readonly name = 'OpenFailure'
  readonly fault: Fault
  constructor(reason: Fault, cause?: unknown) {
    super(reason.message, { cause })
    this.fault = reason
  }
}

/** An open vault that could not be read or written: the transaction it happened in left no trace. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure'
  readonly fault: Fault
  constructor(reason: Fault, cause?: unknown) {
    super(reason.message, { cause })
    this.fault = reason
  }
}

/** SQLite's primary result codes (sqlite.org/rescode.html) that tell of the world and not of a bug. */
const sqliteFaults: ReadonlyMap<number, FaultCode> = new Map([
  [3, 'StoreFailed'], // PERM
  [5, 'StoreFailed'], // BUSY
  [6, 'StoreFailed'], // LOCKED
  [7, 'StoreFailed'], // NOMEM
  [8, 'StoreFailed'], // READONLY
  [10, 'StoreFailed'], // IOERR
  [11, 'VaultCorrupt'], // CORRUPT
  [13, 'DiskFull'], // FULL
  [14, 'StoreFailed'], // CANTOPEN
  [15, 'StoreFailed'], // PROTOCOL
  [26, 'VaultCorrupt'], // NOTADB
])

/** The fault that an error of SQLite or of the file system stands for; `undefined` for everything else, which is a bug. */
export function faultOf(error: unknown): Fault | undefined {
  if (error instanceof StoreFailure || error instanceof OpenFailure) return error.fault
  const { code, errcode } = numbers(error)
  const fromSqlite = errcode === undefined ? undefined : sqliteFaults.get(errcode & 0xff)
  if (fromSqlite) return fault(fromSqlite, sentence(error))
  if (code === 'ENOSPC' || code === 'EDQUOT') return fault('DiskFull', sentence(error))
  // node:sqlite names an integer so that no column written here can hold
  if (code === 'ERR_OUT_OF_RANGE') return fault('VaultCorrupt', sentence(error))
  return code !== undefined && /^E[A-Z]+$/.test(code) ? fault('StoreFailed', sentence(error)) : undefined
}

/** The error to throw on: named where it is the world's, as it came where it is a bug. */
export function named(error: unknown): unknown {
  if (error instanceof StoreFailure) return error
  const reason = faultOf(error)
  return reason ? new StoreFailure(reason, error) : error
}

/** Stored bytes that cannot be what was written. */
export function corrupt(what: string, cause?: unknown): StoreFailure {
  return new StoreFailure(fault('VaultCorrupt', what), cause)
}

function numbers(error: unknown): { code: string | undefined; errcode: number | undefined } {
  if (!(error instanceof Error)) return { code: undefined, errcode: undefined }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const errcode = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined
  return { code, errcode }
}

function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
