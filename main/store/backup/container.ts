import { randomBytes } from 'node:crypto'
import { open, seal } from '../../crypto/box.ts'
import { concat, toUint, uint, utf8 } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { digest } from '../../crypto/digest.ts'
import { passwordKey } from '../../crypto/password.ts'
import { OpenFailure } from '../failure.ts'

/**
 * The one file of a backup:
 *
 *   "indra backup\n" | version 1 | length of the head 4 | head | chunks
 *
 * The head is canonical `[salt 16, passes, memory in bytes, nonce 24, sealed key]`: the key of the chunks under Argon2id
 * of the passphrase. A chunk is `length 4 | XChaCha20-Poly1305`, its nonce `prefix 16 (of the head's hash) | number 7 |
 * last? 1`, the hash of the head beside it: a chunk that is changed, moved, missing or from another backup does not
 * open, and one without its last is not whole. Inside the chunks lie entries, `length of the name 2 | name | size 6 |
 * bytes`, one after the other.
 */
const magic = utf8('indra backup\n')
const version = 1
const headAt = magic.length + 5
const limits = { ops: 3, memoryBytes: 64 * 1024 * 1024 }
const bounds = { ops: 16, memoryBytes: 1024 * 1024 * 1024 }
const mostHead = 4_096
/** bytes of content in a chunk */
export const chunkBytes = 1_048_576
/** what a chunk of content becomes at most */
const mostSealed = chunkBytes + 16

export type Sealer = { readonly head: Uint8Array; seal(plain: Uint8Array, isLast: boolean): Uint8Array }

export function newSealer(passphrase: string): Sealer {
  const [salt, nonce, key] = [randomBytes(16), randomBytes(24), randomBytes(32)]
  const under = passwordKey(passphrase, salt, limits)
  const head = encode([salt, limits.ops, limits.memoryBytes, nonce, seal(under, nonce, key, magic)])
  const chunks = nonces(head)
  return {
    head: concat(magic, uint(version, 1), uint(head.length, 4), head),
    seal(plain, isLast) {
      const sealed = seal(key, chunks.next(isLast), plain, chunks.associated)
      return concat(uint(sealed.length, 4), sealed)
    },
  }
}

export type Opener = {
  /** where the first chunk begins */
  readonly from: number
  open(sealed: Uint8Array, isLast: boolean): Uint8Array
}

/** `beginning`: as much of the file as there is up to `beginningBytes`. Throws an `OpenFailure` that says what is wrong. */
export function openerOf(beginning: Uint8Array, passphrase: string): Opener {
  if (!magic.every((byte, index) => beginning[index] === byte)) throw damaged('This is no backup of Indra.')
  if (beginning[magic.length] !== version) throw damaged('This backup was written by a newer Indra.')
  if (beginning.length < headAt) throw damaged('This backup is not whole.')
  const length = toUint(beginning.subarray(magic.length + 1, headAt))
  const head = beginning.slice(headAt, headAt + length)
  if (length > mostHead || head.length < length) throw damaged('This backup is not whole.')
  const key = keyIn(head, passphrase)
  const chunks = nonces(head)
  return {
    from: headAt + length,
    open(sealed, isLast) {
      const plain = open(key, chunks.next(isLast), sealed, chunks.associated)
      if (!plain) throw damaged('This backup is damaged.')
      return plain
    },
  }
}

/** Enough of a file for `openerOf`. */
export const beginningBytes = headAt + mostHead

export function chunkLength(prefix: Uint8Array): number {
  const length = prefix.length === 4 ? toUint(prefix) : 0
  if (length < 16 || length > mostSealed) throw damaged('This backup is damaged.')
  return length
}

export function damaged(message: string): OpenFailure {
  return new OpenFailure({ code: 'VaultCorrupt', message: `${message} Nothing was changed.` })
}

function keyIn(head: Uint8Array, passphrase: string): Uint8Array {
  const value = decode(head)
  const [salt, ops, memoryBytes, nonce, sealed] = Array.isArray(value) ? (value as unknown[]) : []
  const isWhole = [salt, nonce, sealed].every((each) => each instanceof Uint8Array)
  const isBounded = within(ops, bounds.ops) && within(memoryBytes, bounds.memoryBytes)
  if (!isWhole || !isBounded || (salt as Uint8Array).length !== 16) throw damaged('This backup is damaged.')
  const under = passwordKey(passphrase, salt as Uint8Array, { ops: Number(ops), memoryBytes: Number(memoryBytes) })
  const key = open(under, nonce as Uint8Array, sealed as Uint8Array, magic)
  if (!key) throw new OpenFailure({ code: 'Unauthorized', message: 'That is not the passphrase of this backup.' })
  return key
}

function within(value: unknown, bound: number): boolean {
  return typeof value === 'number' && value >= 1 && value <= bound
}

function nonces(head: Uint8Array): { readonly associated: Uint8Array; next(isLast: boolean): Uint8Array } {
  const associated = digest(head)
  let number = 0
  return {
    associated,
    next: (isLast) => concat(associated.subarray(0, 16), uint(number++, 6), uint(0, 1), uint(isLast ? 1 : 0, 1)),
  }
}
