import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { child } from './child.fixture.ts'
import { contents, crashed, opened, refusal, scratch } from './scratch.fixture.ts'
import { openVault } from './store.ts'

const value = Uint8Array.of(1, 2, 3)

test('STORE-1 a vault is made for its owner only, and has what was written when it is opened again', async () => {
  const directory = join(scratch(), 'new', 'vault')
  const vault = await openVault({ directory })
  vault.transaction(() => vault.tables.facts.put('fact', value))
  const modes = readdirSync(directory).map((name) => statSync(join(directory, name)).mode & 0o777)
  expect(statSync(directory).mode & 0o777).toBe(0o700)
  expect(modes).toEqual(modes.map(() => 0o600))
  await vault.close()
  const again = await opened({ directory })
  expect(again.tables.facts.get('fact')).toEqual(value)
  expect(again.check()).toEqual([])
})

test('STORE-1 an older file is brought up to date, a newer one is refused by name and left alone', async () => {
  const directory = scratch()
  await (await openVault({ directory })).close()
  const file = new DatabaseSync(join(directory, 'vault.db'))
  file.exec('UPDATE vault SET version = 99')
  file.close()
  const before = contents(directory)
  const fault = await refusal({ directory })
  expect(fault.code).toBe('VaultCorrupt')
  expect(fault.message).toContain('newer Indra (schema 99;')
  expect(contents(directory)).toEqual(before)
})

test('STORE-1 what a crash left in the log of the file is there, and the file is whole', async () => {
  const directory = scratch()
  const vault = await opened({ directory })
  for (let n = 0; n < 20; n++) vault.transaction(() => vault.tables.facts.put(`fact ${n}`, value))
  const again = await opened({ directory: crashed(directory) })
  expect(again.tables.facts.get('fact 19')).toEqual(value)
  expect(again.check()).toEqual([])
})

test('STORE-2 a transaction that fails leaves nothing, not even what was remembered of it', async () => {
  const { tables, transaction } = await opened()
  const { facts, devices } = tables
  const player = 'ab'.repeat(32) as Parameters<typeof devices.listOf>[0]
  const failing = () =>
    transaction(() => {
      facts.put('fact', value)
      devices.put(player, 1, value, [])
      throw new Error('no')
    })
  expect(failing).toThrow('no')
  expect(facts.get('fact')).toBeUndefined()
  expect(devices.listOf(player)).toBeUndefined()
  const other = 'cd'.repeat(32) as typeof player
  transaction(() => devices.put(other, 1, Uint8Array.of(4), []))
  transaction(() => devices.put(player, 1, value, []))
  expect([devices.listOf(player), devices.listOf(other)]).toEqual([value, Uint8Array.of(4)])
})

test('STORE-2 transactions do not nest', async () => {
  const { transaction, tables } = await opened()
  const nested = () => transaction(() => transaction(() => tables.facts.put('fact', value)))
  expect(nested).toThrow('do not nest')
  expect(tables.facts.get('fact')).toBeUndefined()
})

test('STORE-3 a vault is open in one place: elsewhere it is VaultInUse until it is closed', async () => {
  const directory = scratch()
  const vault = await opened({ directory })
  expect((await refusal({ directory })).code).toBe('VaultInUse')
  expect(await child('hold-vault.fixture.ts', [directory]).line()).toBe('VaultInUse')
  const patient = openVault({ directory, waitMillis: 20_000 })
  await vault.close()
  await (await patient).close()
})

test('STORE-3 what another process holds is VaultInUse, is waited for, and is free when it is killed', async () => {
  const directory = scratch()
  const holder = child('hold-vault.fixture.ts', [directory])
  expect(await holder.line()).toBe('open')
  expect((await refusal({ directory })).code).toBe('VaultInUse')
  const patient = openVault({ directory, waitMillis: 20_000 })
  await holder.kill()
  await (await patient).close()
})

test('STORE-3 of two that make one vault at once, both open it in turn', async () => {
  const directory = join(scratch(), 'vault')
  const makers = [1, 2, 3].map(() => child('hold-vault.fixture.ts', [directory, '0']))
  const first = await Promise.all(makers.map((maker) => maker.line()))
  expect(first).toContain('open')
  expect(first.filter((line) => line !== 'open' && line !== 'VaultInUse')).toEqual([])
  const vault = await opened({ directory, waitMillis: 20_000 })
  expect(vault.check()).toEqual([])
})

test('STORE-4 a making that was cut off starts again; one that was all but done is finished', async () => {
  const directory = scratch()
  writeFileSync(join(directory, 'vault.db'), '')
  writeFileSync(join(directory, 'vault.key.new'), 'half a k')
  const vault = await openVault({ directory })
  vault.transaction(() => vault.tables.facts.put('fact', value))
  await vault.close()
  renameSync(join(directory, 'vault.key'), join(directory, 'vault.key.new'))
  const again = await opened({ directory })
  expect(again.tables.facts.get('fact')).toEqual(value)
  expect(existsSync(join(directory, 'vault.key'))).toBe(true)
})

test('STORE-5 a place that cannot hold a vault is refused and left as it was', async () => {
  const directory = scratch()
  writeFileSync(join(directory, 'file'), 'text')
  const before = contents(directory)
  for (const path of ['file', 'file/below']) {
    expect((await refusal({ directory: join(directory, path) })).code).toBe('StoreFailed')
  }
  expect((await refusal({ directory: '/proc/indra/vault' })).code).toBe('StoreFailed')
  mkdirSync(join(directory, 'odd', 'vault.key.new'), { recursive: true })
  before['odd'] = before['odd/vault.key.new'] = 'no file'
  expect((await refusal({ directory: join(directory, 'odd') })).code).toBe('StoreFailed')
  expect(contents(directory)).toEqual(before)
})

test.runIf(process.getuid?.() === 0)(
  'STORE-5 a directory or file that may not be read or written is refused and left as it was',
  async () => {
    const directory = scratch()
    await (await openVault({ directory })).close()
    mkdirSync(join(directory, 'closed'), { mode: 0o755 })
    const nobody = 65_534
    chmodSync(directory, 0o755)
    const before = contents(directory)
    const asNobody = async (path: string) => await child('hold-vault.fixture.ts', [path], nobody).line()
    expect(await asNobody(directory)).toBe('StoreFailed')
    expect(await asNobody(join(directory, 'closed'))).toBe('StoreFailed')
    expect(await asNobody(join(directory, 'closed', 'deep'))).toBe('StoreFailed')
    chownSync(directory, nobody, nobody)
    expect(await asNobody(directory)).toBe('StoreFailed')
    expect(contents(directory)).toEqual(before)
  },
)

test('STORE-6 a vault in memory does the same and leaves no trace', async () => {
  const directory = join(scratch(), 'nowhere')
  const vault = await opened({ directory, memory: true })
  vault.transaction(() => vault.tables.facts.put('fact', value))
  expect(vault.tables.facts.get('fact')).toEqual(value)
  expect(() => vault.transaction(() => fail(vault.tables.facts))).toThrow('no')
  expect(vault.tables.facts.get('fact')).toEqual(value)
  expect(vault.check()).toEqual([])
  await vault.attention.open(0)
  await vault.close()
  expect(existsSync(directory)).toBe(false)
})

function fail(facts: { drop(name: string): void }): never {
  facts.drop('fact')
  throw new Error('no')
}
