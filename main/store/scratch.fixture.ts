import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Fault } from '../../shared/fault.ts'
import type { ArtifactId, DeviceId, EntryId, PlayerId } from '../../shared/ids.ts'
import type { ArtifactRow, EntryRow, LogRow } from '../core/rows.ts'
import { OpenFailure } from './failure.ts'
import { type OpenOptions, openVault, type Vault } from './store.ts'

/** A directory that is gone after the test. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'indra-store-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }))
  return directory
}

/** A vault that is closed after the test, if it was not before. */
export async function opened(options: Omit<OpenOptions, 'directory'> & { directory?: string } = {}): Promise<Vault> {
  const vault = await openVault({ directory: scratch(), waitMillis: 0, ...options })
  onTestFinished(() => vault.close())
  return vault
}

/** The fault with which a vault does not open; a vault that opens fails the test. */
export async function refusal(options: OpenOptions): Promise<Fault> {
  try {
    const vault = await openVault({ waitMillis: 0, ...options })
    await vault.close()
  } catch (error) {
    if (error instanceof OpenFailure) return error.fault
    throw error
  }
  throw new Error('the vault opened')
}

/** All that is below a directory, by its path: of files a hash of what is in them. */
export function contents(directory: string): Record<string, string> {
  const entries = readdirSync(directory, { withFileTypes: true, recursive: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name)
    const content = entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'no file'
    return [path.slice(directory.length + 1), content] as const
  })
  return Object.fromEntries(entries.sort())
}

export function filesBelow(directory: string): string[] {
  const found = Object.entries(contents(directory)).filter(([, content]) => content !== 'no file')
  return found.map(([path]) => join(directory, path))
}

/**
 * A vault as a crash leaves it, with its last transactions in SQLite's log. The vault it is copied from, which is open,
 * may lose its lock by that.
 */
export function crashed(directory: string): string {
  const copy = scratch()
  for (const name of ['vault.db', 'vault.db-wal', 'vault.key']) copyFileSync(join(directory, name), join(copy, name))
  return copy
}

/** 32 bytes as hex, different for each name and number, and the same each time. */
export function hash(name: string | number): string {
  return createHash('sha256').update(String(name)).digest('hex')
}

export const playerOf = (name: string | number) => hash(`player ${name}`) as PlayerId
export const deviceOf = (name: string | number) => hash(`device ${name}`) as DeviceId
export const entryOf = (name: string | number) => hash(`entry ${name}`) as EntryId
export const treeOf = (name: string | number) => `doc:${hash(`tree ${name}`)}` as ArtifactId
export const leafOf = (name: string | number) => `blob:${hash(`leaf ${name}`)}` as ArtifactId

export function bytesOf(name: string | number, length = 32): Uint8Array {
  const bytes = new Uint8Array(length)
  return bytes.map((_, index) =>
    Number.parseInt(hash(`${name}/${index >> 5}`).slice((index % 32) * 2, (index % 32) * 2 + 2), 16),
  )
}

export function anArtifact(name: string | number, changes: Partial<ArtifactRow> = {}): Omit<ArtifactRow, 'key'> {
  return {
    id: treeOf(name),
    tag: bytesOf(`tag ${name}`, 16),
    attentionTag: bytesOf(`attention tag ${name}`, 16),
    secret: bytesOf(`secret ${name}`),
    type: 'story',
    steward: playerOf('steward'),
    createdAt: 1_700_000_000_000,
    status: 'waiting',
    name: `artifact ${name}`,
    others: 2,
    digest: bytesOf(`digest ${name}`),
    epoch: 3,
    ...changes,
  }
}

export function aLog(artifact: number, name: string | number, changes: Partial<LogRow> = {}): Omit<LogRow, 'key'> {
  return {
    artifact,
    kind: 'writer',
    device: deviceOf(name),
    incarnation: 1,
    length: 0,
    head: new Uint8Array(32),
    forkAt: undefined,
    judged: 0,
    clock: 0,
    position: 0,
    epoch: 0,
    ...changes,
  }
}

export function anEntry(artifact: number, log: number, seq: number, changes: Partial<EntryRow> = {}): EntryRow {
  return {
    artifact,
    id: entryOf(`${log}/${seq}`),
    clock: seq + 1,
    log,
    seq,
    rank: `${log}:${String(seq).padStart(15, '0')}`,
    player: playerOf('author'),
    ...changes,
  }
}
