import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Row } from './cell.ts'
import { named } from './failure.ts'

/** One compiled statement. Compiled at its first use: most vaults in a simulation never use most of them. */
type Statement = {
  /** how many rows it changed */
  run(...values: SQLInputValue[]): number
  one(...values: SQLInputValue[]): Row | undefined
  all(...values: SQLInputValue[]): Row[]
}

export type Database = {
  statement(sql: string): Statement
  /** rowid of the row inserted last */
  lastKey(): number
  /**
   * All of `work`'s changes, durable when this returns, or none of them: whatever `work` or the commit throws is thrown
   * on after the rollback, the world's failures as `StoreFailure`. Not to be nested.
   */
  transaction<T>(work: () => T): T
  /** As part of the transaction under way, or as one of its own. */
  atomically<T>(work: () => T): T
  /** called before each commit, inside the transaction: for what is cheaper to write once */
  beforeCommit(flush: () => void): void
  /** called when what was remembered of the tables may no longer be so: after each rollback, and by `forget` */
  onForget(drop: () => void): void
  forget(): void
  isInTransaction(): boolean
  isOpen(): boolean
  close(): void
}

/**
 * A parameter after LIMIT or OFFSET. SQLite (3.53) plans by the number bound to a bare `?` there and compiles the
 * statement anew, ten times the cost of reading a page, whenever it is bound again.
 */
export const many = '? + 0'

/** The only place that calls SQLite for an open vault. */
export function wrap(handle: DatabaseSync): Database {
  const flushes: (() => void)[] = []
  const drops: (() => void)[] = []
  const statement = (sql: string) => lazyStatement(handle, sql)
  const begin = statement('BEGIN IMMEDIATE')
  const commit = statement('COMMIT')
  const key = statement('SELECT last_insert_rowid()')

  function rollBack(): void {
    try {
      // SQLite has already rolled back after some failures, a full disk among them
      if (handle.isTransaction) handle.exec('ROLLBACK')
    } catch {
      // the error that led here is the one to tell
    }
    forget()
  }

  function forget(): void {
    for (const drop of drops) drop()
  }

  function transaction<T>(work: () => T): T {
    if (handle.isTransaction) throw new Error('transactions do not nest')
    begin.run()
    try {
      const result = work()
      for (const flush of flushes) flush()
      commit.run()
      return result
    } catch (error) {
      rollBack()
      throw named(error)
    }
  }

  return {
    statement,
    lastKey: () => Number(key.one()?.[0]),
    transaction,
    atomically: (work) => (handle.isTransaction ? work() : transaction(work)),
    beforeCommit: (flush) => void flushes.push(flush),
    onForget: (drop) => void drops.push(drop),
    forget,
    isInTransaction: () => handle.isTransaction,
    isOpen: () => handle.isOpen,
    close: () => handle.close(),
  }
}

function lazyStatement(handle: DatabaseSync, sql: string): Statement {
  let compiled: StatementSync | undefined
  function compile(): StatementSync {
    compiled = handle.prepare(sql)
    compiled.setReturnArrays(true)
    return compiled
  }
  function attempt<T>(work: (statement: StatementSync) => T): T {
    try {
      return work(compiled ?? compile())
    } catch (error) {
      throw named(error)
    }
  }
  return {
    run: (...values) => attempt((found) => Number(found.run(...values).changes)),
    // node:sqlite types rows as objects only; `setReturnArrays` above makes them arrays
    one: (...values) => attempt((found) => found.get(...values) as unknown as Row | undefined),
    all: (...values) => attempt((found) => found.all(...values) as unknown as Row[]),
  }
}
