import type { ArtifactId, DeviceId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, compare, concat, fromHex, hex, utf8 } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { sign, verify } from '../../crypto/signature.ts'
import { type DeviceList, hasDevice, isBytes, parseDeviceList } from '../identity/device-list.ts'
import { groupTreeId } from '../trees/artifact-id.ts'
import type { Genesis } from './genesis.ts'

const groupContext = utf8('indra group genesis v1')
const mostMembers = 1_001

/**
 * NAME-1: what a group Story begins with follows from its creator and members alone, without time or chance, and so does
 * its id; it counts signed by a device of the creator only, so that nobody else can make it. Beside that: which device.
 */
export function signGroupGenesis(
  list: DeviceList,
  seat: { publicKey: Bytes; secretKey: Bytes },
  members: readonly PlayerId[],
  name: string,
): Bytes {
  const all = [...new Set([list.player, ...members])].map(fromHex).sort(compare)
  const body = encode([1, 'group', 'story', fromHex(list.player), all])
  const signed = encode([body, list.bytes, seat.publicKey, name])
  return encode([2, signed, sign(concat(groupContext, signed), seat.secretKey)])
}

export function parseGroupGenesis(id: ArtifactId, bytes: Bytes): Genesis | undefined {
  const outer = decode(bytes)
  if (!Array.isArray(outer) || outer.length !== 3 || outer[0] !== 2) return undefined
  const [, signed, signature] = outer as unknown[]
  const inner = isBytes(signed) && isBytes(signature, 64) ? decode(signed) : undefined
  if (!isBytes(signed) || !isBytes(signature, 64) || !Array.isArray(inner) || inner.length !== 4) return undefined
  const [body, listBytes, seat, name] = inner as unknown[]
  if (!isBytes(body) || !isBytes(listBytes) || !isBytes(seat, 32) || typeof name !== 'string') return undefined
  if (!verify(signature, concat(groupContext, signed), seat)) return undefined
  const list = parseDeviceList(listBytes)
  const device = hex(seat) as DeviceId
  if (!list || !hasDevice(list, device) || groupIn(body, list.player) !== id) return undefined
  return { type: 'story', list, seat: device, createdAt: 0, name, bytes, leaf: undefined, mint: undefined }
}

/** The id of the group a canonical body names. */
function groupIn(body: Bytes, creator: PlayerId): ArtifactId | undefined {
  const value = decode(body)
  if (!Array.isArray(value) || value.length !== 5) return undefined
  const [version, kind, type, by, members] = value as unknown[]
  if (version !== 1 || kind !== 'group' || type !== 'story' || !isBytes(by, 32) || hex(by) !== creator) return undefined
  if (!Array.isArray(members) || members.length > mostMembers || !members.every((each) => isBytes(each, 32)))
    return undefined
  const sorted = (members as Bytes[]).every(
    (each, index) => index === 0 || compare((members as Bytes[])[index - 1] ?? each, each) < 0,
  )
  const players = (members as Bytes[]).map((each) => hex(each) as PlayerId)
  return sorted && players.includes(creator) ? groupTreeId(creator, players) : undefined
}
