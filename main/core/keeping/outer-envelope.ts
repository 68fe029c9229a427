import { open, seal } from '../../crypto/box.ts'
import { type Bytes, concat, uint, utf8 } from '../../crypto/bytes.ts'
import { derive, digest, keyedDigest } from '../../crypto/digest.ts'
import { sign, signingKeys, verify } from '../../crypto/signature.ts'

/**
 * What a keeper holds (KEEP-1): one item in one mailbox, its author sealed inside.
 *
 *   version 1 | mailbox 32 | nonce 24 | sealed … | signature 64
 *
 * The mailbox is a public key that only those can derive who know its secret; the signature over all before it is that
 * key's. The nonce follows from the item, so that one item is the same bytes whoever deposits it, and is kept once.
 */
export type Mailbox = {
  /** its public key: all that a keeper ever knows of it */
  readonly address: Bytes
  readonly secretKey: Bytes
  readonly sealingKey: Bytes
}

/** An inner envelope has 1 MiB at most. */
export const outerLimit = 1_048_576 + 1_024
const version = 1
const head = 57
const tagLength = 16
const signatureLength = 64
const context = utf8('indra mailbox item v1')

/** `secret` has to hold the entropy: whoever knows it may read and deposit. */
export function mailboxFrom(secret: Bytes): Mailbox {
  const { publicKey, secretKey } = signingKeys(derive('indra mailbox signing v1', secret))
  return { address: publicKey, secretKey, sealingKey: derive('indra mailbox sealing v1', secret) }
}

export function sealOuter(mailbox: Mailbox, item: Bytes): Bytes {
  const nonce = keyedDigest(mailbox.sealingKey, item).subarray(0, 24)
  const start = concat(uint(version, 1), mailbox.address, nonce)
  const body = concat(start, seal(mailbox.sealingKey, nonce, item, start))
  return concat(body, sign(concat(context, body), mailbox.secretKey))
}

/** The mailbox an item is for; `undefined` for what has not the form of one. Says nothing about its signature. */
export function addressOf(bytes: Bytes): Bytes | undefined {
  const isWhole = bytes.length > head + tagLength + signatureLength && bytes.length <= outerLimit
  return isWhole && bytes[0] === version ? bytes.subarray(1, 33) : undefined
}

/** Signed by the mailbox's own key: its depositor knows the mailbox's secret. */
export function isDepositable(bytes: Bytes): boolean {
  const end = bytes.length - signatureLength
  return verify(bytes.subarray(end), concat(context, bytes.subarray(0, end)), bytes.subarray(1, 33))
}

/** The item; `undefined` for what this mailbox's secret did not seal. */
export function openOuter(mailbox: Mailbox, bytes: Bytes): Bytes | undefined {
  const end = bytes.length - signatureLength
  if (!addressOf(bytes)) return undefined
  return open(mailbox.sealingKey, bytes.subarray(33, head), bytes.subarray(head, end), bytes.subarray(0, head))
}

export function outerHash(bytes: Bytes): Bytes {
  return digest(bytes)
}
