import type { DeviceId } from '../../../shared/ids.ts'
import { type Bytes, concat, hex, utf8 } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { sign, verify } from '../../crypto/signature.ts'
import { type DeviceList, hasDevice, isBytes, parseDeviceList } from '../identity/device-list.ts'
import type { Mint } from '../tokens/mint.ts'

export type Genesis = {
  readonly type: string
  readonly list: DeviceList
  readonly seat: DeviceId
  readonly createdAt: number
  readonly name: string
  readonly bytes: Bytes
  /** of a record: the content it is about (NAME-2) */
  readonly leaf: Bytes | undefined
  /** of a Token: the attention it was made of */
  readonly mint: Mint | undefined
}

const genesisContext = utf8('indra genesis v1')
const mostTypeLetters = 64

/** Canonical genesis signed by the seat: the Tree's id is the BLAKE3 of exactly these bytes (NAME-1). */
export function signGenesis(
  type: string,
  list: DeviceList,
  seat: { publicKey: Bytes; secretKey: Bytes },
  createdAt: number,
  name: string,
  random: Bytes,
  leaf?: Bytes,
): Bytes {
  const fields = [1, type, list.bytes, seat.publicKey, createdAt, name, random]
  const body = encode(leaf ? [...fields, leaf] : fields)
  return encode([body, sign(concat(genesisContext, body), seat.secretKey)])
}

export function parseGenesis(bytes: Bytes): Genesis | undefined {
  const outer = decode(bytes)
  if (!Array.isArray(outer) || outer.length !== 2 || !isBytes(outer[0]) || !isBytes(outer[1])) return undefined
  const inner = decode(outer[0])
  if (!Array.isArray(inner) || (inner.length !== 7 && inner.length !== 8)) return undefined
  const [version, type, listBytes, seat, createdAt, name, random, leaf] = inner as unknown[]
  if (type === 'leaf' ? !isBytes(leaf, 32) : inner.length !== 7) return undefined
  if (version !== 1 || typeof type !== 'string' || typeof name !== 'string' || typeof createdAt !== 'number')
    return undefined
  if (type.length > mostTypeLetters || !isBytes(listBytes) || !isBytes(seat, 32) || !isBytes(random, 32))
    return undefined
  if (!verify(outer[1], concat(genesisContext, outer[0]), seat)) return undefined
  const list = parseDeviceList(listBytes)
  const device = hex(seat) as DeviceId
  if (!list || !hasDevice(list, device)) return undefined
  return {
    type,
    list,
    seat: device,
    createdAt,
    name,
    bytes,
    leaf: isBytes(leaf, 32) ? leaf : undefined,
    mint: undefined,
  }
}
