import type { DatabaseSync } from 'node:sqlite'
import { number, type Row } from './cell.ts'
import { corrupt, OpenFailure } from './failure.ts'

/**
 * The vault file's schema, one step per version, applied in order; a step that shipped is never changed. What the core
 * sees of each table is in main/core/tables.ts. Times and clocks are REAL: they are JavaScript numbers that peers may
 * have chosen. `player`, `device`, `steward`, `holder` and `granted_by` are keys of `idents`. A `spot` is an envelope's
 * place: log · 2³² + seq. A `sum` is a checksum of the row's truth.
 */
const steps: readonly string[] = [
  `
  CREATE TABLE vault (version INTEGER NOT NULL, proof BLOB NOT NULL) STRICT;
  CREATE TABLE idents (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL UNIQUE) STRICT;

  CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE artifacts (
    key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, tag BLOB NOT NULL, attention_tag BLOB NOT NULL,
    secret BLOB NOT NULL, type TEXT NOT NULL, steward INTEGER NOT NULL, created_at REAL NOT NULL,
    status TEXT NOT NULL, name BLOB, others INTEGER NOT NULL, digest BLOB NOT NULL, epoch INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX artifacts_by_tag ON artifacts (tag);
  CREATE INDEX artifacts_by_attention_tag ON artifacts (attention_tag);
  CREATE TABLE logs (
    key INTEGER PRIMARY KEY, artifact INTEGER NOT NULL, kind TEXT NOT NULL, device INTEGER NOT NULL,
    incarnation INTEGER NOT NULL, length INTEGER NOT NULL, head BLOB NOT NULL, fork_at INTEGER,
    judged INTEGER NOT NULL, clock REAL NOT NULL, position INTEGER NOT NULL, epoch INTEGER NOT NULL,
    sum INTEGER NOT NULL, UNIQUE (artifact, kind, device, incarnation)
  ) STRICT;
  CREATE TABLE envelopes (
    spot INTEGER PRIMARY KEY, hash BLOB NOT NULL, bytes BLOB NOT NULL, sum INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE siblings (
    spot INTEGER NOT NULL, hash BLOB NOT NULL, bytes BLOB NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (spot, hash)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE keys (
    artifact INTEGER NOT NULL, scope TEXT NOT NULL, epoch INTEGER NOT NULL, key BLOB NOT NULL,
    PRIMARY KEY (artifact, scope, epoch)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE attention (
    device INTEGER NOT NULL, incarnation INTEGER NOT NULL, seq INTEGER NOT NULL, player INTEGER NOT NULL,
    hash BLOB NOT NULL, bytes BLOB NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (device, incarnation, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE attention_forks (
    device INTEGER NOT NULL, incarnation INTEGER NOT NULL, seq INTEGER NOT NULL, player INTEGER NOT NULL,
    hash BLOB NOT NULL, bytes BLOB NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (device, incarnation, seq, hash)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE attention_devices (
    player INTEGER NOT NULL, device INTEGER NOT NULL, PRIMARY KEY (player, device)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE members (
    artifact INTEGER NOT NULL, player INTEGER NOT NULL, name BLOB NOT NULL, role TEXT NOT NULL, mode TEXT NOT NULL,
    expires_at REAL, granted_at REAL NOT NULL, granted_by INTEGER NOT NULL, PRIMARY KEY (artifact, player)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX members_by_player ON members (player, artifact);
  CREATE TABLE entries (
    spot INTEGER PRIMARY KEY, artifact INTEGER NOT NULL, id BLOB NOT NULL, clock REAL NOT NULL,
    player INTEGER NOT NULL, rank TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX entries_by_id ON entries (artifact, id);
  CREATE INDEX entries_in_order ON entries (artifact, clock, id, player);
  CREATE TABLE tallies (artifact INTEGER PRIMARY KEY, entries INTEGER NOT NULL) STRICT;
  CREATE TABLE amendments (
    artifact INTEGER NOT NULL, target BLOB NOT NULL, hash BLOB NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,
    player INTEGER NOT NULL, clock REAL NOT NULL, log INTEGER NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (artifact, target, hash, kind, value)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX amendments_by_player ON amendments (artifact, kind, player, clock, hash);
  CREATE TABLE refs (
    tree INTEGER NOT NULL, ref_id TEXT NOT NULL, child BLOB NOT NULL, position REAL NOT NULL, label BLOB,
    PRIMARY KEY (tree, ref_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX refs_in_order ON refs (tree, position, ref_id);
  CREATE INDEX refs_by_child ON refs (child, tree);
  CREATE TABLE places (
    tree INTEGER NOT NULL, child BLOB NOT NULL, x REAL NOT NULL, y REAL NOT NULL, w REAL, h REAL,
    PRIMARY KEY (tree, child)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE metadata (
    tree INTEGER NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (tree, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE peers (
    player BLOB PRIMARY KEY, name BLOB NOT NULL, status TEXT NOT NULL, direction TEXT NOT NULL, message BLOB NOT NULL,
    since REAL NOT NULL, last_seen REAL, given BLOB NOT NULL, taken BLOB, sentiment INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE device_lists (player INTEGER PRIMARY KEY, version INTEGER NOT NULL, list BLOB NOT NULL) STRICT;
  CREATE TABLE device_owners (device INTEGER PRIMARY KEY, player INTEGER NOT NULL) STRICT;
  CREATE TABLE holdings (
    artifact INTEGER NOT NULL, log INTEGER NOT NULL, holder INTEGER NOT NULL, player INTEGER NOT NULL,
    length INTEGER NOT NULL, at REAL NOT NULL, PRIMARY KEY (artifact, log, holder)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE visits (
    device INTEGER NOT NULL, incarnation INTEGER NOT NULL, seq INTEGER NOT NULL, player INTEGER NOT NULL,
    tag BLOB NOT NULL, start REAL NOT NULL, until REAL, PRIMARY KEY (device, incarnation, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX visits_by_tag ON visits (tag, start);
  CREATE INDEX visits_open ON visits (start) WHERE until IS NULL;
  CREATE TABLE notes (
    artifact INTEGER NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (artifact, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX notes_by_name ON notes (name, artifact);

  CREATE TABLE documents (key TEXT PRIMARY KEY, generation INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE chunks (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, data BLOB NOT NULL) STRICT;
  CREATE TABLE quarantine (number INTEGER PRIMARY KEY, key TEXT NOT NULL, data BLOB NOT NULL) STRICT;
  CREATE TABLE attention_cores (
    number INTEGER PRIMARY KEY, seed BLOB NOT NULL, length INTEGER NOT NULL, spoiled INTEGER NOT NULL
  ) STRICT;
  `,
  // finding things by their words: a projection, filled from search_notes bit by bit
  `
  CREATE TABLE search_notes (
    number INTEGER PRIMARY KEY, artifact INTEGER NOT NULL, item TEXT NOT NULL, UNIQUE (artifact, item)
  ) STRICT;
  CREATE TABLE search_items (
    key INTEGER PRIMARY KEY, artifact INTEGER NOT NULL, item TEXT NOT NULL, rank REAL NOT NULL, UNIQUE (artifact, item)
  ) STRICT;
  CREATE TABLE words (key INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, word BLOB NOT NULL) STRICT;
  CREATE TABLE word_spots (
    word INTEGER NOT NULL, item INTEGER NOT NULL, PRIMARY KEY (word, item)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX word_spots_by_item ON word_spots (item);
  `,
  // what this device keeps for others, counted by triggers; and how far it has come with its own keepers
  `
  CREATE TABLE kept_accounts (
    key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, since REAL NOT NULL, refused INTEGER NOT NULL,
    bytes INTEGER NOT NULL, mailboxes INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE kept_mailboxes (
    key INTEGER PRIMARY KEY, address BLOB NOT NULL UNIQUE, account INTEGER NOT NULL, items INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE kept (
    position INTEGER PRIMARY KEY AUTOINCREMENT, mailbox INTEGER NOT NULL, account INTEGER NOT NULL,
    hash BLOB NOT NULL, bytes BLOB NOT NULL, at REAL NOT NULL, UNIQUE (mailbox, hash)
  ) STRICT;
  CREATE INDEX kept_in_order ON kept (mailbox, position);
  CREATE INDEX kept_by_account ON kept (account, mailbox);
  CREATE INDEX kept_by_age ON kept (at);
  CREATE TRIGGER kept_mailbox_opened AFTER INSERT ON kept_mailboxes BEGIN
    UPDATE kept_accounts SET mailboxes = mailboxes + 1 WHERE key = NEW.account;
  END;
  CREATE TRIGGER kept_mailbox_closed AFTER DELETE ON kept_mailboxes BEGIN
    UPDATE kept_accounts SET mailboxes = mailboxes - 1 WHERE key = OLD.account;
  END;
  CREATE TRIGGER kept_added AFTER INSERT ON kept BEGIN
    UPDATE kept_accounts SET bytes = bytes + length(NEW.bytes) WHERE key = NEW.account;
    UPDATE kept_mailboxes SET items = items + 1 WHERE key = NEW.mailbox;
  END;
  CREATE TRIGGER kept_dropped AFTER DELETE ON kept BEGIN
    UPDATE kept_accounts SET bytes = bytes - length(OLD.bytes) WHERE key = OLD.account;
    UPDATE kept_mailboxes SET items = items - 1 WHERE key = OLD.mailbox;
    DELETE FROM kept_mailboxes WHERE key = OLD.mailbox AND items = 0;
  END;
  CREATE TABLE keeper_marks (
    keeper INTEGER NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (keeper, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX artifacts_shared ON artifacts (key) WHERE others > 0;
  CREATE INDEX keeper_marks_by_name ON keeper_marks (name, value);
  `,
  `
  CREATE TABLE blobs (
    address BLOB PRIMARY KEY, leaf BLOB NOT NULL, size REAL NOT NULL, key BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX blobs_by_leaf ON blobs (leaf);
  CREATE TABLE blob_uses (
    address BLOB NOT NULL, artifact INTEGER NOT NULL, PRIMARY KEY (address, artifact)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE leaves (
    artifact INTEGER NOT NULL, id BLOB NOT NULL, leaf BLOB NOT NULL, address BLOB NOT NULL, size REAL NOT NULL,
    player INTEGER NOT NULL, log INTEGER NOT NULL, seq INTEGER NOT NULL, clock REAL NOT NULL, rank TEXT NOT NULL,
    state TEXT NOT NULL, PRIMARY KEY (artifact, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX leaves_by_leaf ON leaves (leaf);
  CREATE INDEX leaves_by_address ON leaves (address);
  `,
  `
  CREATE INDEX members_by_expiry ON members (expires_at) WHERE expires_at IS NOT NULL;
  `,
]

