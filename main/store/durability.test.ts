import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { child } from './child.fixture.ts'
import { connection, until } from './connection.fixture.ts'
import { wrap } from './database.ts'
import { StoreFailure } from './failure.ts'
import { aLog, anArtifact, bytesOf, contents, opened, refusal, scratch } from './scratch.fixture.ts'
import { openVault, type Vault } from './store.ts'

test('STORE-9 what was acknowledged is there after kill −9, and of what was under way all or nothing: 20 times', async () => {
  const directory = scratch()
  let acknowledged = -1
  for (let round = 0; round < 20; round++) {
    const writer = child('write-vault.fixture.ts', [directory])
    for (let lines = 0; lines <= round % 7; lines++) acknowledged = Number(await writer.line())
    await writer.kill()
    acknowledged = Number(writer.waiting().at(-1) ?? acknowledged)
    const vault = await openVault({ directory })
    const length = vault.tables.logs.byKey(1)?.length ?? -1
    const [high = 0, middle = 0, low = 0] = vault.tables.facts.get('n') ?? []
    const n = high * 65_536 + middle * 256 + low
    expect(n).toBeGreaterThanOrEqual(acknowledged)
    expect(length).toBe((n + 1) * 40)
    expect(vault.tables.entries.count(1)).toBe(length)
    expect(vault.tables.entries.lastClock(1)).toBe(length - 1)
    expect(vault.tables.envelopes.from(1, length - 1, 10)).toHaveLength(1)
    expect(vault.check()).toEqual([])
    await vault.close()
  }
}, 120_000)

const isMountable = canMount()

test.runIf(isMountable)(
  'STORE-10 on a full disk nothing is acknowledged that is not there, and it goes on after',
  async () => {
    const directory = smallDisk(3)
    const ballast = join(directory, 'ballast')
    writeFileSync(ballast, new Uint8Array(1024 * 1024))
    const vault = await opened({ directory: join(directory, 'vault') })
    const log = aStory(vault)
    const full = fill(vault, log, 0)
    expect(full.fault).toBe('DiskFull')
    expect(fill(vault, log, full.acknowledged).fault).toBe('DiskFull')
    expect(vault.tables.envelopes.from(log, full.acknowledged, 10)).toEqual([])
    rmSync(ballast)
    const later = fill(vault, log, full.acknowledged)
    expect(later.acknowledged).toBeGreaterThan(full.acknowledged)
    await vault.close()
    const again = await opened({ directory: join(directory, 'vault') })
    expect(again.tables.envelopes.from(log, 0, 100_000)).toHaveLength(later.acknowledged)
    expect(again.tables.entries.count(1)).toBe(0)
    expect(again.check()).toEqual([])
  },
)

test.runIf(isMountable)('STORE-10 a disk too full for a vault is DiskFull, and is left as it was', async () => {
  const directory = smallDisk(1)
  fillDisk(directory)
  const before = contents(directory)
  expect((await refusal({ directory: join(directory, 'a', 'vault') })).code).toBe('DiskFull')
  expect(contents(directory)).toEqual(before)
})

test.runIf(isMountable)(
  'STORE-10 on a full disk attention logs fail by name, lose nothing, and work after',
  async () => {
    const directory = smallDisk(12)
    const notes: unknown[] = []
    const vault = await opened({ directory: join(directory, 'vault'), note: (text) => notes.push(text) })
    const { attention: writer } = await opened()
    const { core } = await writer.open(0)
    await writer.append(0, [bytesOf(1), bytesOf(2)])
    const { left, right } = connection()
    writer.replicate(left)
    vault.attention.replicate(right)
    const ballast = fillDisk(directory)
    await expect(vault.attention.open(0)).rejects.toMatchObject({ fault: { code: 'DiskFull' } })
    const heard: Uint8Array[] = []
    const hear = (_: Uint8Array, __: number, events: Uint8Array[]) => heard.push(...events)
    vault.attention.follow([core], hear)
    await until(() => notes.length > 0)
    for (const path of ballast) rmSync(path)
    vault.attention.follow([core], hear)
    await until(() => heard.length === 2)
    expect(await vault.attention.open(0)).toMatchObject({ length: 0, rotated: false })
    expect(notes).toEqual(['an attention log could not be followed'])
  },
)

test('STORE-10 SQLite’s own word for a full disk is DiskFull, and the transaction leaves nothing', () => {
  const handle = new DatabaseSync(':memory:')
  handle.exec('CREATE TABLE t (a); PRAGMA max_page_count = 8')
  const database = wrap(handle)
  const insert = database.statement('INSERT INTO t VALUES (?)')
  const overflow = () =>
    database.transaction(() => {
      for (let n = 0; n < 100; n++) insert.run(new Uint8Array(1000))
    })
  expect(faultOf(overflow)).toBe('DiskFull')
  expect(database.statement('SELECT count(*) FROM t').one()).toEqual([0])
  database.transaction(() => insert.run(1))
  expect(database.statement('SELECT count(*) FROM t').one()).toEqual([1])
})

test('STORE-10 a bug is thrown as it is, never dressed up as a fault of the disk', async () => {
  const { transaction, tables } = await opened({ memory: true })
  const twice = () =>
    transaction(() => {
      tables.envelopes.append(1, 0, bytesOf('a'), bytesOf('b'))
      tables.envelopes.append(1, 0, bytesOf('a'), bytesOf('b'))
    })
  expect(twice).toThrow('UNIQUE')
  expect(twice).not.toThrow(StoreFailure)
})

function aStory({ tables, transaction }: Vault): number {
  return transaction(() => tables.logs.add(aLog(tables.artifacts.add(anArtifact('a')).key, 'a')).key)
}

/** Appends envelopes until it fails; the number of those that were acknowledged, and why no more were. */
function fill({ tables, transaction }: Vault, log: number, from: number): { acknowledged: number; fault: string } {
  for (let next = from; ; next += 10) {
    const fault = faultOf(() =>
      transaction(() => {
        for (let seq = next; seq < next + 10; seq++) tables.envelopes.append(log, seq, bytesOf(seq), bytesOf(seq, 2000))
      }),
    )
    if (fault !== undefined) return { acknowledged: next, fault }
  }
}

function faultOf(work: () => void): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof StoreFailure) return error.fault.code
    throw error
  }
}

/** A file system of so many megabytes of its own. */
function smallDisk(megabytes: number): string {
  const directory = scratch()
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', directory])
  onTestFinished(() => void execFileSync('umount', [directory]))
  return directory
}

/** Leaves no block free; the files that take them. */
function fillDisk(directory: string): string[] {
  const chunk = new Uint8Array(4096)
  const paths: string[] = []
  try {
    for (;;) {
      paths.push(join(directory, `ballast-${paths.length}`))
      writeFileSync(paths.at(-1) ?? '', chunk)
    }
  } catch {
    return paths
  }
}

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const directory = '/tmp/indra-mount-probe'
  try {
    execFileSync('mkdir', ['-p', directory])
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory], { stdio: 'ignore' })
    execFileSync('umount', [directory])
    return true
  } catch {
    return false
  }
}
