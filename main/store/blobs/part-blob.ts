import { type FileHandle, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { equal } from '../../crypto/bytes.ts'
import {
  chunkCount,
  type Hashing,
  hashAt,
  hashing,
  type Manifest,
  openChunk,
  parseManifest,
  sealedLength,
  sealedStart,
} from '../../crypto/chunks.ts'
import { digest } from '../../crypto/digest.ts'
import { syncDirectory } from '../files.ts'
import { type BlobPaths, pathsOf } from './blob-paths.ts'
import { writeFully } from './sealing-file.ts'
import { type BlobKey, manifestBytes, readAt } from './whole-blob.ts'

/** A blob of which chunks come in, in any order. What was written before is looked at, not believed. */
export type Part = {
  readonly manifest: Uint8Array
  /** numbers of the chunks that are here */
  readonly has: readonly number[]
  /** Writes a chunk that was found to be right. */
  keep(index: number, sealed: Uint8Array): Promise<void>
  /** When all are here: whether the whole is what its name says; then it is under its name and on the disk. */
  finish(hash: Uint8Array): Promise<boolean>
  close(): Promise<void>
}

/** Goes on with what is here, or begins; `undefined` where nothing is here to go on with and no manifest is given. */
export async function openPart(
  folder: string,
  blob: BlobKey,
  given: Uint8Array | undefined,
): Promise<Part | undefined> {
  const paths = pathsOf(folder, blob.address)
  const bytes = given ?? (await manifestBytes(folder, blob.address).catch(() => undefined))
  const manifest = bytes && parseManifest(bytes)
  if (!bytes || !manifest || manifest.size !== blob.size) return undefined
  if (given) await writeFile(paths.manifest, given, { mode: 0o600, flush: true })
  const isThere = await stat(paths.part).then(
    () => true,
    () => false,
  )
  const file = await open(paths.part, isThere ? 'r+' : 'wx+', 0o600)
  const filling = new Filling(paths, folder, file, manifest, blob.key)
  return {
    manifest: bytes,
    has: isThere ? await filling.lookThrough() : [],
    keep: (index, sealed) => filling.keep(index, sealed),
    finish: (hash) => filling.finish(hash),
    close: () => filling.close(),
  }
}

class Filling {
  readonly #paths: BlobPaths
  readonly #folder: string
  readonly #file: FileHandle
  readonly #manifest: Manifest
  readonly #key: Uint8Array
  readonly #whole: Hashing = hashing()
  readonly #has = new Set<number>()
  /** chunks of the beginning that went through the hasher */
  #hashed = 0
  #isClosed = false

  constructor(paths: BlobPaths, folder: string, file: FileHandle, manifest: Manifest, key: Uint8Array) {
    this.#paths = paths
    this.#folder = folder
    this.#file = file
    this.#manifest = manifest
    this.#key = key
  }

  get #count(): number {
    return chunkCount(this.#manifest.size)
  }

  async lookThrough(): Promise<number[]> {
    for (let index = 0; index < this.#count; index += 1) {
      const sealed = await this.#read(index)
      if (!sealed || !equal(digest(sealed), hashAt(this.#manifest, index))) continue
      this.#has.add(index)
      this.#follow(index, sealed)
    }
    return [...this.#has]
  }

  async keep(index: number, sealed: Uint8Array): Promise<void> {
    await writeFully(this.#file, sealed, sealedStart(index))
    this.#has.add(index)
    this.#follow(index, sealed)
  }

  /** What comes in order is hashed as it comes; what came early is read again at the end. */
  #follow(index: number, sealed: Uint8Array): void {
    if (this.#isClosed || index !== this.#hashed) return
    const plain = openChunk(this.#key, index, index === this.#count - 1, sealed)
    if (!plain) return
    this.#whole.update(plain)
    this.#hashed += 1
  }

  async finish(hash: Uint8Array): Promise<boolean> {
    while (this.#hashed < this.#count) {
      const index = this.#hashed
      const sealed = await this.#read(index)
      if (!sealed) return false
      this.#follow(index, sealed)
      if (this.#hashed === index) return false
    }
    if (!equal(this.#whole.finish(), hash)) return false
    await this.#file.sync()
    await rename(this.#paths.part, this.#paths.whole)
    syncDirectory(this.#folder)
    return true
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#whole.dispose()
    await this.#file.close()
  }

  #read(index: number): Promise<Uint8Array | undefined> {
    return readAt(this.#file, sealedStart(index), sealedLength(this.#manifest.size, index))
  }
}

/** A whole that turned out damaged goes on as a part: what is right of it need not come again. */
export async function demote(folder: string, address: Uint8Array): Promise<void> {
  const paths = pathsOf(folder, address)
  await rename(paths.whole, paths.part).catch(() => {})
}

export async function dropFiles(folder: string, address: Uint8Array): Promise<void> {
  const paths = pathsOf(folder, address)
  for (const path of [paths.part, paths.whole, paths.manifest]) await rm(path, { force: true })
}