const version = steps.length

/** `Indr`: what `file` and SQLite's own tools tell a vault by. */
const applicationId = 0x496e6472

/** What stands in a database that may or may not be a vault. */
export type Content = 'nothing' | 'vault'

/** Reads the schema and no more. Throws `VaultCorrupt` for another program's database and for a newer Indra's. */
export function contentOf(handle: DatabaseSync): Content {
  const tables = namesOfTables(handle)
  if (tables.length === 0) return 'nothing'
  if (!tables.includes('vault')) throw corrupt('This is a database of another program.')
  const found = versionOf(handle)
  if (found > version) {
    const message = `This vault was written by a newer Indra (schema ${found}; this one knows ${version}). Nothing was changed; update Indra to open it.`
    throw new OpenFailure({ code: 'VaultCorrupt', message })
  }
  return 'vault'
}

/** The schema of an empty database, and the `proof` of its key. In the caller's transaction. */
export function create(handle: DatabaseSync, proof: Uint8Array): void {
  handle.exec(`PRAGMA application_id = ${applicationId}`)
  for (const step of steps) handle.exec(step)
  handle.prepare('INSERT INTO vault (version, proof) VALUES (?, ?)').run(version, proof)
}

/** Brings an older vault up to this schema: each step whole or not at all. */
export function migrate(handle: DatabaseSync): void {
  for (let next = versionOf(handle); next < version; next++) {
    handle.exec('BEGIN IMMEDIATE')
    handle.exec(steps[next] ?? '')
    handle.prepare('UPDATE vault SET version = ?').run(next + 1)
    handle.exec('COMMIT')
  }
}

