import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OpenFailure, StoreFailure } from './failure.ts'
import {
  aLog,
  anArtifact,
  anEntry,
  bytesOf,
  contents,
  crashed,
  deviceOf,
  playerOf,
  refusal,
  scratch,
} from './scratch.fixture.ts'
import { openVault, type Vault } from './store.ts'

const envelopeCount = 300

const original = mkdtempSync(join(tmpdir(), 'indra-damage-'))
beforeAll(() => fill(original))
afterAll(() => rmSync(original, { recursive: true, force: true }))

/** A closed vault with some of everything that counts as truth. */
function filled(): string {
  return copyOf(original)
}

async function fill(directory: string): Promise<void> {
  const { tables, transaction, close } = await openVault({ directory })
  transaction(() => {
    const { key } = tables.artifacts.add(anArtifact('a'))
    const log = tables.logs.add(aLog(key, 'a', { length: envelopeCount, head: bytesOf('head') }))
    for (let seq = 0; seq < envelopeCount; seq++) {
      tables.envelopes.append(log.key, seq, bytesOf(seq), bytesOf(`envelope ${seq}`, 300))
      tables.entries.put(anEntry(key, log.key, seq))
    }
    tables.envelopes.addSibling(log.key, 5, bytesOf('sibling'), bytesOf('other', 300))
    for (let n = 0; n < 40; n++) tables.facts.put(`fact ${n}`, bytesOf(`fact ${n}`, 100))
    for (let epoch = 0; epoch < 20; epoch++) tables.keys.put(key, 'seat', epoch, bytesOf(`key ${epoch}`))
    for (let seq = 0; seq < 60; seq++) tables.attention.append(anEvent(seq))
    tables.attention.addFork(anEvent(3))
  })
  await close()
}

function anEvent(seq: number) {
  const content = { hash: bytesOf(`event ${seq}`), bytes: bytesOf(`event ${seq} bytes`, 200) }
  return { device: deviceOf('a'), player: playerOf('a'), incarnation: 7, seq, ...content }
}

/** All the truth, as the core would read it; throws `StoreFailure` where it cannot be. */
function truth({ tables }: Vault): unknown {
  const { artifacts, logs, envelopes, facts, keys, attention } = tables
  return {
    artifacts: [...artifacts.all()],
    logs: logs.of(1),
    envelopes: envelopes.from(1, 0, envelopeCount + 1),
    siblings: envelopes.siblings(1),
    facts: Array.from({ length: 40 }, (_, n) => facts.get(`fact ${n}`)),
    keys: Array.from({ length: 20 }, (_, epoch) => keys.get(1, 'seat', epoch)),
    attention: attention.of(deviceOf('a'), 7, 0, 100),
    forks: attention.forks(),
  }
}

type Outcome = { readonly is: 'refused' | 'found' | 'unharmed' | 'unnoticed'; readonly changed: boolean }

/** What becomes of a vault whose file was damaged: refused, found by `check`, or really the same. */
async function outcome(directory: string, expected: unknown): Promise<Outcome> {
  const before = contents(directory)
  const same = () => JSON.stringify(contents(directory)) === JSON.stringify(before)
  let vault: Vault
  try {
    vault = await openVault({ directory })
  } catch (error) {
    if (error instanceof OpenFailure && error.fault.code === 'VaultCorrupt') return { is: 'refused', changed: !same() }
    throw error
  }
  const isFound = vault.check().length > 0
  const isSame = read(vault, expected)
  await vault.close()
  if (isFound) return { is: 'found', changed: false }
  return { is: isSame ? 'unharmed' : 'unnoticed', changed: false }
}

function read(vault: Vault, expected: unknown): boolean {
  try {
    return JSON.stringify(truth(vault)) === JSON.stringify(expected)
  } catch (error) {
    if (error instanceof StoreFailure && error.fault.code === 'VaultCorrupt') return false
    throw error
  }
}

async function expectedOf(directory: string): Promise<unknown> {
  const vault = await openVault({ directory })
  const expected = truth(vault)
  await vault.close()
  return expected
}

/** Changes a vault behind its back. */
function tamper(directory: string, sql: string): void {
  const file = new DatabaseSync(join(directory, 'vault.db'))
  file.exec(sql)
  file.close()
}

function copyOf(directory: string): string {
  const copy = scratch()
  for (const name of ['vault.db', 'vault.key']) copyFileSync(join(directory, name), join(copy, name))
  return copy
}

test('STORE-8 a vault whose file is no vault, or not all of it, is VaultCorrupt and nothing is changed', async () => {
  const directory = filled()
  const size = readFileSync(join(directory, 'vault.db')).length
  const damages: Record<string, (path: string) => void> = {
    empty: (path) => truncateSync(path, 0),
    'a few bytes': (path) => truncateSync(path, 10),
    'the header only': (path) => truncateSync(path, 100),
    'half a page': (path) => truncateSync(path, 2048),
    'one page': (path) => truncateSync(path, 4096),
    'half the pages': (path) => truncateSync(path, (size >> 13) << 12),
    'all but one page': (path) => truncateSync(path, size - 4096),
    garbage: (path) => writeFileSync(path, bytesOf('garbage', size)),
    text: (path) => writeFileSync(path, 'Dear diary,\n'.repeat(500)),
    zeros: (path) => writeFileSync(path, new Uint8Array(size)),
  }
  for (const [name, damage] of Object.entries(damages)) {
    const copy = copyOf(directory)
    damage(join(copy, 'vault.db'))
    expect({ name, ...(await outcome(copy, undefined)) }).toEqual({ name, is: 'refused', changed: false })
  }
})

