import type { Canonical } from '../../crypto/canonical.ts'
import { type DeviceList, hasDevice } from '../identity/device-list.ts'
import { judge } from '../logs/judgement.ts'
import type { Audience } from '../logs/keyring.ts'
import { type Appended, append } from '../logs/log.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { rowOf } from '../trees/tree.ts'
import { type Authority, type Member, membersNow } from './authority.ts'
import { authorityOf } from './governance.ts'

/** A vault set back from a copy may have signed another continuation of its own log: nobody follows either. */
export const forked = 'This device has signed two histories of it, so that nobody follows it further.'

/** Why nothing of an artifact changes by its steward's hand for now. */
export const promised = 'It is promised in an exchange and waits for the other’s answer.'

/** Does this device write the authority, and does anybody follow it? Not while it is promised in an exchange. */
export function hasSeat(turn: Turn, row: ArtifactRow): boolean {
  const authority = authorityOf(turn, row)
  // a copy that is not yet a device of its own must not sign a second history
  if (turn.tables.facts.get('restored')) return false
  const isSeated = authority?.seat === self(turn).device && !authority.isForked
  return isSeated && authority.lock === undefined
}

/** Does another device of this player's write it, to which this one can propose? */
export function isSeatedElsewhere(turn: Turn, row: ArtifactRow): boolean {
  const me = self(turn)
  if (row.steward !== me.player || row.type === 'dm') return false
  const seat = authorityOf(turn, row)?.seat
  return seat !== undefined && seat !== me.device && hasDevice(me.list, seat)
}

/** The next entry of the authority, judged at once. In the present epoch unless `keys` begin another. */
export function writeAuthority(
  turn: Turn,
  row: ArtifactRow,
  op: Canonical,
  audience: Audience,
  next?: { epoch: number; key: Uint8Array },
): Appended {
  const authority = ownAuthority(turn, row)
  const handover = authority.seats.at(-1)?.handover ?? 0
  const link = isClosing(op) ? undefined : authority.published?.link
  const keys = next ?? { epoch: authority.epoch, key: keyOf(turn, row, authority.epoch) }
  const payload = [authority.length, handover, op] as const
  const appended = append(turn, rowOf(turn, row.key), 'authority', payload, {
    ...keys,
    audience: { ...audience, link: audience.link ?? link },
  })
  judge(turn, rowOf(turn, row.key))
  return appended
}

/** AUTH-1: this device of the steward's takes the seat of another, going on from what is known here. */
export function sit(turn: Turn, row: ArtifactRow): void {
  const { term, head, length } = ownAuthority(turn, row)
  const op = { op: 'sit', term: term + 1, list: self(turn).list.bytes, after: head, at: turn.now }
  append(turn, rowOf(turn, row.key), 'authority', [length, 0, op])
  judge(turn, rowOf(turn, row.key))
}

/** What the link's key is not to open any more. */
function isClosing(op: Canonical): boolean {
  const name = (op as { op?: unknown }).op
  return name === 'unpublish' || name === 'recall'
}

/** Begins an epoch: its key goes to everyone who is to read on, and the key before it is sealed under it. */
export function turnEpoch(turn: Turn, row: ArtifactRow, op: Record<string, Canonical>, audience: Audience): Appended {
  const { epoch } = ownAuthority(turn, row)
  const body = { ...op, old: keyOf(turn, row, epoch), at: turn.now }
  return writeAuthority(turn, row, body, audience, { epoch: epoch + 1, key: turn.chance(32) })
}

export function ownAuthority(turn: Turn, row: ArtifactRow): Authority {
  const authority = authorityOf(turn, row)
  if (!authority) throw new Error('own Tree without authority')
  return authority
}

function keyOf(turn: Turn, row: ArtifactRow, epoch: number): Uint8Array {
  const key = turn.tables.keys.get(row.key, 'seat', epoch)
  if (!key) throw new Error('a seat without its key')
  return key
}

/** The devices of members now, other than one's own, as far as they are to read on. */
export function listsOf(turn: Turn, authority: Authority, isStaying: (member: Member) => boolean): DeviceList[] {
  return membersNow(authority)
    .filter((member) => member.player !== self(turn).player && isStaying(member))
    .map((member) => member.list)
}
