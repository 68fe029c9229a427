import type { DeviceId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, concat, fromHex, hex, utf8 } from '../../crypto/bytes.ts'
import { type Canonical, decode, encode } from '../../crypto/canonical.ts'
import { digest } from '../../crypto/digest.ts'
import { isKemKey } from '../../crypto/kem.ts'
import { sign, verify } from '../../crypto/signature.ts'

/** Who a player's devices are, by the player's own signature: the only thing the player key ever signs (KEY-1). */
export type DeviceList = {
  readonly player: PlayerId
  readonly version: number
  readonly devices: readonly Device[]
  /** hybrid public key made from the 24 words */
  readonly recovery: Bytes
  readonly bytes: Bytes
  readonly hash: Bytes
}

export type Device = {
  readonly device: DeviceId
  readonly kem: Bytes
  readonly name: string
  readonly addedAt: number
  /** the device's own word that it is this player's: without it anybody could list anybody's device as theirs */
  readonly proof: Bytes
}

const context = utf8('indra device list v1')
const proofContext = utf8('indra device of v1')
export const mostDevices = 16
const kemLength = 1216

export function signDeviceList(
  player: { publicKey: Bytes; secretKey: Bytes },
  version: number,
  devices: readonly Device[],
  recovery: Bytes,
): DeviceList {
  const body = encode([
    1,
    player.publicKey,
    version,
    devices.map(({ device, kem, name, addedAt, proof }): Canonical => [fromHex(device), kem, name, addedAt, proof]),
    recovery,
  ])
  const bytes = encode([body, sign(concat(context, body), player.secretKey)])
  return { player: hex(player.publicKey) as PlayerId, version, devices, recovery, bytes, hash: digest(bytes) }
}

/** What a device signs to be on a player's list. */
export function proveDevice(device: { secretKey: Bytes }, player: Bytes): Bytes {
  return sign(concat(proofContext, player), device.secretKey)
}

/** A list as received: `undefined` unless it is whole, canonical, and signed by its player and each of its devices. */
export function parseDeviceList(bytes: Bytes): DeviceList | undefined {
  const name = hex(digest(bytes))
  const known = read.get(name)
  if (known) return known
  const list = readDeviceList(bytes)
  if (!list) return undefined
  if (read.size >= mostRead) read.clear()
  read.set(name, list)
  return list
}

/** Lists found good before: checking their keys is the dearest thing in this folder, and lists are read often. */
const read = new Map<string, DeviceList>()
const mostRead = 512

function readDeviceList(bytes: Bytes): DeviceList | undefined {
  const outer = decode(bytes)
  if (!Array.isArray(outer) || outer.length !== 2) return undefined
  const [body, signature] = outer as unknown[]
  if (!(body instanceof Uint8Array) || !(signature instanceof Uint8Array)) return undefined
  const inner = decode(body)
  if (!Array.isArray(inner) || inner.length !== 5) return undefined
  const [version, player, number, devices, recovery] = inner as unknown[]
  if (version !== 1 || !isBytes(player, 32) || !isBytes(recovery, kemLength) || !isKemKey(recovery)) return undefined
  if (!Number.isSafeInteger(number) || !Array.isArray(devices) || devices.length > mostDevices) return undefined
  if (!verify(signature, concat(context, body), player)) return undefined
  const parsed = devices.map((device) => readDevice(device, player))
  if (parsed.some((device) => !device)) return undefined
  return {
    player: hex(player) as PlayerId,
    version: number as number,
    devices: parsed as Device[],
    recovery,
    bytes,
    hash: digest(bytes),
  }
}

/** KEY-1: the greater version stands; of one version the list with fewer devices does, for removals win. */
export function supersedes(list: DeviceList, known: DeviceList): boolean {
  if (list.version !== known.version) return list.version > known.version
  if (list.devices.length !== known.devices.length) return list.devices.length < known.devices.length
  return hex(list.hash) < hex(known.hash)
}

export function hasDevice(list: DeviceList, device: DeviceId): boolean {
  return list.devices.some((each) => each.device === device)
}

/** One line of a list, signed by its device as that player's. */
export function readDevice(value: unknown, player: Bytes): Device | undefined {
  if (!Array.isArray(value) || value.length !== 5) return undefined
  const [device, kem, name, addedAt, proof] = value as unknown[]
  if (!isBytes(device, 32) || !isBytes(kem, kemLength) || !isKemKey(kem)) return undefined
  if (typeof name !== 'string' || name.length > 256 || typeof addedAt !== 'number') return undefined
  if (!isBytes(proof, 64) || !verify(proof, concat(proofContext, player), device)) return undefined
  return { device: hex(device) as DeviceId, kem, name, addedAt, proof }
}

export function isBytes(value: unknown, length?: number): value is Bytes {
  return value instanceof Uint8Array && (length === undefined || value.length === length)
}
