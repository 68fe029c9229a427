import { join } from 'node:path'
import { hexOf } from '../hexadecimal.ts'

/** Where a blob lies: its sealed chunks, those of them that came so far, and the list of their hashes. */
export type BlobPaths = { readonly whole: string; readonly part: string; readonly manifest: string }

export function pathsOf(folder: string, address: Uint8Array): BlobPaths {
  const whole = join(folder, hexOf(address))
  return { whole, part: `${whole}.part`, manifest: `${whole}.list` }
}
