import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { named } from '../failure.ts'
import { makeDirectories, syncDirectory } from '../files.ts'
import { hexOf } from '../hexadecimal.ts'
import { demote, dropFiles, openPart, type Part } from './part-blob.ts'
import { type Kept, sealInto } from './sealing-file.ts'
import { readSource } from './source-file.ts'
import { type BlobKey, exportBlob, looksWhole, readBlob, sealedPiece } from './whole-blob.ts'

/**
 * Files beside the vault: sealed chunk by chunk, named by the hash of their sealed form, written beside and renamed when
 * whole. What failed left nothing. All of it throws `StoreFailure` where the world fails. One after the other for each
 * blob, so that a file is never dropped while it is written.
 */
export type Blobs = {
  importFile(path: string, key: Uint8Array, limit: number): Promise<Kept>
  importStream(source: AsyncIterable<Uint8Array>, key: Uint8Array, limit: number): Promise<Kept>
  exportTo(blob: BlobKey, path: string): Promise<void>
  /** plaintext from `from` up to `to` */
  read(blob: BlobKey, from: number, to: number): AsyncGenerator<Uint8Array>
  /** a sealed chunk, or the manifest: as others are given it */
  piece(address: Uint8Array, index: number | 'manifest'): Promise<Uint8Array>
  /** goes on with a part, or begins one under this manifest */
  openPart(blob: BlobKey, manifest: Uint8Array | undefined): Promise<Pick<Part, 'manifest' | 'has'> | undefined>
  keepChunk(address: Uint8Array, index: number, sealed: Uint8Array): Promise<void>
  /** whether the part, all of it here, is what its name says */
  finishPart(address: Uint8Array, hash: Uint8Array): Promise<boolean>
  /** the part stays; nothing is written to it for now */
  closePart(address: Uint8Array): Promise<void>
  /** a whole that is damaged becomes a part again */
  demote(address: Uint8Array): Promise<void>
  drop(address: Uint8Array): Promise<void>
  /** what lies there; what an interrupted import left is cleared away */
  list(): Promise<Listing>
  looksWhole(address: Uint8Array, size: number): Promise<boolean>
  close(): Promise<void>
}

type Listing = { readonly whole: readonly Uint8Array[]; readonly parts: readonly Uint8Array[] }

export function openBlobs(directory: string): Blobs {
  const folder = join(directory, 'blobs')
  const parts = new Map<string, Part>()
  const queue = queues()
  const inTurn = <T>(address: Uint8Array, work: () => Promise<T>) => queue(hexOf(address), () => naming(work))

  async function closePart(address: Uint8Array): Promise<void> {
    const part = parts.get(hexOf(address))
    parts.delete(hexOf(address))
    await part?.close()
  }

  return {
    importFile: (path, key, limit) => naming(() => sealInto(roomIn(folder), readSource(path, 1_048_576), key, limit)),
    importStream: (source, key, limit) => naming(() => sealInto(roomIn(folder), source, key, limit)),
    exportTo: (blob, path) => naming(() => exportBlob(folder, blob, path)),
    read: (blob, from, to) => readBlob(folder, blob, from, to),
    piece: (address, index) => naming(() => sealedPiece(folder, address, index)),
    openPart: (blob, manifest) =>
      inTurn(blob.address, async () => {
        await closePart(blob.address)
        const part = await openPart(roomIn(folder), blob, manifest)
        if (part) parts.set(hexOf(blob.address), part)
        return part && { manifest: part.manifest, has: part.has }
      }),
    keepChunk: (address, index, sealed) => inTurn(address, async () => parts.get(hexOf(address))?.keep(index, sealed)),
    finishPart: (address, hash) =>
      inTurn(address, async () => {
        const isRight = (await parts.get(hexOf(address))?.finish(hash)) ?? false
        await closePart(address)
        return isRight
      }),
    closePart: (address) => inTurn(address, () => closePart(address)),
    demote: (address) => inTurn(address, () => demote(folder, address)),
    drop: (address) =>
      inTurn(address, async () => {
        await closePart(address)
        await dropFiles(folder, address)
      }),
    list: () => naming(() => list(folder)),
    looksWhole: (address, size) => naming(() => looksWhole(folder, address, size)),
    async close() {
      await queue.idle()
      for (const part of parts.values()) await part.close()
      parts.clear()
    },
  }
}

async function list(folder: string): Promise<Listing> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) if (name.endsWith('.new')) await rm(join(folder, name), { force: true })
  const addresses = (pattern: RegExp) =>
    names.flatMap((name) => {
      const digits = pattern.exec(name)?.[1]
      return digits ? [new Uint8Array(Buffer.from(digits, 'hex'))] : []
    })
  return { whole: addresses(/^([0-9a-f]{64})$/), parts: addresses(/^([0-9a-f]{64})\.(?:part|list)$/) }
}

/** Made when the first file comes. */
function roomIn(folder: string): string {
  for (const path of makeDirectories(folder)) syncDirectory(join(path, '..'))
  return folder
}

async function naming<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw named(error)
  }
}

/** Work under one name is done one after the other. */
function queues(): { <T>(name: string, work: () => Promise<T>): Promise<T>; idle(): Promise<void> } {
  const last = new Map<string, Promise<unknown>>()
  function enqueue<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = last.get(name) ?? Promise.resolve()
    const mine = before.then(work, work)
    last.set(name, mine)
    const tidy = () => {
      if (last.get(name) === mine) last.delete(name)
    }
    mine.then(tidy, tidy)
    return mine
  }
  enqueue.idle = async () => {
    await Promise.allSettled(last.values())
  }
  return enqueue
}
