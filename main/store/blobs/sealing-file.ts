import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fault } from '../../../shared/fault.ts'
import { addressOf, chunkBytes, encodeManifest, hashing, sealChunk } from '../../crypto/chunks.ts'
import { digest } from '../../crypto/digest.ts'
import { StoreFailure } from '../failure.ts'
import { syncDirectory } from '../files.ts'
import { pathsOf } from './blob-paths.ts'

/** A file that was read, sealed and kept. */
export type Kept = {
  /** BLAKE3 of the plaintext */
  readonly hash: Uint8Array
  readonly size: number
  readonly address: Uint8Array
  /** its first bytes: enough to tell what kind of thing it is */
  readonly head: Uint8Array
}

const headBytes = 262_144

/**
 * Seals what comes, piece by piece, into a file of its own: hashed, encrypted and hashed again as it goes, never more
 * than two chunks in memory. On the disk under its address when this resolves; nothing is left when it does not.
 */
export async function sealInto(
  folder: string,
  source: AsyncIterable<Uint8Array>,
  key: Uint8Array,
  limit: number,
): Promise<Kept> {
  const temporary = join(folder, `${randomBytes(16).toString('hex')}.new`)
  try {
    const { hash, size, head, manifest } = await writeSealed(temporary, source, key, limit)
    const address = addressOf(manifest)
    const paths = pathsOf(folder, address)
    await writeFile(paths.manifest, manifest, { mode: 0o600, flush: true })
    await rename(temporary, paths.whole)
    syncDirectory(folder)
    return { hash, size, head, address }
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

type Sealed = { hash: Uint8Array; size: number; head: Uint8Array; manifest: Uint8Array }

async function writeSealed(
  path: string,
  source: AsyncIterable<Uint8Array>,
  key: Uint8Array,
  limit: number,
): Promise<Sealed> {
  const file = await open(path, 'wx', 0o600)
  const whole = hashing()
  try {
    const hashes: Uint8Array[] = []
    const head: Uint8Array[] = []
    let [size, headSize] = [0, 0]
    for await (const { chunk, isLast } of chunksOf(source)) {
      size += chunk.length
      if (size > limit) throw new StoreFailure(fault('TooLarge', `It has more than ${limit} bytes.`))
      whole.update(chunk)
      if (headSize < headBytes) {
        head.push(chunk.slice(0, headBytes - headSize))
        headSize += Math.min(chunk.length, headBytes - headSize)
      }
      const sealed = sealChunk(key, hashes.length, isLast, chunk)
      hashes.push(digest(sealed))
      await writeFully(file, sealed)
    }
    await file.sync()
    const manifest = encodeManifest({ size, hashes: new Uint8Array(Buffer.concat(hashes)) })
    return { hash: whole.finish(), size, head: new Uint8Array(Buffer.concat(head)), manifest }
  } finally {
    whole.dispose()
    await file.close()
  }
}

/** Whole chunks of whatever lengths come, the last one marked; one empty chunk where nothing comes. */
async function* chunksOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<{ chunk: Uint8Array; isLast: boolean }> {
  let [filling, waiting] = [new Uint8Array(chunkBytes), new Uint8Array(chunkBytes)]
  let [filled, hasWaiting] = [0, false]
  for await (const piece of source) {
    for (let at = 0; at < piece.length; ) {
      if (filled === chunkBytes) {
        if (hasWaiting) yield { chunk: waiting, isLast: false }
        ;[filling, waiting, filled, hasWaiting] = [waiting, filling, 0, true]
      }
      const length = Math.min(chunkBytes - filled, piece.length - at)
      filling.set(piece.subarray(at, at + length), filled)
      filled += length
      at += length
    }
  }
  if (hasWaiting) yield { chunk: waiting, isLast: false }
  yield { chunk: filling.subarray(0, filled), isLast: true }
}

export async function writeFully(file: FileHandle, bytes: Uint8Array, at?: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const position = at === undefined ? null : at + written
    written += (await file.write(bytes, written, bytes.length - written, position)).bytesWritten
  }
}