/** Sealed under the vault key when the vault was made: what a key must open to be the right one. */
export function proofOf(handle: DatabaseSync): Uint8Array {
  const row = handle.prepare('SELECT proof FROM vault').get()
  if (!(row?.['proof'] instanceof Uint8Array)) throw corrupt('The vault has no proof of its key.')
  return row['proof']
}

/** Files up to this size are checked whole when they are opened: some 5 ms. */
const smallBytes = 4 * 1024 * 1024

/** Throws `VaultCorrupt` on damage that shows at a cost that does not grow: `check` of an open vault finds the rest. */
export function verify(handle: DatabaseSync): void {
  if (sizeOf(handle) > smallBytes) {
    for (const table of namesOfTables(handle)) handle.prepare(`SELECT * FROM "${table}" LIMIT 1`).get()
    return
  }
  const [first] = handle.prepare('PRAGMA quick_check(1)').all()
  const found = String(first?.['quick_check'])
  if (found !== 'ok') throw corrupt(`The file vault.db is damaged: ${found}.`)
}

function sizeOf(handle: DatabaseSync): number {
  const pages = handle.prepare('PRAGMA page_count').get()?.['page_count']
  const pageSize = handle.prepare('PRAGMA page_size').get()?.['page_size']
  return Number(pages) * Number(pageSize)
}

function namesOfTables(handle: DatabaseSync): string[] {
  const rows = handle.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all()
  return rows.map((row) => String(row['name']))
}

function versionOf(handle: DatabaseSync): number {
  const row = handle.prepare('SELECT version FROM vault').get()
  const found: Row = [row?.['version'] ?? null]
  return number(found, 0)
}
