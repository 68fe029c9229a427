import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { concat, toUint } from '../../crypto/bytes.ts'
import { beginningBytes, chunkLength, damaged, openerOf } from './container.ts'

/** What reads a backup is told of one entry after the other: its name and size, then its bytes in pieces. */
export type Taker = { begin(name: string, size: number): void; take(bytes: Uint8Array): void; end(): void }

/** Reads a backup to its end. Throws an `OpenFailure` that says what is wrong with it. */
export function readBackup(path: string, passphrase: string, taker: Taker): void {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const opener = openerOf(readAt(file, 0, Math.min(size, beginningBytes)), passphrase)
    const entries = entryReader(taker)
    for (let at = opener.from; ; ) {
      const length = chunkLength(readAt(file, at, 4))
      const sealed = readAt(file, at + 4, length)
      at += 4 + length
      const isLast = at >= size
      if (sealed.length < length) throw damaged('This backup is not whole.')
      entries.take(opener.open(sealed, isLast))
      if (isLast) break
    }
    entries.end()
  } finally {
    closeSync(file)
  }
}

function readAt(file: number, at: number, length: number): Uint8Array {
  const buffer = new Uint8Array(length)
  let read = 0
  while (read < length) {
    const count = readSync(file, buffer, read, length - read, at + read)
    if (count === 0) break
    read += count
  }
  return buffer.subarray(0, read)
}

/** Names in a backup are these and no others: nothing is ever written outside of the vault's folder. */
const knownName = /^(vault\.key|vault\.db|blobs\/[0-9a-f]{64})$/

function entryReader(taker: Taker): { take(bytes: Uint8Array): void; end(): void } {
  let rest: Uint8Array = new Uint8Array(0)
  let left = 0
  let isInside = false
  function head(): boolean {
    if (rest.length < 2) return false
    const nameLength = toUint(rest.subarray(0, 2))
    if (rest.length < 8 + nameLength) return false
    const name = Buffer.from(rest.subarray(2, 2 + nameLength)).toString()
    if (!knownName.test(name)) throw damaged('This backup holds something unknown.')
    left = toUint(rest.subarray(2 + nameLength, 8 + nameLength))
    rest = rest.slice(8 + nameLength)
    isInside = true
    taker.begin(name, left)
    return true
  }
  function body(): boolean {
    const piece = rest.subarray(0, left)
    if (piece.length > 0) taker.take(piece)
    left -= piece.length
    rest = rest.slice(piece.length)
    if (left > 0) return false
    isInside = false
    taker.end()
    return true
  }
  return {
    take(bytes) {
      rest = rest.length === 0 ? bytes : concat(rest, bytes)
      while (isInside ? body() : head()) {}
    },
    end() {
      if (isInside || rest.length > 0) throw damaged('This backup is not whole.')
    },
  }
}
