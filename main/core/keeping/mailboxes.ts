import type { ArtifactId, DeviceId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, concat, fromHex, hex, uint } from '../../crypto/bytes.ts'
import { derive } from '../../crypto/digest.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { type Mailbox, mailboxFrom } from './outer-envelope.ts'

/**
 * Where things wait at a keeper. Each mailbox comes from a secret of exactly those who may open it, so that none can be
 * linked to an id, a topic or another mailbox by who does not know that secret.
 */

/** A Tree's, for one epoch: who was removed knows the artifact's secret and not the new epoch's key. */
export function treeSecret(row: ArtifactRow, epoch: number, key: Bytes): Bytes {
  return derive('indra mailbox of a tree v1', concat(fromHex(row.id.slice(4)), row.secret, uint(epoch, 4), key))
}

/** A DM's, for what one device writes with one of its sending keys: it turns when that key does, or the pair's secret. */
export function dmSecret(row: ArtifactRow, device: DeviceId, epoch: number): Bytes {
  return derive('indra mailbox of a dm v1', concat(row.secret, fromHex(device), uint(epoch, 4)))
}

/** What one of a pair leaves for the other beside their conversation. */
export function letterSecret(pair: Bytes, from: PlayerId): Bytes {
  return derive('indra mailbox of letters v1', concat(pair, fromHex(from)))
}

/** Where those who hold an invite ask. */
export function inviteSecret(discovery: Bytes): Bytes {
  return derive('indra mailbox of an invite v1', discovery)
}

/**
 * KEY-3: what a steward and one member share, which nobody else's coming and going changes. Made by the steward, from
 * what only their own devices know; wrapped to the member with each key.
 */
export function meetingSecret(turn: Turn, id: string, member: PlayerId): Bytes {
  const { vault } = self(turn)
  const own = turn.tables.artifacts.byKey(vault) ?? turn.tables.artifacts.byId(id as ArtifactId)
  if (!own) throw new Error('no vault')
  return derive('indra meeting v1', concat(own.secret, fromHex(id.slice(4)), fromHex(member)))
}

export function meetingBoxSecret(meeting: Bytes): Bytes {
  return derive('indra mailbox of a meeting v1', meeting)
}

/** Making one costs a key generation, and each is asked for often. */
export function mailbox(secret: Bytes): Mailbox {
  const name = hex(secret)
  const known = made.get(name)
  if (known) return known
  if (made.size >= mostMade) made.clear()
  const fresh = mailboxFrom(secret)
  made.set(name, fresh)
  return fresh
}

const made = new Map<string, Mailbox>()
const mostMade = 4_096
