import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  anArtifact,
  contents,
  crashed,
  filesBelow,
  opened,
  playerOf,
  refusal,
  scratch,
  treeOf,
} from './scratch.fixture.ts'
import { openVault } from './store.ts'
import type { Keyring } from './vault-key.ts'

const value = Uint8Array.of(1, 2, 3)

async function made(options: { passphrase?: string; keyring?: Keyring } = {}): Promise<string> {
  const directory = scratch()
  const vault = await openVault({ directory, ...options })
  vault.transaction(() => vault.tables.facts.put('fact', value))
  await vault.close()
  return directory
}

test('SEAL-1 a passphrase seals the vault: without it or with another it is Unauthorized and nothing is touched', async () => {
  const directory = await made({ passphrase: 'Grün wie Gras' })
  const before = contents(directory)
  expect((await refusal({ directory })).code).toBe('Unauthorized')
  expect((await refusal({ directory, passphrase: 'grün wie Gras' })).code).toBe('Unauthorized')
  expect((await refusal({ directory, keyring: mirror() })).code).toBe('Unauthorized')
  expect(contents(directory)).toEqual(before)
  const vault = await opened({ directory, passphrase: 'Grün wie Gras'.normalize('NFD') })
  expect(vault.sealed).toBe(true)
  expect(vault.tables.facts.get('fact')).toEqual(value)
})

test('SEAL-1 a wrong passphrase does not even touch what a crash left behind', async () => {
  const directory = scratch()
  const vault = await opened({ directory, passphrase: 'right' })
  vault.transaction(() => vault.tables.facts.put('fact', value))
  const left = crashed(directory)
  const before = contents(left)
  expect((await refusal({ directory: left, passphrase: 'wrong' })).code).toBe('Unauthorized')
  expect(contents(left)).toEqual(before)
})

test('SEAL-1 without protection a vault says so, and the first it is opened with stays', async () => {
  const directory = await made()
  const bare = await openVault({ directory })
  expect(bare.sealed).toBe(false)
  await bare.close()
  const sealed = await openVault({ directory, passphrase: 'from now on' })
  expect(sealed.sealed).toBe(true)
  expect(sealed.tables.facts.get('fact')).toEqual(value)
  await sealed.close()
  expect((await refusal({ directory })).code).toBe('Unauthorized')
})

test('SEAL-1 a keyring seals the vault; without it, or where it fails, it is Unauthorized', async () => {
  const directory = await made({ keyring: mirror() })
  const broken: Keyring = {
    seal: (bytes) => bytes,
    open() {
      throw new Error('locked')
    },
  }
  expect((await refusal({ directory })).code).toBe('Unauthorized')
  expect((await refusal({ directory, passphrase: 'any' })).code).toBe('Unauthorized')
  expect((await refusal({ directory, keyring: broken })).code).toBe('Unauthorized')
  const vault = await opened({ directory, keyring: mirror() })
  expect(vault.sealed).toBe(true)
  expect(vault.tables.facts.get('fact')).toEqual(value)
})

test.each([
  ['missing', undefined],
  ['empty', () => Buffer.alloc(0)],
  ['cut off', (bytes: Buffer) => bytes.subarray(0, 60)],
  ['another text', () => Buffer.from('hello\nworld\n')],
  ['changed in one bit', (bytes: Buffer) => flipped(bytes, 40)],
])('SEAL-1 a vault.key that is %s is VaultCorrupt and nothing is written', async (_, damage) => {
  for (const passphrase of [undefined, 'pass']) {
    const protection = passphrase === undefined ? {} : { passphrase }
    const directory = await made(protection)
    const path = join(directory, 'vault.key')
    if (damage) writeFileSync(path, damage(readFileSync(path)))
    else rmSync(path)
    const before = contents(directory)
    expect((await refusal({ directory, ...protection })).code).toBe('VaultCorrupt')
    expect(contents(directory)).toEqual(before)
  }
})

test('SEAL-1 the key of another vault is VaultCorrupt', async () => {
  const [one, other] = [await made(), await made()]
  writeFileSync(join(one, 'vault.key'), readFileSync(join(other, 'vault.key')))
  const before = contents(one)
  expect((await refusal({ directory: one })).code).toBe('VaultCorrupt')
  expect(contents(one)).toEqual(before)
})

test('STORE-7 no secret stands in any file: names, labels, messages, notes, keys, facts', async () => {
  const directory = scratch()
  const canary = 'canary-8c1f'
  const secret = Buffer.from(`${canary} key of 32 bytes or more`)
  const vault = await openVault({ directory, passphrase: 'pass' })
  vault.transaction(() => writeEverywhere(vault.tables, canary, secret))
  const { change, getAllChanges, init } = await import('@automerge/automerge')
  const doc = change(init<{ label?: string }>(), (draft) => {
    draft.label = canary
  })
  vault.documents.keep('1/spine', getAllChanges(doc), true)
  await vault.documents.flush()
  await vault.attention.open(0)
  const found = () => filesBelow(directory).filter((path) => readFileSync(path).includes(canary))
  expect(found()).toEqual([])
  await vault.close()
  expect(found()).toEqual([])
  const again = await opened({ directory, passphrase: 'pass' })
  expect(again.tables.peers.get(playerOf('a'))?.message).toBe(canary)
})

type Tables = Awaited<ReturnType<typeof openVault>>['tables']

function writeEverywhere(tables: Tables, canary: string, secret: Uint8Array): void {
  tables.facts.put('seed', secret)
  const { key } = tables.artifacts.add(anArtifact('a', { name: canary, secret }))
  tables.keys.put(key, 'seat', 1, secret)
  tables.members.put({
    artifact: key,
    player: playerOf('a'),
    name: canary,
    role: 'member',
    mode: 'revocable',
    expiresAt: undefined,
    grantedAt: 0,
    grantedBy: playerOf('b'),
  })
  tables.references.put({ tree: key, refId: 'r', child: treeOf('b'), position: 0, label: canary })
  tables.metadata.put(key, 'title', canary)
  tables.notes.put(key, 'note', secret)
  tables.peers.put({
    player: playerOf('a'),
    name: canary,
    status: 'pending',
    direction: 'in',
    message: canary,
    since: 0,
    lastSeen: undefined,
    given: secret,
    taken: secret,
    sentiment: 0,
  })
}

/** Stands for an operating system's keyring: what it seals is not what it was given. */
function mirror(): Keyring {
  const turned = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0x5a)
  return { seal: turned, open: turned }
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}
