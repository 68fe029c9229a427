import type { Database } from '../database.ts'

const projections = [
  'members',
  'entries',
  'tallies',
  'amendments',
  'leaves',
  'refs',
  'places',
  'metadata',
  'peers',
  'device_lists',
  'device_owners',
  'holdings',
  'visits',
  'notes',
  'search_notes',
  'search_items',
  'word_spots',
  'words',
]

/** Deletes what the core makes again from the truth, and resets the projected columns of what is truth. */
export function forgetting(database: Database): () => void {
  const deletions = projections.map((table) => database.statement(`DELETE FROM ${table}`))
  const artifacts = database.statement(
    `UPDATE artifacts SET status = 'active', name = NULL, others = 0, digest = zeroblob(32), epoch = 0`,
  )
  const logs = database.statement('UPDATE logs SET judged = 0, clock = 0, position = 0, epoch = 0')
  return () =>
    database.atomically(() => {
      for (const deletion of deletions) deletion.run()
      artifacts.run()
      logs.run()
      database.forget()
    })
}
