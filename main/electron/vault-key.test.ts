import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Result } from '../../shared/fault.ts'
import { cleanUp, temporaryFolder } from './app.fixture.ts'
import { keyringUnder } from './keyring.ts'

type World = typeof import('./world.stub.ts')['world']

let world: World
let file: string
let secretOf: (file: string) => Promise<Result<string | undefined>>

beforeEach(async () => {
  vi.resetModules()
  world = (await import('./world.stub.ts')).world
  world.isReady = true
  secretOf = (await import('./vault-key.ts')).keychainSecret
  file = join(temporaryFolder(), 'vault', 'vault.keychain')
})
afterEach(cleanUp)

async function secret(): Promise<string> {
  const result = await secretOf(file)
  if (!result.ok || result.value === undefined) throw new Error('no secret')
  return result.value
}

it('KEYCHAIN-1 makes a secret once, and gives the same ever after', async () => {
  const made = await secret()
  expect(Buffer.from(made, 'base64url')).toHaveLength(32)
  expect(await secret()).toBe(made)
  expect(readdirSync(join(file, '..'))).toEqual(['vault.keychain'])
})

it('KEYCHAIN-2 keeps it sealed, for its owner only', async () => {
  const made = await secret()
  expect(readFileSync(file).includes(made)).toBe(false)
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
})

it('KEYCHAIN-3 seals nothing where there is no keychain, or none worth the name', async () => {
  world.keychain.isAvailable = false
  expect(await secretOf(file)).toEqual({ ok: true, value: undefined })
  world.keychain.isAvailable = true
  vi.stubGlobal(
    'process',
    new Proxy(process, { get: (from, key) => (key === 'platform' ? 'linux' : Reflect.get(from, key)) }),
  )
  for (const backend of ['basic_text', 'unknown']) {
    world.keychain.backend = backend
    expect(await secretOf(file)).toEqual({ ok: true, value: undefined })
  }
  expect(statSync(file, { throwIfNoEntry: false })).toBe(undefined)
})

it('KEYCHAIN-4 refuses, and leaves the file as it is, when the keychain does not open it', async () => {
  await secret()
  const sealed = readFileSync(file)
  world.keychain.key = 'another'
  const refused = await secretOf(file)
  expect(refused).toMatchObject({ ok: false, fault: { code: 'Unauthorized' } })
  expect(!refused.ok && refused.fault.message).toContain(file)
  expect(readFileSync(file).equals(sealed)).toBe(true)
  for (const damage of [() => truncateSync(file, 3), () => writeFileSync(file, '')]) {
    damage()
    expect(await secretOf(file)).toMatchObject({ ok: false, fault: { code: 'Unauthorized' } })
  }
})

it('KEYCHAIN-5 seals it anew when the keychain has another key, and it stays the same', async () => {
  world.keychain.key = 'k0'
  const made = await secret()
  const sealed = readFileSync(file)
  world.keychain.key = 'k1'
  expect(await secret()).toBe(made)
  expect(readFileSync(file).equals(sealed)).toBe(false)
  world.keychain.formerKey = 'gone'
  expect(await secret()).toBe(made)
})

it('KEYCHAIN-6 refuses where the file cannot be read or written', async () => {
  const folder = temporaryFolder()
  expect(await secretOf(folder)).toMatchObject({ ok: false, fault: { code: 'StoreFailed' } })
  writeFileSync(join(folder, 'file'), '')
  expect(await secretOf(join(folder, 'file', 'vault.keychain'))).toMatchObject({
    ok: false,
    fault: { code: 'StoreFailed' },
  })
})

it('KEYRING-1 opens what it sealed, never sealing twice the same way, and nothing else', () => {
  const keyring = keyringUnder(Buffer.alloc(32, 7).toString('base64url'))
  const other = keyringUnder(Buffer.alloc(32, 8).toString('base64url'))
  const key = new Uint8Array(32).fill(1)
  const sealed = keyring.seal(key)
  expect(keyring.open(sealed)).toEqual(key)
  expect(keyring.seal(key)).not.toEqual(sealed)
  expect(() => other.open(sealed)).toThrow()
  expect(() => keyring.open(sealed.subarray(1))).toThrow()
  expect(() => keyring.open(new Uint8Array(0))).toThrow()
})
