import type { DeviceId } from '../../../shared/ids.ts'
import { type Bytes, concat, hex, toUint, uint } from '../../crypto/bytes.ts'
import { digest } from '../../crypto/digest.ts'
import { sign, verify } from '../../crypto/signature.ts'

/**
 * One sealed entry of one log, as it travels and as it is stored:
 *
 *   version 1 | kind 1 | tag 16 | device 32 | zero 2 | incarnation 6 | seq 6 | epoch 4 | prev 32 | nonce 24 | open length 4 |
 *   open … | sealed … | signature 64
 *
 * All integers big-endian. `open` carries keys wrapped to devices and is empty otherwise. The signature is the
 * device's over all bytes before it; the associated data of the sealed part is all bytes before that part.
 */
export type Envelope = {
  readonly kind: 'authority' | 'writer'
  readonly tag: Bytes
  readonly device: DeviceId
  readonly incarnation: number
  readonly seq: number
  readonly epoch: number
  readonly prev: Bytes
  readonly nonce: Bytes
  readonly open: Bytes
  readonly sealed: Bytes
  readonly associated: Bytes
  readonly bytes: Bytes
}

const envelopeLimit = 1_048_576
const fixed = 128
const version = 1
const signatureLength = 64
const seqLimit = 2 ** 47

/** Reads the fixed layout; `undefined` for anything else. Decides nothing about its author. */
export function parseEnvelope(bytes: Bytes): Envelope | undefined {
  if (bytes.length < fixed + 16 + signatureLength || bytes.length > envelopeLimit) return undefined
  const kind = bytes[1] === 0 ? 'authority' : bytes[1] === 1 ? 'writer' : undefined
  if (bytes[0] !== version || !kind) return undefined
  const openLength = toUint(bytes.subarray(124, 128))
  const sealedAt = fixed + openLength
  if (sealedAt + 16 + signatureLength > bytes.length) return undefined
  const incarnation = toUint(bytes.subarray(52, 58))
  const seq = toUint(bytes.subarray(58, 64))
  if (seq > seqLimit || toUint(bytes.subarray(50, 52)) !== 0) return undefined
  return {
    kind,
    tag: bytes.subarray(2, 18),
    device: hex(bytes.subarray(18, 50)) as DeviceId,
    incarnation,
    seq,
    epoch: toUint(bytes.subarray(64, 68)),
    prev: bytes.subarray(68, 100),
    nonce: bytes.subarray(100, 124),
    open: bytes.subarray(fixed, sealedAt),
    sealed: bytes.subarray(sealedAt, bytes.length - signatureLength),
    associated: bytes.subarray(0, sealedAt),
    bytes,
  }
}

export type EnvelopeHead = {
  readonly kind: 'authority' | 'writer'
  readonly tag: Bytes
  readonly device: Bytes
  readonly incarnation: number
  readonly seq: number
  readonly epoch: number
  readonly prev: Bytes
  readonly nonce: Bytes
  readonly open: Bytes
}

/** Everything before the sealed part: also its associated data. */
export function envelopeHead(head: EnvelopeHead): Bytes {
  return concat(
    uint(version, 1),
    uint(head.kind === 'authority' ? 0 : 1, 1),
    head.tag,
    head.device,
    uint(0, 2),
    uint(head.incarnation, 6),
    uint(head.seq, 6),
    uint(head.epoch, 4),
    head.prev,
    head.nonce,
    uint(head.open.length, 4),
    head.open,
  )
}

export function signEnvelope(head: Bytes, sealed: Bytes, secretKey: Bytes): Bytes {
  const body = concat(head, sealed)
  return concat(body, sign(body, secretKey))
}

export function isSigned(envelope: Envelope): boolean {
  const end = envelope.bytes.length - signatureLength
  return verify(envelope.bytes.subarray(end), envelope.bytes.subarray(0, end), envelope.bytes.subarray(18, 50))
}

/** The name of an envelope: over all its bytes, signature included. */
export function envelopeHash(bytes: Bytes): Bytes {
  return digest(bytes)
}