test('STORE-8 a missing vault.db beside its key is VaultCorrupt, and so is another program’s database', async () => {
  const directory = filled()
  const lost = scratch()
  copyFileSync(join(directory, 'vault.key'), join(lost, 'vault.key'))
  const alone = contents(lost)
  expect((await refusal({ directory: lost })).code).toBe('VaultCorrupt')
  expect(contents(lost)).toEqual(alone)
  const foreign = scratch()
  tamper(foreign, 'CREATE TABLE songs (title)')
  const before = contents(foreign)
  expect((await refusal({ directory: foreign })).code).toBe('VaultCorrupt')
  expect(contents(foreign)).toEqual(before)
})

test('STORE-8 a damaged file is left alone even where a crash left transactions to be moved into it', async () => {
  const directory = scratch()
  const vault = await openVault({ directory })
  for (let n = 0; n < 20; n++) vault.transaction(() => vault.tables.facts.put(`fact ${n}`, bytesOf(n)))
  for (const damage of [(path: string) => truncateSync(path, 0), (path: string) => writeFileSync(path, 'garbage')]) {
    const left = crashed(directory)
    damage(join(left, 'vault.db'))
    const before = contents(left)
    expect((await refusal({ directory: left })).code).toBe('VaultCorrupt')
    expect(contents(left)).toEqual(before)
  }
  await vault.close()
})

const changes = [
  'UPDATE artifacts SET id = zeroblob(33)',
  'UPDATE artifacts SET tag = zeroblob(16)',
  'UPDATE artifacts SET attention_tag = zeroblob(16)',
  "UPDATE artifacts SET type = 'stork'",
  'UPDATE artifacts SET steward = (SELECT min(key) FROM idents WHERE key <> steward)',
  'UPDATE artifacts SET created_at = 1',
  'UPDATE artifacts SET key = 2',
  'UPDATE logs SET artifact = 2',
  "UPDATE logs SET kind = 'authority'",
  'UPDATE logs SET incarnation = 2',
  'UPDATE logs SET length = length - 1',
  'UPDATE logs SET fork_at = 4',
  'UPDATE logs SET head = zeroblob(32)',
  'UPDATE envelopes SET spot = spot + 1000 WHERE spot = (SELECT max(spot) FROM envelopes)',
  'UPDATE envelopes SET hash = zeroblob(32) WHERE spot = (SELECT max(spot) FROM envelopes)',
  'UPDATE siblings SET spot = spot + 1',
  'UPDATE attention SET seq = 1000 WHERE seq = 7',
  'UPDATE attention_forks SET hash = zeroblob(32)',
  "UPDATE keys SET scope = 'other' WHERE epoch = 3",
  'UPDATE keys SET key = (SELECT key FROM keys WHERE epoch = 4) WHERE epoch = 3',
  "UPDATE facts SET name = 'other' WHERE name = 'fact 3'",
  'UPDATE idents SET bytes = zeroblob(32) WHERE key = (SELECT device FROM logs)',
]

test.each(changes)('STORE-8 a row of truth in a wrong place or with a wrong column is found: %s', async (sql) => {
  const directory = filled()
  tamper(directory, sql)
  const vault = await openVault({ directory })
  expect(vault.check()).not.toEqual([])
  await vault.close()
})

test('STORE-8 changed bytes on any page are refused or found by check, and no changed truth passes', async () => {
  const directory = filled()
  const expected = await expectedOf(directory)
  const file = readFileSync(join(directory, 'vault.db'))
  const copy = scratch()
  const tally = { refused: 0, found: 0, unharmed: 0, unnoticed: 0 }
  for (let round = 0; round < 2 * (file.length / 4096); round++) {
    const damaged = Buffer.from(file)
    // somewhere on each page, by turns one bit and a stretch
    const at = Math.floor(round / 2) * 4096 + (bytesOf(round)[0] ?? 0) * 16
    const length = round % 2 === 0 ? 1 : 48
    for (let index = at; index < at + length; index++) damaged[index] = (damaged[index] ?? 0) ^ (1 << (round % 8))
    copyFileSync(join(directory, 'vault.key'), join(copy, 'vault.key'))
    writeFileSync(join(copy, 'vault.db'), damaged)
    const { is, changed } = await outcome(copy, expected)
    tally[is] += 1
    expect({ at, is, changed }).not.toMatchObject({ is: 'unnoticed' })
    expect(changed).toBe(false)
  }
  expect(tally.refused).toBeGreaterThan(10)
  expect(tally.found).toBeGreaterThan(10)
}, 120_000)

test('STORE-8 every single flipped bit of an envelope is told when it is read', async () => {
  const directory = filled()
  const path = join(directory, 'vault.db')
  const file = readFileSync(path)
  const at = file.indexOf(bytesOf('envelope 7', 300).subarray(100, 200))
  for (let bit = 0; bit < 64; bit++) {
    const damaged = Buffer.from(file)
    damaged[at + bit] = (damaged[at + bit] ?? 0) ^ (1 << (bit % 8))
    writeFileSync(path, damaged)
    const vault = await openVault({ directory })
    expect(() => vault.tables.envelopes.at(1, 7)).toThrow('Envelope 7 of log 1 was changed on disk')
    expect(vault.tables.envelopes.at(1, 8)?.hash).toEqual(bytesOf(8))
    expect(vault.check()).toEqual([expect.stringContaining('Envelope 7 of log 1')])
    await vault.close()
  }
})
