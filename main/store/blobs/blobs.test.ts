import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chunkBytes, chunkCount, hashAt, parseManifest } from '../../crypto/chunks.ts'
import { digest } from '../../crypto/digest.ts'
import { scratch as freshDirectory } from '../scratch.fixture.ts'
import { type Blobs, openBlobs } from './blobs.ts'
import { readSource } from './source-file.ts'

const key = new Uint8Array(32).fill(5)
const limit = 100 * chunkBytes

async function gathered(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of source) pieces.push(piece.slice())
  return Buffer.concat(pieces)
}

function scratch(): { directory: string; blobs: Blobs; file: (bytes: Uint8Array, name?: string) => string } {
  const directory = freshDirectory()
  return {
    directory,
    blobs: openBlobs(directory),
    file(bytes, name = 'file') {
      const path = join(directory, name)
      writeFileSync(path, bytes)
      return path
    },
  }
}

const sizes = [0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes, 3 * chunkBytes + 77]

test('BLOB-2 what is imported comes out again, whole and in ranges, and nothing of it lies there in clear', async () => {
  const { directory, blobs, file } = scratch()
  for (const size of sizes) {
    const plain = randomBytes(size)
    const kept = await blobs.importFile(file(plain), key, limit)
    expect(kept.size).toBe(size)
    expect(kept.hash).toEqual(digest(new Uint8Array(plain)))
    expect(Buffer.from(kept.head)).toEqual(plain.subarray(0, 262_144))
    const blob = { address: kept.address, size, key }
    expect(
      createHash('sha256')
        .update(await gathered(blobs.read(blob, 0, size)))
        .digest('hex'),
    ).toBe(createHash('sha256').update(plain).digest('hex'))
    for (const [from, to] of [
      [0, 1],
      [size >> 1, size],
      [Math.max(0, size - 5), size],
      [chunkBytes - 3, chunkBytes + 3],
    ] as const) {
      const [start, end] = [Math.min(from, size), Math.min(to, size)]
      expect(await gathered(blobs.read(blob, start, end))).toEqual(plain.subarray(start, end))
    }
    const stored = readFileSync(join(directory, 'blobs', Buffer.from(kept.address).toString('hex')))
    if (size > 16) expect(stored.includes(plain.subarray(0, 16))).toBe(false)
    await blobs.drop(kept.address)
  }
  expect(readdirSync(join(directory, 'blobs'))).toEqual([])
})

test('BLOB-2 pieces of any length make the same file', async () => {
  const { blobs, file } = scratch()
  const plain = randomBytes(2 * chunkBytes + 9)
  const path = file(plain)
  const one = await blobs.importFile(path, key, limit)
  const other = await blobs.importStream(createReadStream(path, { highWaterMark: 777 }), key, limit)
  expect(other).toEqual(one)
})

test('BLOB-3 what cannot be imported is a fault, and leaves nothing', async () => {
  const { directory, blobs, file } = scratch()
  const faultOf = async (work: Promise<unknown>) =>
    work.then(
      () => 'none',
      (error: { fault?: { code: string } }) => error.fault?.code,
    )
  expect(await faultOf(blobs.importFile(join(directory, 'absent'), key, limit))).toBe('InvalidArguments')
  expect(await faultOf(blobs.importFile(directory, key, limit))).toBe('InvalidArguments')
  expect(await faultOf(blobs.importFile(file(randomBytes(2_000)), key, 1_999))).toBe('TooLarge')
  if (process.getuid?.() !== 0) {
    const secret = file(randomBytes(9), 'secret')
    chmodSync(secret, 0)
    expect(await faultOf(blobs.importFile(secret, key, limit))).toBe('InvalidArguments')
  }
  async function* breaking() {
    yield randomBytes(3 * chunkBytes)
    throw Object.assign(new Error('the disk is gone'), { code: 'EIO' })
  }
  expect(await faultOf(blobs.importStream(breaking(), key, limit))).toBe('StoreFailed')
  expect(readdirSync(join(directory, 'blobs'))).toEqual([])
})

test('BLOB-3 a file that shrinks while it is read is refused', async () => {
  const { blobs, file, directory } = scratch()
  const path = file(randomBytes(20 * chunkBytes))
  async function* shrinking() {
    for await (const piece of readSource(path, chunkBytes)) {
      truncateSync(path, chunkBytes)
      yield piece
    }
  }
  const importing = blobs.importStream(shrinking(), key, limit)
  await expect(importing).rejects.toMatchObject({ fault: { code: 'InvalidArguments' } })
  expect(readdirSync(join(directory, 'blobs'))).toEqual([])
})

