import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** Bytes of a file, or `undefined` where there is none. */
export function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size
}

export function readIfAny(path: string): Uint8Array | undefined {
  return sizeOf(path) === undefined ? undefined : readFileSync(path)
}

/**
 * Makes a directory, and those above it, for their owner only. Returns the ones made, the deepest first. Not Node's
 * `recursive`: that tries forever where a parent is there but takes no directories, as below /proc.
 */
export function makeDirectories(path: string): string[] {
  const parent = dirname(path)
  if (sizeOf(path) !== undefined || parent === path) return []
  const above = makeDirectories(parent)
  mkdirSync(path, { mode: 0o700 })
  return [path, ...above]
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

/** Throws what writing so many bytes into a directory throws; leaves nothing there. */
export function probe(directory: string, bytes: number): void {
  const path = join(directory, `.probe-${process.pid}`)
  try {
    writePrivate(path, new Uint8Array(bytes))
  } finally {
    rmSync(path, { force: true })
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
