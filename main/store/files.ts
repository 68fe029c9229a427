import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Bytes of a file, or `undefined` where there is none. */
export function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size
}

export function readIfAny(path: string): Uint8Array | undefined {
  return sizeOf(path) === undefined ? undefined : readFileSync(path)
}

/** A file only its owner may read, on the disk when this returns. */
export function writePrivate(path: string, content: Uint8Array): void {
  const file = openSync(path, 'w', 0o600)
  try {
    let written = 0
    while (written < content.length) written += writeSync(file, content, written)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** After this the file has its new name, whatever happens. */
export function renameDurably(from: string, to: string): void {
  renameSync(from, to)
  syncDirectory(dirname(to))
}

export function syncDirectory(path: string): void {
  // Windows opens no directories; NTFS journals their entries itself
  if (process.platform === 'win32') return
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
