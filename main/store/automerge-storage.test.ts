import { DatabaseSync } from 'node:sqlite'
import { runStorageAdapterTests } from '@automerge/automerge-repo/helpers/tests/storage-adapter-tests.js'
import { describe, expect, test } from 'vitest'
import { chunkStore, damagedChunks } from './automerge-storage.ts'
import { type Database, wrap } from './database.ts'
import { create } from './schema.ts'
import { type Sealing, sealingUnder } from './sealing.ts'

function storage() {
  const handle = new DatabaseSync(':memory:')
  create(handle, new Uint8Array(0))
  const database: Database = wrap(handle)
  const sealing: Sealing = sealingUnder(new Uint8Array(32))
  return { handle, database, sealing, chunks: chunkStore(database, sealing) }
}

describe('STORE-16', () => {
  runStorageAdapterTests(async () => {
    const { chunks, handle } = storage()
    return { adapter: chunks, teardown: () => handle.close() }
  }, 'the vault file')
})

const one = Uint8Array.of(1, 2, 3)

test('STORE-16 parts of a key never run into each other, whatever is in them', async () => {
  const { chunks } = storage()
  const keys = [['a'], ['a', 'b'], ['a/b'], ['a%2Fb'], ['a/', 'b'], ['ab'], ['', 'a'], ['a', ''], ['ä', '☂', '%']]
  for (const [index, key] of keys.entries()) await chunks.save(key, Uint8Array.of(index))
  for (const [index, key] of keys.entries()) expect(await chunks.load(key)).toEqual(Uint8Array.of(index))
  expect((await chunks.loadRange(['a'])).map(({ key }) => key)).toEqual([['a'], ['a', 'b'], ['a', '']])
  expect((await chunks.loadRange([])).map(({ key }) => key)).toEqual(keys)
  await chunks.removeRange(['a'])
  expect(await chunks.loadRange(['a'])).toEqual([])
  expect(await chunks.load(['ab'])).toEqual(Uint8Array.of(5))
})

test('STORE-16 a changed or exchanged row is found, is not given out, and can be put aside', async () => {
  const { chunks, handle, database, sealing } = storage()
  await chunks.save(['doc', 'snapshot', 'x'], one)
  await chunks.save(['doc', 'incremental', 'y'], one)
  await chunks.save(['doc', 'incremental', 'z'], one)
  await chunks.save(['other', 'snapshot', 'x'], one)
  expect(chunks.examine(['doc'])).toBe('sound')
  expect(damagedChunks(database, sealing)).toEqual([])
  handle.exec("UPDATE chunks SET data = (SELECT data FROM chunks WHERE key LIKE '%z/') WHERE key LIKE '%y/'")
  expect(chunks.examine(['doc'])).toBe('damaged')
  expect(await chunks.load(['doc', 'incremental', 'y'])).toBeUndefined()
  expect(await chunks.loadRange(['doc', 'incremental'])).toEqual([{ key: ['doc', 'incremental', 'z'], data: one }])
  expect(damagedChunks(database, sealing)).toEqual([expect.stringContaining('doc/incremental/y/')])
  chunks.quarantine(['doc'])
  expect(chunks.examine(['doc'])).toBe('absent')
  expect(damagedChunks(database, sealing)).toEqual([])
  expect(handle.prepare('SELECT count(*) AS n FROM quarantine').get()?.['n']).toBe(3)
  expect(chunks.examine(['other'])).toBe('sound')
})

test('STORE-16 what automerge-repo would take for an empty or shorter document counts as damaged', async () => {
  const { chunks } = storage()
  await chunks.save(['empty', 'snapshot', 'x'], new Uint8Array(0))
  await chunks.save(['headless', 'incremental', 'x'], one)
  expect([chunks.examine(['empty']), chunks.examine(['headless'])]).toEqual(['damaged', 'damaged'])
})

test('STORE-16 the rows put aside do not pile up', async () => {
  const { chunks, handle } = storage()
  for (let n = 0; n < 400; n++) {
    await chunks.save([`doc${n}`, 'snapshot'], one)
    chunks.quarantine([`doc${n}`])
  }
  const row = handle.prepare('SELECT count(*) AS n, max(key) AS last FROM quarantine').get()
  expect(row).toMatchObject({ n: 256, last: 'doc399/snapshot/' })
})
