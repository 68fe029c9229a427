import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { ArtifactId, DeviceId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, concat, equal, fromHex, hex, utf8 } from '../../crypto/bytes.ts'
import { type Canonical, decode, encode } from '../../crypto/canonical.ts'
import { derive, keyedDigest } from '../../crypto/digest.ts'
import { isKemKey, unwrap, wrap } from '../../crypto/kem.ts'
import { bytesAt, type Frame, sendFrame } from '../meeting/frame.ts'
import type { Session } from '../meeting/session.ts'
import { self, type Turn } from '../state.ts'
import { becomeDevice, isUntouched, type Legacy, legacyOf } from './becoming.ts'
import { formatDeviceCode, parseDeviceCode } from './device-code.ts'
import {
  type Device,
  hasDevice,
  isBytes,
  mostDevices,
  parseDeviceList,
  readDevice,
  signDeviceList,
} from './device-list.ts'
import { presentDevice } from './identity.ts'
import { keepOwnList } from './known-lists.ts'
import { openPhrase, playerKeysOf } from './player-key.ts'

/**
 * A second device by a code. The code is a bearer secret for one use within ten minutes: both sides find each other by
 * it, the newcomer shows that it has it over this very connection, and is put on the list and given what the player has:
 * the words (as they lie here, open or sealed), the Vault, and in the Vault's log everything else.
 *
 * Facts: `device-invite` [secret, expiresAt, used by or null, entropy] at the one who asked, `device-join` [player,
 * secret, expiresAt] at the newcomer.
 */
const inviteMillis = 600_000
const legacyContext = utf8('indra legacy v1')
const askContext = utf8('indra adopt v1')
const nameLimit = 128

export function inviteDevice(turn: Turn, args: Args<'device.invite'>): Result<Value<'device.invite'>> {
  const me = self(turn)
  if (me.list.devices.length >= mostDevices) return refuse('TooLarge', `A person may have ${mostDevices} devices.`)
  const phrase = openPhrase(turn, args.passphrase)
  if (!phrase.ok) return phrase
  const code = { player: me.player, secret: turn.chance(32), expiresAt: turn.now + inviteMillis }
  turn.tables.facts.put('device-invite', encode([code.secret, code.expiresAt, null, phrase.value]))
  turn.due.seek = true
  return ok({ code: formatDeviceCode(code), expiresAt: code.expiresAt })
}

/** Only into a vault in which nothing was done yet: the identity it was made with is thrown away. */
export function joinDevice(turn: Turn, args: Args<'device.join'>): Result<Value<'device.join'>> {
  const code = parseDeviceCode(args.code)
  if (!code.ok) return code
  const { player, secret, expiresAt } = code.value
  if (player === self(turn).player) return ok({ playerId: player, status: 'joined' })
  if (expiresAt <= turn.now) return refuse('CodeExpired')
  if (!isUntouched(turn)) return refuse('NotPermitted', 'This vault is somebody’s already: begin with an empty one.')
  turn.tables.facts.put('device-join', encode([player, secret, expiresAt]))
  for (const session of turn.state.sessions.values()) askAdoption(turn, session)
  turn.due.seek = true
  return ok({ playerId: player, status: 'asking' })
}

export type Meeting = { readonly secret: Bytes; readonly player: PlayerId; readonly side: 'inviter' | 'newcomer' }

/** What a device that is to come, or to be come to, is met with; nothing when no code is open. */
export function deviceMeetings(turn: Turn): Meeting[] {
  const invite = openInvite(turn)
  const join = openJoin(turn)
  const meetings: Meeting[] = []
  if (invite) meetings.push({ secret: meetingSecret(invite.secret), player: self(turn).player, side: 'inviter' })
  if (join) meetings.push({ secret: meetingSecret(join.secret), player: join.player, side: 'newcomer' })
  return meetings
}

/** At the newcomer, at every meeting until it is answered. */
export function askAdoption(turn: Turn, session: Session): void {
  const join = openJoin(turn)
  if (!join || session.player !== join.player) return
  const { kem, name, proof } = presentDevice(turn, fromHex(join.player), deviceName(turn))
  const mac = keyedDigest(join.secret, askBytes(session.handshake, fromHex(self(turn).device), kem, name, proof))
  sendFrame(turn, session.connection, 'adopt', mac, kem, name, proof)
}

