import { constants, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { fault } from '../../../shared/fault.ts'
import { StoreFailure } from '../failure.ts'

/**
 * A person's file, read once from the beginning in pieces that are handed out one at a time and used again. What is no
 * file, cannot be read, or is not the same any more when it has been read is a fault.
 */
export async function* readSource(path: string, pieceBytes: number): AsyncGenerator<Uint8Array> {
  const file = await openSource(path)
  try {
    const before = await file.stat()
    if (!before.isFile()) throw refused('That is not a file.')
    const piece = new Uint8Array(pieceBytes)
    let at = 0
    for (;;) {
      const read = await readFully(file, piece, at)
      at += read
      if (read > 0) yield piece.subarray(0, read)
      if (read < pieceBytes) break
    }
    if (hasChanged(before, await file.stat(), at)) throw refused('The file changed while it was read. Try again.')
  } finally {
    await file.close()
  }
}

async function openSource(path: string): Promise<FileHandle> {
  try {
    // non-blocking: opening a pipe must not wait for who may never write
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') throw refused('There is no such file.', error)
    if (code === 'EACCES' || code === 'EPERM') throw refused('This file may not be read.', error)
    throw error
  }
}

async function readFully(file: FileHandle, into: Uint8Array, at: number): Promise<number> {
  let length = 0
  while (length < into.length) {
    const { bytesRead } = await file.read(into, length, into.length - length, at + length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return length
}

function hasChanged(before: Stats, after: Stats, read: number): boolean {
  return read !== before.size || after.size !== before.size || after.mtimeMs !== before.mtimeMs
}

function refused(what: string, cause?: unknown): StoreFailure {
  return new StoreFailure(fault('InvalidArguments', what), cause)
}
