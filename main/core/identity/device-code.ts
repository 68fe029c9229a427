import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { PlayerId } from '../../../shared/ids.ts'
import { type Bytes, concat, fromHex, hex, toUint, uint } from '../../crypto/bytes.ts'
import { armor, unarmor } from '../../crypto/codes.ts'

/** What an `indra:device:` code says: whose device one becomes, and the secret that shows one was asked. */
export type DeviceCode = { readonly player: PlayerId; readonly secret: Bytes; readonly expiresAt: number }

const prefix = 'indra:device:'
const version = 1

/** `indra:device:` + base64url(version 1 ‖ player 32 ‖ secret 32 ‖ expiry 6 ‖ checksum 4) */
export function formatDeviceCode({ player, secret, expiresAt }: DeviceCode): string {
  return prefix + armor(concat(uint(version, 1), fromHex(player), secret, uint(expiresAt, 6)))
}

export function parseDeviceCode(text: string): Result<DeviceCode> {
  const code = text.replace(/[\s"'“”‘’«»<>]/gu, '').replace(/^indra:\/\//iu, 'indra:')
  if (code.slice(0, prefix.length).toLowerCase() !== prefix) {
    return refuse('InvalidCode', 'That is not a code for a device.')
  }
  const bytes = unarmor(code.slice(prefix.length))
  if (!bytes) return refuse('InvalidCode', 'It is damaged or not whole.')
  if (bytes[0] !== version) return refuse('InvalidCode', 'It was made by a newer Indra.')
  if (bytes.length !== 71) return refuse('InvalidCode', 'It is not whole.')
  return ok({
    player: hex(bytes.subarray(1, 33)) as PlayerId,
    secret: bytes.slice(33, 65),
    expiresAt: toUint(bytes.subarray(65, 71)),
  })
}