/** At the one who asked it in. Said again to the same device, the answer is the same. */
export function adoptAsked(turn: Turn, session: Session, frame: Frame): void {
  const invite = openInvite(turn)
  const [, kem, name, proof] = frame.fields
  const mac = bytesAt(frame, 0, 32)
  if (!invite || !mac || !isBytes(kem) || typeof name !== 'string' || !isBytes(proof)) return
  if (name.length > nameLimit) return
  const device = fromHex(session.device)
  if (!equal(mac, keyedDigest(invite.secret, askBytes(session.handshake, device, kem, name, proof)))) return
  if (invite.usedBy !== undefined && invite.usedBy !== session.device) return
  const me = self(turn)
  const listed = readDevice([device, kem, name, turn.now, proof], me.playerKeys.publicKey)
  if (!listed || !isKemKey(kem)) return
  if (!hasDevice(me.list, session.device)) addDevice(turn, invite, listed)
  sendFrame(turn, session.connection, 'adopted', legacyFor(turn, kem))
}

/** At the newcomer: from here on it is the player's. */
export function adopted(turn: Turn, session: Session, frame: Frame): void {
  const join = openJoin(turn)
  const wrapped = bytesAt(frame, 0)
  if (!join || !wrapped || session.player !== join.player) return
  const plain = unwrap(self(turn).deviceKem.secretKey, wrapped, legacyContext)
  const legacy = plain && parseLegacy(decode(plain))
  const list = legacy && parseDeviceList(legacy.list)
  if (!legacy || list?.player !== join.player || !hasDevice(list, self(turn).device)) return
  becomeDevice(turn, legacy)
}

function addDevice(turn: Turn, invite: OpenInvite, device: Device): void {
  const me = self(turn)
  const { signing } = playerKeysOf(invite.entropy)
  turn.tables.facts.put('device-invite', encode([invite.secret, invite.expiresAt, device.device, new Uint8Array(32)]))
  keepOwnList(turn, signDeviceList(signing, me.list.version + 1, [...me.list.devices, device], me.list.recovery))
}

function legacyFor(turn: Turn, kem: Bytes): Bytes {
  const { phrase, sealed, list, name, trees } = legacyOf(turn)
  const plain = encode([
    1,
    phrase,
    sealed,
    list,
    name,
    trees.map(({ id, secret, createdAt, epochs, chain }): Canonical => [id, secret, createdAt, epochs, chain]),
  ])
  return wrap(kem, plain, legacyContext, turn.chance(64))
}

function parseLegacy(value: unknown): Legacy | undefined {
  if (!Array.isArray(value) || value[0] !== 1 || value.length !== 6) return undefined
  const [, phrase, sealed, list, name, trees] = value as [number, Bytes | null, Bytes | null, Bytes, string, unknown[]]
  if (!isBytes(list) || typeof name !== 'string' || !Array.isArray(trees) || trees.length !== 2) return undefined
  const [vault, inbox] = trees.map(readTree)
  return vault && inbox ? { phrase, sealed, list, name, trees: [vault, inbox] } : undefined
}

function readTree(value: unknown): Legacy['trees'][0] {
  const [id, secret, createdAt, epochs, chain] = value as [ArtifactId, Bytes, number, Bytes[], Bytes[]]
  return { id, secret, createdAt, epochs, chain }
}

type OpenInvite = { secret: Bytes; expiresAt: number; usedBy: DeviceId | undefined; entropy: Bytes }

function openInvite(turn: Turn): OpenInvite | undefined {
  const value = turn.tables.facts.get('device-invite')
  if (!value) return undefined
  const [secret, expiresAt, usedBy, entropy] = decode(value) as [Bytes, number, DeviceId | null, Bytes]
  return expiresAt > turn.now ? { secret, expiresAt, usedBy: usedBy ?? undefined, entropy } : undefined
}

function openJoin(turn: Turn): { player: PlayerId; secret: Bytes } | undefined {
  const value = turn.tables.facts.get('device-join')
  if (!value) return undefined
  const [player, secret, expiresAt] = decode(value) as [PlayerId, Bytes, number]
  return expiresAt > turn.now ? { player, secret } : undefined
}

function meetingSecret(secret: Bytes): Bytes {
  return derive('indra device meeting v1', secret)
}

function askBytes(handshake: Bytes, device: Bytes, kem: Bytes, name: string, proof: Bytes): Bytes {
  return concat(askContext, handshake, device, proof, kem, utf8(name))
}

function deviceName(turn: Turn): string {
  const known = self(turn).list.devices.find((each) => each.device === self(turn).device)?.name
  return known && known !== 'This device' ? known : `Device ${hex(turn.chance(2))}`
}
