import { type Bytes, concat, equal, toUint, uint, utf8 } from '../crypto/bytes.ts'
import { keyedDigest } from '../crypto/digest.ts'

/**
 * What is said aloud on a local network: `indra` 1, whether others are asked to speak, a nonce, a UDP port, and entries
 * of 40 bytes. An entry is a token of 8, keyed by a topic or a device key over the nonce, and a device key of 32 masked
 * by the same. Who knows the topic, or looks for the device, recognises it; to everyone else each packet is noise that
 * has nothing in common with the one before.
 */
export type Packet = {
  readonly isQuestion: boolean
  readonly nonce: Bytes
  readonly port: number
  readonly entries: readonly Bytes[]
}

const header = utf8('indra\u0001')
const [nonceLength, entryLength, tokenLength] = [16, 40, 8]
/** So many fit into one datagram that nothing on the way splits. */
export const mostEntries = 32
const fixed = header.length + 1 + nonceLength + 2

export function formatPacket({ isQuestion, nonce, port, entries }: Packet): Bytes {
  return concat(header, uint(isQuestion ? 1 : 0, 1), nonce, uint(port, 2), ...entries)
}

/** `undefined` for anything else that comes to this port. */
export function parsePacket(bytes: Bytes): Packet | undefined {
  const rest = bytes.length - fixed
  if (rest < 0 || rest % entryLength !== 0 || rest > mostEntries * entryLength) return undefined
  if (!equal(bytes.subarray(0, header.length), header)) return undefined
  const body = bytes.subarray(header.length + 1 + nonceLength)
  const port = toUint(body.subarray(0, 2))
  if (port === 0) return undefined
  const entries = Array.from({ length: rest / entryLength }, (_, index) =>
    body.slice(2 + index * entryLength, 2 + (index + 1) * entryLength),
  )
  return {
    isQuestion: bytes[header.length] === 1,
    nonce: bytes.slice(header.length + 1, header.length + 1 + nonceLength),
    port,
    entries,
  }
}

/** `device` can be found under `secret`, which is a topic or its own key. */
export function entryFor(secret: Bytes, nonce: Bytes, device: Bytes): Bytes {
  return concat(tokenOf(secret, nonce), masked(secret, nonce, device))
}

/** The device an entry names, for who knows what it is found under. */
export function deviceIn(entry: Bytes, secret: Bytes, nonce: Bytes): Bytes | undefined {
  const isMeant = equal(entry.subarray(0, tokenLength), tokenOf(secret, nonce))
  return isMeant ? masked(secret, nonce, entry.subarray(tokenLength)) : undefined
}

function tokenOf(secret: Bytes, nonce: Bytes): Bytes {
  return keyedDigest(secret, concat(utf8('lan token'), nonce)).slice(0, tokenLength)
}

function masked(secret: Bytes, nonce: Bytes, device: Bytes): Bytes {
  const mask = keyedDigest(secret, concat(utf8('lan device'), nonce))
  return device.map((byte, index) => byte ^ (mask[index] ?? 0))
}
