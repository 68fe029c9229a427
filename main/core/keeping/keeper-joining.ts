import type { ArtifactId, DeviceId } from '../../../shared/ids.ts'
import { type Bytes, concat, hex, utf8 } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { digest } from '../../crypto/digest.ts'
import { sign, signingKeys, verify } from '../../crypto/signature.ts'
import { hasDevice, isBytes, parseDeviceList } from '../identity/device-list.ts'
import { recallAll, remember } from '../logs/private-notes.ts'
import { findInvite } from '../realms/invite.ts'
import { consider } from '../realms/realm-joining.ts'
import { nameLimit } from '../showing/text.ts'
import { self, type Turn } from '../state.ts'
import type { Box } from './boxes.ts'
import type { Deposit } from './depositing.ts'
import type { KeeperLink } from './keeper-link.ts'
import { canonicalOf, type Keeper, keepersOfJoin } from './keeper-record.ts'
import { letterItem, replySecretOf } from './letters.ts'
import { inviteSecret, mailbox } from './mailboxes.ts'

/**
 * Asking to be let in while the inviter is away: a letter in the invite's mailbox at a keeper that the code names,
 * signed by the invite's key and by the device that asks, and the answer in a mailbox that the asker made for it.
 */
const context = utf8('indra join by keeper v1')
/** who wait for an answer to one realm at a time: a code may be in many hands */
const mostRequests = 500

export function askThrough(turn: Turn, realm: ArtifactId, keepers: readonly Keeper[]): void {
  remember(turn, undefined, `join-keepers:${realm}`, encode([keepers.map(canonicalOf), turn.chance(32)]))
  turn.due.keep = true
}

/** Requests that this keeper may lack. */
export function joinDeposits(turn: Turn, link: KeeperLink): Deposit[] {
  const me = self(turn)
  return recallAll(turn, undefined, 'join-keepers:').flatMap((note): Deposit[] => {
    const realm = note.name.slice('join-keepers:'.length) as ArtifactId
    const join = recallAll(turn, undefined, `join:${realm}`)[0]
    const isThere = keepersOfJoin(turn, realm).some((each) => each.player === link.player)
    if (!join || !isThere) return []
    const [, seed, discovery] = decode(join.value) as [string, Bytes, Bytes]
    const [, reply] = decode(note.value) as [unknown, Bytes]
    const keys = signingKeys(seed)
    const signed = requestBytes(me.list.bytes, me.name, reply)
    const letter = [
      'join',
      keys.publicKey,
      sign(signed, keys.secretKey),
      me.list.bytes,
      me.deviceKeys.publicKey,
      sign(signed, me.deviceKeys.secretKey),
      me.name,
      reply,
    ]
    return [{ mailbox: mailbox(inviteSecret(discovery)), item: letterItem(letter), mark: `join:${realm}`, value: 1 }]
  })
}

/** At the inviter. A request counts once: whoever was removed since has to ask anew. */
export function requestLeft(turn: Turn, box: Box, fields: readonly unknown[]): void {
  const [publicKey, inviteSignature, bytes, device, deviceSignature, name, reply] = fields
  if (!isBytes(publicKey, 32) || !isBytes(inviteSignature, 64) || !isBytes(bytes) || !isBytes(reply, 32)) return
  if (!isBytes(device, 32) || !isBytes(deviceSignature, 64) || typeof name !== 'string' || name.length > nameLimit)
    return
  const invite = hex(publicKey) === box.about ? findInvite(turn, box.about) : undefined
  const row = invite && turn.tables.artifacts.byKey(invite.artifact)
  const list = invite && parseDeviceList(bytes)
  if (!invite || !row || !list || !hasDevice(list, hex(device) as DeviceId)) return
  const signed = requestBytes(bytes, name, reply)
  if (!verify(inviteSignature, signed, publicKey) || !verify(deviceSignature, signed, device)) return
  if (recallAll(turn, row.id, 'request:').length >= mostRequests) return
  const known = replySecretOf(turn, row.id, list.player)
  if (known && hex(known) === hex(reply)) return
  if (turn.tables.peers.get(list.player)?.status === 'blocked') return
  const newest = turn.tables.devices.listOf(list.player)
  const version = newest && parseDeviceList(newest)?.version
  if (version !== undefined && version > list.version) return
  const devices = list.devices.map((each) => each.device)
  turn.tables.devices.put(list.player, list.version, list.bytes, devices)
  remember(turn, row.id, `reply:${list.player}`, encode([reply, invite.publicKey]))
  consider(turn, invite, row, list, name)
  turn.due.keep = true
}

function requestBytes(list: Bytes, name: string, reply: Bytes): Bytes {
  return concat(context, digest(list), digest(utf8(name)), reply)
}
