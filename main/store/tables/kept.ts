import type { AccountRow } from '../../core/rows.ts'
import type { Tables } from '../../core/tables.ts'
import { bytes, number, optional, type Row } from '../cell.ts'
import type { Database } from '../database.ts'

/** What is kept for others. The triggers of the schema count bytes and mailboxes, and close a mailbox that is empty. */
export function kept(database: Database): Tables['kept'] {
  const columns = 'id, since, refused, bytes, mailboxes'
  const account = database.statement(`SELECT ${columns} FROM kept_accounts WHERE id = ?`)
  const accounts = database.statement(`SELECT ${columns} FROM kept_accounts ORDER BY since, id`)
  const open = database.statement(
    'INSERT OR IGNORE INTO kept_accounts (id, since, refused, bytes, mailboxes) VALUES (?, ?, 0, 0, 0)',
  )
  const refuse = database.statement('UPDATE kept_accounts SET refused = 1 WHERE id = ?')
  const dropAccount = database.statement(
    'DELETE FROM kept WHERE account = (SELECT key FROM kept_accounts WHERE id = ?)',
  )
  const mailbox = database.statement('SELECT key FROM kept_mailboxes WHERE address = ?')
  const openMailbox = database.statement(
    'INSERT INTO kept_mailboxes (address, account, items) SELECT ?, key, 0 FROM kept_accounts WHERE id = ?',
  )
  const known = database.statement('SELECT 1 FROM kept WHERE mailbox = ? AND hash = ?')
  const put = database.statement(
    'INSERT INTO kept (mailbox, account, hash, bytes, at) SELECT ?, key, ?, ?, ? FROM kept_accounts WHERE id = ?',
  )
  const after = database.statement(
    `SELECT position, bytes FROM kept
     WHERE mailbox = (SELECT key FROM kept_mailboxes WHERE address = ?) AND position > ? ORDER BY position LIMIT ?`,
  )
  const expire = database.statement(
    'DELETE FROM kept WHERE position IN (SELECT position FROM kept WHERE at < ? LIMIT ?)',
  )
  const total = database.statement('SELECT coalesce(sum(bytes), 0) FROM kept_accounts')
  const discarding = discards(database)

  return {
    account: (id) => optional(account.one(id), read),
    accounts: () => accounts.all().map(read),
    open: (id, at) => void open.run(id, at),
    refuse(id) {
      dropAccount.run(id)
      refuse.run(id)
    },
    hasMailbox: (address) => mailbox.one(address) !== undefined,
    put(id, address, hash, content, at) {
      const found = mailbox.one(address)
      if (!found) openMailbox.run(address, id)
      const key = found ? number(found, 0) : database.lastKey()
      if (known.one(key, hash)) return undefined
      put.run(key, hash, content, at, id)
      return database.lastKey()
    },
    after: (address, position, limit) =>
      after.all(address, position, limit).map((row) => ({ position: number(row, 0), bytes: bytes(row, 1) })),
    discard: discarding,
    expire: (at, limit) => expire.run(at, limit),
    total: () => Number(total.one()?.[0]),
  }
}

function discards(database: Database): Tables['kept']['discard'] {
  const within =
    'mailbox = (SELECT key FROM kept_mailboxes WHERE address = ?) AND account = (SELECT key FROM kept_accounts WHERE id = ?)'
  const all = database.statement(`DELETE FROM kept WHERE ${within}`)
  const one = database.statement(`DELETE FROM kept WHERE ${within} AND hash = ?`)
  return (account, mailbox, hashes) => {
    if (!hashes) return all.run(mailbox, account)
    return hashes.reduce((count, hash) => count + one.run(mailbox, account, hash), 0)
  }
}

function read(row: Row): AccountRow {
  return {
    id: bytes(row, 0),
    since: number(row, 1),
    isRefused: number(row, 2) !== 0,
    bytes: number(row, 3),
    mailboxes: number(row, 4),
  }
}
