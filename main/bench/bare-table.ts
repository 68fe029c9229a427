import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sentence } from './filling.ts'

/** Messages in a table and nothing else: what reading a page of them costs at least. */
export function bareTable(directory: string, count: number): { newest(limit: number): unknown[]; close(): void } {
  const database = new DatabaseSync(join(directory, 'table.db'))
  database.exec('CREATE TABLE messages (number INTEGER PRIMARY KEY, author BLOB, at REAL, content TEXT) STRICT')
  const insert = database.prepare('INSERT INTO messages (author, at, content) VALUES (?, ?, ?)')
  const author = randomBytes(32)
  database.exec('BEGIN')
  for (let number = 0; number < count; number += 1) insert.run(author, number, sentence(number))
  database.exec('COMMIT')
  const newest = database.prepare('SELECT author, at, content FROM messages ORDER BY number DESC LIMIT ?')
  return { newest: (limit) => newest.all(limit), close: () => database.close() }
}
