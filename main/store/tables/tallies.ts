import { number } from '../cell.ts'
import type { Database } from '../database.ts'

export type Tallies = {
  of(artifact: number): number
  increase(artifact: number): void
  clear(artifact: number): void
}

/** How many entries each artifact has, so that nobody counts them; written once per transaction, not once per entry. */
export function tallies(database: Database): Tallies {
  const select = database.statement('SELECT entries FROM tallies WHERE artifact = ?')
  const add = database.statement(
    `INSERT INTO tallies (artifact, entries) VALUES (?, ?)
     ON CONFLICT (artifact) DO UPDATE SET entries = entries + excluded.entries`,
  )
  const clear = database.statement('DELETE FROM tallies WHERE artifact = ?')
  const increases = new Map<number, number>()

  function flush(): void {
    for (const [artifact, increase] of increases) add.run(artifact, increase)
    increases.clear()
  }
  database.beforeCommit(flush)
  database.onForget(() => increases.clear())

  return {
    of(artifact) {
      const row = select.one(artifact)
      return (row ? number(row, 0) : 0) + (increases.get(artifact) ?? 0)
    },
    increase(artifact) {
      increases.set(artifact, (increases.get(artifact) ?? 0) + 1)
      if (!database.isInTransaction()) flush()
    },
    clear(artifact) {
      increases.delete(artifact)
      clear.run(artifact)
    },
  }
}
