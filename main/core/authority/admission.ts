import type { PlayerId } from '../../../shared/ids.ts'
import type { AccessMode } from '../../../shared/views.ts'
import type { Bytes } from '../../crypto/bytes.ts'
import { type DeviceList, isBytes, parseDeviceList } from '../identity/device-list.ts'
import { type Entry, rankOf } from '../logs/entry.ts'
import { isSigned, parseEnvelope } from '../logs/envelope.ts'
import { judge } from '../logs/judgement.ts'
import { append } from '../logs/log.ts'
import { isCount } from '../logs/state-vector.ts'
import { entryPayload } from '../logs/writer.ts'
import type { ArtifactRow } from '../rows.ts'
import { boundedName, nameLimit } from '../showing/text.ts'
import { self, type Turn } from '../state.ts'
import { rowOf } from '../trees/tree.ts'
import { applyAdmissions, clearAdmissions, countedAdmissions, keepAdmission } from './admissions.ts'
import { type Authority, ownerIn } from './authority.ts'
import { payloadOf } from './authority-keys.ts'
import { openDelegation } from './delegation.ts'
import { authorityOf } from './governance.ts'
import { writeMembers } from './member-list.ts'
import { hasSeat, writeAuthority } from './seat-entry.ts'

/** May this device let somebody in with this mode: as the steward's, at the seat or through it, or by the steward's leave? */
export function mayAdmit(turn: Turn, row: ArtifactRow, mode: AccessMode): boolean {
  return row.steward === self(turn).player || leftToAdmit(turn, row, mode) > 0
}

/** How many more people this player may let in with this mode without being the steward. */
export function leftToAdmit(turn: Turn, row: ArtifactRow, mode: AccessMode): number {
  const authority = authorityOf(turn, row)
  const me = self(turn).player
  const delegation = authority && openDelegation(authority, me)
  if (!authority || !delegation?.modes.includes(mode)) return 0
  const used = countedAdmissions(turn, row, authority).filter((each) => each.since === delegation.from)
  return delegation.limit - used.filter((each) => each.by === me).length
}

/** AUTH-5: the delegate's signed entry citing the right it is made with, with the epoch's key wrapped to the newcomer. */
export function writeAdmission(
  turn: Turn,
  row: ArtifactRow,
  list: DeviceList,
  name: string,
  mode: AccessMode,
  expiresAt: number | undefined,
): void {
  const authority = authorityOf(turn, row)
  const delegation = authority && openDelegation(authority, self(turn).player)
  const key = authority && turn.tables.keys.get(row.key, 'seat', authority.epoch)
  if (!delegation || !key) return
  const present = rowOf(turn, row.key)
  const payload = entryPayload(turn, present, 'admission', [delegation.from, list.bytes, name, mode, expiresAt ?? null])
  append(turn, present, 'writer', payload, { epoch: authority.epoch, key, audience: { lists: [list], own: false } })
  judge(turn, present)
}

/** Reception. Only of someone who had the right where the entry stands is anything kept. */
export function takeAdmission(turn: Turn, entry: Entry): void {
  const { row, authority, player, position, log, seq, at } = entry
  const said = saidIn(entry.fields)
  const isDelegate = authority?.delegations.some((each) => each.player === player && each.from === said?.since)
  if (!authority || !said || !isDelegate || said.since > position) return
  if (said.player === self(turn).player) clearAdmissions(turn, row, true)
  keepAdmission(turn, row, rankOf(entry), { ...said, by: player, log, logKey: log.key, seq, position, at })
  const before = [...authority.members.keys()]
  applyAdmissions(turn, row, authority)
  if (before.some((each) => !authority.members.has(each))) authority.isStale = true
  writeMembers(turn, row, authority)
  if (hasSeat(turn, row)) turn.due.confirm.add(row.key)
}

/** At the seat: who was let in by leave is a member by its own word from here on, from where they were let in. */
export function confirmAdmissions(turn: Turn): void {
  for (const key of turn.due.confirm) {
    const row = rowOf(turn, key)
    const admitted = [...(authorityOf(turn, row)?.members.values() ?? [])].filter(
      (member) => member.admitted !== undefined && member.spans.at(-1)?.until === undefined,
    )
    for (const { list, name, mode, expiresAt, admitted: since } of admitted) {
      if (!hasSeat(turn, row)) continue
      const op = { op: 'grant', mode, expiresAt: expiresAt ?? null, name, list: list.bytes, at: turn.now }
      writeAuthority(turn, row, { ...op, since: since ?? null }, { lists: [list], own: true })
    }
  }
}

/** The entry a newcomer is shown beside the authority: in it they find the keys, before the log it stands in is here. */
export function admissionOf(turn: Turn, row: ArtifactRow, player: PlayerId): Bytes | undefined {
  const authority = authorityOf(turn, row)
  const isAdmitted = authority?.members.get(player)?.admitted !== undefined
  const found =
    isAdmitted && countedAdmissions(turn, row, authority).find((each) => parseDeviceList(each.list)?.player === player)
  return found ? turn.tables.envelopes.at(found.logKey, found.seq)?.bytes : undefined
}

/** At the newcomer: keeps the word that let them in, read with the keys it brought. */
export function keepOwnAdmission(
  turn: Turn,
  row: ArtifactRow,
  authority: Authority,
  keys: ReadonlyMap<number, Bytes>,
  bytes: Bytes,
): void {
  const envelope = parseEnvelope(bytes)
  const by = envelope && ownerIn(authority, envelope.device)
  const payload = envelope && isSigned(envelope) ? payloadOf(envelope, keys) : undefined
  const [position, , at, kind, ...fields] = payload ?? []
  const said = saidIn(fields)
  if (!envelope || !by || kind !== 'admission' || !isCount(position) || typeof at !== 'number') return
  if (said?.player !== self(turn).player) return
  const { device, incarnation, seq } = envelope
  keepAdmission(turn, row, undefined, { ...said, by, log: { device, incarnation }, logKey: -1, seq, position, at })
  turn.state.authorities.delete(row.key)
}

function saidIn(fields: readonly unknown[]) {
  const [since, list, name, mode, expiresAt] = fields
  const parsed = isBytes(list) ? parseDeviceList(list) : undefined
  if (!parsed || !isCount(since) || typeof name !== 'string' || name.length > nameLimit) return undefined
  if (mode !== 'revocable' && mode !== 'permanent' && mode !== 'timed') return undefined
  const ends = mode === 'timed' && typeof expiresAt === 'number' ? expiresAt : undefined
  if (mode === 'timed' && ends === undefined) return undefined
  return { since, list: parsed.bytes, player: parsed.player, name: boundedName(name), mode, expiresAt: ends } as const
}