test('BLOB-4 an export is whole or not there', async () => {
  const { directory, blobs, file } = scratch()
  const plain = randomBytes(chunkBytes + 5)
  const { address, size } = await blobs.importFile(file(plain), key, limit)
  const blob = { address, size, key }
  const out = join(directory, 'out')
  mkdirSync(out)
  await blobs.exportTo(blob, join(out, 'saved'))
  expect(readFileSync(join(out, 'saved'))).toEqual(plain)
  await expect(blobs.exportTo(blob, join(out, 'no', 'where'))).rejects.toMatchObject({
    fault: { code: 'InvalidArguments' },
  })
  await expect(blobs.exportTo(blob, out)).rejects.toMatchObject({ fault: { code: 'InvalidArguments' } })
  await expect(blobs.exportTo({ ...blob, key: new Uint8Array(32) }, join(out, 'wrong'))).rejects.toMatchObject({
    fault: { code: 'VaultCorrupt' },
  })
  expect(readdirSync(out)).toEqual(['saved'])
})

/** Hands everything of one blob over to another folder, in the order given. */
async function carry(from: Blobs, to: Blobs, kept: { address: Uint8Array; size: number }, order: readonly number[]) {
  const blob = { address: kept.address, size: kept.size, key }
  await to.openPart(blob, await from.piece(kept.address, 'manifest'))
  for (const index of order) await to.keepChunk(kept.address, index, await from.piece(kept.address, index))
}

test('BLOB-5 chunks come in any order, and what came is there after a restart', async () => {
  const [a, b] = [scratch(), scratch()]
  const plain = randomBytes(5 * chunkBytes + 1)
  const kept = await a.blobs.importFile(a.file(plain), key, limit)
  const blob = { address: kept.address, size: kept.size, key }
  await carry(a.blobs, b.blobs, kept, [5, 2, 0])
  await b.blobs.close()
  const path = join(b.directory, 'blobs', `${Buffer.from(kept.address).toString('hex')}.part`)
  const again = openBlobs(b.directory)
  expect((await again.list()).parts.map((each) => Buffer.from(each))).toContainEqual(Buffer.from(kept.address))
  const part = await again.openPart(blob, undefined)
  expect(part?.has).toEqual([0, 2, 5])
  expect(chunkCount(parseManifest(part?.manifest ?? new Uint8Array())?.size ?? 0)).toBe(6)
  for (const index of [4, 3, 1]) await again.keepChunk(kept.address, index, await a.blobs.piece(kept.address, index))
  expect(await again.finishPart(kept.address, kept.hash)).toBe(true)
  expect(existsSync(path)).toBe(false)
  expect(await gathered(again.read(blob, 0, kept.size))).toEqual(plain)
})

test('BLOB-5 bytes that are not what their name says are not kept', async () => {
  const [a, b] = [scratch(), scratch()]
  const kept = await a.blobs.importFile(a.file(randomBytes(100)), key, limit)
  await carry(a.blobs, b.blobs, kept, [0])
  expect(await b.blobs.finishPart(kept.address, new Uint8Array(32))).toBe(false)
  expect(await b.blobs.looksWhole(kept.address, kept.size)).toBe(false)
})

test('BLOB-6 damage is found when it is read, and only what is damaged has to come again', async () => {
  const { directory, blobs, file } = scratch()
  const plain = randomBytes(3 * chunkBytes)
  const kept = await blobs.importFile(file(plain), key, limit)
  const blob = { address: kept.address, size: kept.size, key }
  const good = await blobs.piece(kept.address, 1)
  const path = join(directory, 'blobs', Buffer.from(kept.address).toString('hex'))
  const bytes = readFileSync(path)
  bytes[chunkBytes + 100] = (bytes[chunkBytes + 100] ?? 0) ^ 1
  writeFileSync(path, bytes)
  await expect(gathered(blobs.read(blob, 0, kept.size))).rejects.toMatchObject({ fault: { code: 'VaultCorrupt' } })
  await expect(blobs.piece(kept.address, 1)).rejects.toMatchObject({ fault: { code: 'VaultCorrupt' } })
  await blobs.demote(kept.address)
  expect((await blobs.openPart(blob, undefined))?.has).toEqual([0, 2])
  await blobs.keepChunk(kept.address, 1, good)
  expect(await blobs.finishPart(kept.address, kept.hash)).toBe(true)
  expect(await gathered(blobs.read(blob, 0, kept.size))).toEqual(plain)
  truncateSync(path, 10)
  expect(await blobs.looksWhole(kept.address, kept.size)).toBe(false)
})

test('BLOB-6 a damaged list of hashes is noticed', async () => {
  const { directory, blobs, file } = scratch()
  const kept = await blobs.importFile(file(randomBytes(10)), key, limit)
  const path = join(directory, 'blobs', `${Buffer.from(kept.address).toString('hex')}.list`)
  const manifest = parseManifest(new Uint8Array(readFileSync(path)))
  expect(manifest && hashAt(manifest, 0)).toEqual(digest(await blobs.piece(kept.address, 0)))
  writeFileSync(path, readFileSync(path).subarray(1))
  await expect(blobs.piece(kept.address, 0)).rejects.toMatchObject({ fault: { code: 'VaultCorrupt' } })
})

test('BLOB-3 what an interrupted import left is cleared away', async () => {
  const { directory, blobs } = scratch()
  mkdirSync(join(directory, 'blobs'))
  writeFileSync(join(directory, 'blobs', 'abc.new'), 'half')
  await blobs.list()
  expect(readdirSync(join(directory, 'blobs'))).toEqual([])
})
