import type { ArtifactId, DeviceId, EntryId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, concat, fromHex, hex, utf8 } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { sign, verify } from '../../crypto/signature.ts'
import { type AttentionEvent, continues, parseAttention } from '../attention/attention-chain.ts'
import type { Genesis } from '../authority/genesis.ts'
import { type DeviceList, hasDevice, isBytes, parseDeviceList } from '../identity/device-list.ts'
import { targetOf } from '../logs/entry.ts'

/**
 * What a Token begins with (INT-2): one window of attention, as two links of the giver's own chain, given for one proof
 * in one Intention to whoever submitted it. Signed by a device of the giver, so that nobody mints from attention of
 * another; the receiver's device is its seat from the first moment. Its id is the BLAKE3 of these bytes (TOK-2).
 */
export type Mint = {
  readonly author: PlayerId
  readonly intention: ArtifactId
  readonly proof: EntryId
  /** the link that began the window, and the one after it */
  readonly begin: AttentionEvent
  readonly end: AttentionEvent
}

const mintContext = utf8('indra token mint v1')

export type MintPlan = {
  readonly author: DeviceList
  readonly device: { publicKey: Bytes; secretKey: Bytes }
  readonly receiver: { readonly list: DeviceList; readonly seat: DeviceId; readonly name: string }
  readonly intention: ArtifactId
  readonly proof: EntryId
  readonly begin: Bytes
  readonly end: Bytes
  readonly at: number
}

export function signMint({ author, device, receiver, intention, proof, begin, end, at }: MintPlan): Bytes {
  const to = [receiver.list.bytes, fromHex(receiver.seat), receiver.name]
  const body = encode([1, author.bytes, device.publicKey, to, intention, fromHex(proof), begin, end, at])
  return encode([3, body, sign(concat(mintContext, body), device.secretKey)])
}

export function parseMint(bytes: Bytes): (Genesis & { readonly mint: Mint }) | undefined {
  const outer = decode(bytes)
  if (!Array.isArray(outer) || outer.length !== 3 || outer[0] !== 3 || !isBytes(outer[1])) return undefined
  const inner = isBytes(outer[2], 64) ? decode(outer[1]) : undefined
  if (!Array.isArray(inner) || inner.length !== 9 || inner[0] !== 1) return undefined
  const [, authorBytes, device, to, intention, proofBytes, begin, end, at] = inner as unknown[]
  const author = isBytes(authorBytes) ? parseDeviceList(authorBytes) : undefined
  const proof = targetOf(proofBytes)
  if (!author || !isBytes(device, 32) || !proof || typeof at !== 'number') return undefined
  if (typeof intention !== 'string' || !/^doc:[0-9a-f]{64}$/.test(intention)) return undefined
  if (!hasDevice(author, hex(device) as DeviceId) || !verify(outer[2], concat(mintContext, outer[1]), device))
    return undefined
  const window = windowIn(author, begin, end)
  const receiver = receiverIn(to)
  if (!window || !receiver || receiver.list.player === author.player) return undefined
  const mint = { author: author.player, intention: intention as ArtifactId, proof, ...window }
  return { type: 'token', ...receiver, createdAt: at, bytes, leaf: undefined, mint }
}

/** Two links of one chain of the giver's, the second of which left where the first had gone. */
function windowIn(author: DeviceList, begin: unknown, end: unknown): Pick<Mint, 'begin' | 'end'> | undefined {
  const first = isBytes(begin) ? parseAttention(begin) : undefined
  const second = isBytes(end) ? parseAttention(end) : undefined
  if (!first?.to || !second || first.author !== author.player || !hasDevice(author, first.device)) return undefined
  return continues(first, second) && second.wallTime > first.wallTime ? { begin: first, end: second } : undefined
}

function receiverIn(value: unknown): Pick<Genesis, 'list' | 'seat' | 'name'> | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined
  const [listBytes, seat, name] = value as unknown[]
  const list = isBytes(listBytes) ? parseDeviceList(listBytes) : undefined
  if (!list || !isBytes(seat, 32) || typeof name !== 'string') return undefined
  const device = hex(seat) as DeviceId
  return hasDevice(list, device) ? { list, seat: device, name } : undefined
}
