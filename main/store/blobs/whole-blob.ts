import { randomBytes } from 'node:crypto'
import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fault } from '../../../shared/fault.ts'
import { equal } from '../../crypto/bytes.ts'
import {
  chunkBytes,
  chunkCount,
  hashAt,
  openChunk,
  parseManifest,
  sealedLength,
  sealedStart,
} from '../../crypto/chunks.ts'
import { digest } from '../../crypto/digest.ts'
import { corrupt, StoreFailure } from '../failure.ts'
import { syncDirectory } from '../files.ts'
import { pathsOf } from './blob-paths.ts'
import { writeFully } from './sealing-file.ts'

/** What opens a blob that is kept here. */
export type BlobKey = { readonly address: Uint8Array; readonly size: number; readonly key: Uint8Array }

/** Plaintext of the bytes from `from` up to, not including, `to`: chunk by chunk, each authenticated before it is given. */
export async function* readBlob(folder: string, blob: BlobKey, from: number, to: number): AsyncGenerator<Uint8Array> {
  const file = await openWhole(folder, blob.address)
  try {
    const last = chunkCount(blob.size) - 1
    for (let index = Math.floor(from / chunkBytes); index <= last && index * chunkBytes < to; index += 1) {
      const sealed = await readAt(file, sealedStart(index), sealedLength(blob.size, index))
      const plain = sealed && openChunk(blob.key, index, index === last, sealed)
      if (!plain) throw corrupt('A kept file is damaged.')
      const start = index * chunkBytes
      yield plain.subarray(Math.max(0, from - start), Math.min(plain.length, to - start))
    }
  } finally {
    await file.close()
  }
}

/** Writes the plaintext where a person wants it: under its name when it is whole and durable, or not at all. */
export async function exportBlob(folder: string, blob: BlobKey, path: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.part`
  let isOurs = false
  try {
    const file = await open(temporary, 'wx', 0o644)
    isOurs = true
    try {
      for await (const plain of readBlob(folder, blob, 0, blob.size)) await writeFully(file, plain)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    syncDirectory(dirname(path))
  } catch (error) {
    if (isOurs) await rm(temporary, { force: true })
    throw strange(error)
  }
}

/** A place that cannot be written is the asker's to choose again; a full or failing disk is named as what it is. */
function strange(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new StoreFailure(fault('InvalidArguments', 'There is no such folder.'), error)
  }
  if (code === 'EISDIR') return new StoreFailure(fault('InvalidArguments', 'That is a folder.'), error)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new StoreFailure(fault('InvalidArguments', 'That place may not be written.'), error)
  }
  return error
}

/** One sealed chunk as others are given it, or what is known of all; throws `VaultCorrupt` when it is not what it was. */
export async function sealedPiece(
  folder: string,
  address: Uint8Array,
  index: number | 'manifest',
): Promise<Uint8Array> {
  const bytes = await manifestBytes(folder, address)
  if (index === 'manifest') return bytes
  const manifest = parseManifest(bytes)
  if (!manifest || index >= chunkCount(manifest.size)) throw corrupt('There is no such chunk.')
  const file = await openWhole(folder, address)
  try {
    const sealed = await readAt(file, sealedStart(index), sealedLength(manifest.size, index))
    if (!sealed || !equal(digest(sealed), hashAt(manifest, index))) throw corrupt('A kept file is damaged.')
    return sealed
  } finally {
    await file.close()
  }
}

export async function manifestBytes(folder: string, address: Uint8Array): Promise<Uint8Array> {
  const bytes = await readFile(pathsOf(folder, address).manifest).catch(missing)
  if (!bytes || !equal(digest(bytes), address)) throw corrupt('What is known of a kept file is damaged.')
  return new Uint8Array(bytes)
}

/** Whether its length is right: the cheap look that is taken at every start. */
export async function looksWhole(folder: string, address: Uint8Array, size: number): Promise<boolean> {
  const found = await stat(pathsOf(folder, address).whole).catch(missing)
  const last = chunkCount(size) - 1
  return found?.size === sealedStart(last) + sealedLength(size, last)
}

async function openWhole(folder: string, address: Uint8Array): Promise<FileHandle> {
  const file = await open(pathsOf(folder, address).whole, 'r').catch(missing)
  if (!file) throw corrupt('A kept file is missing.')
  return file
}

/** `undefined` where the file ends before. */
export async function readAt(file: FileHandle, at: number, length: number): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(length)
  for (let read = 0; read < length; ) {
    const { bytesRead } = await file.read(bytes, read, length - read, at + read)
    if (bytesRead === 0) return undefined
    read += bytesRead
  }
  return bytes
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
