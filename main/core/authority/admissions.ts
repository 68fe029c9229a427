import type { PlayerId } from '../../../shared/ids.ts'
import type { AccessMode } from '../../../shared/views.ts'
import type { Bytes } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { parseDeviceList } from '../identity/device-list.ts'
import type { ArtifactRow, LogRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { type Authority, logIn } from './authority.ts'
import type { Delegation } from './delegation.ts'

/** A newcomer let in by somebody who may: an entry `admission` of that member's own log, with the keys wrapped in it. */
export type Admission = {
  readonly by: PlayerId
  readonly log: Pick<LogRow, 'device' | 'incarnation'>
  /** local number of that log; −1 of one's own admission before that log is here */
  readonly logKey: number
  readonly seq: number
  readonly position: number
  /** where the authority gave the right it is made with */
  readonly since: number
  readonly list: Bytes
  readonly name: string
  readonly mode: AccessMode
  readonly expiresAt: number | undefined
  readonly at: number
}

const prefix = 'admission:'
/** One's own, from the welcome, until the log it stands in is here; it sorts after all that stand in logs. */
const own = `${prefix}own`

export function keepAdmission(turn: Turn, row: ArtifactRow, rank: string | undefined, admission: Admission): void {
  const { by, log, logKey, seq, position, since, list, name, mode, expiresAt, at } = admission
  const place = [log.device, log.incarnation, logKey, seq, position]
  const value = encode([by, place, since, list, name, mode, expiresAt ?? null, at])
  turn.tables.notes.put(row.key, rank === undefined ? own : prefix + rank, value)
}

export function clearAdmissions(turn: Turn, row: ArtifactRow, withOwn = false): void {
  for (const note of turn.tables.notes.all(row.key, prefix)) {
    if (withOwn || note.name !== own) turn.tables.notes.drop(row.key, note.name)
  }
}

/**
 * Makes members of those admitted, until the seat has spoken of them: confirmed they are members by its word, dismissed
 * they were until then. The same for everyone who holds the same entries: of each delegation the first so many people,
 * in the order of the delegate's logs.
 */
export function applyAdmissions(turn: Turn, row: ArtifactRow, authority: Authority): void {
  withoutAdmitted(authority)
  if (authority.delegations.length === 0) return
  for (const admission of countedAdmissions(turn, row, authority)) {
    const list = parseDeviceList(admission.list)
    if (!list || authority.members.has(list.player)) continue
    const { by, name, mode, expiresAt, at, position } = admission
    const dismissal = authority.dismissals.get(list.player)
    authority.members.set(list.player, {
      player: list.player,
      name,
      role: 'member',
      mode,
      expiresAt,
      grantedAt: at,
      grantedBy: by,
      list,
      retired: new Map(),
      admitted: position,
      devices: new Map(list.devices.map((each) => [each.device, list])),
      spans: [{ from: position, expiresAt, until: dismissal?.position, cut: dismissal?.cut }],
    })
  }
}

/** Only what the seat's own word made of it: what is folded next knows of nothing else. */
export function withoutAdmitted(authority: Authority): void {
  for (const [player, member] of authority.members) {
    if (member.admitted !== undefined) authority.members.delete(player)
  }
}

export function countedAdmissions(turn: Turn, row: ArtifactRow, authority: Authority): Admission[] {
  const admitted = new Map<Delegation, Set<string>>()
  return turn.tables.notes
    .all(row.key, prefix)
    .map((note) => readAdmission(note.value))
    .filter((each) => {
      const delegation = authority.delegations.find((one) => one.from === each.since && one.player === each.by)
      const player = parseDeviceList(each.list)?.player
      if (!delegation || !player || !mayWith(delegation, each)) return false
      const players = admitted.get(delegation) ?? new Set()
      admitted.set(delegation, players)
      if (players.has(player) || players.size >= delegation.limit) return false
      players.add(player)
      return true
    })
}

function mayWith(delegation: Delegation, { mode, log, seq, position }: Admission): boolean {
  if (!delegation.modes.includes(mode) || position < delegation.from) return false
  if (delegation.until === undefined) return true
  return position < delegation.until && seq < (delegation.cut?.get(logIn(log)) ?? 0)
}

function readAdmission(value: Bytes): Admission {
  const [by, place, since, list, name, mode, expiresAt, at] = decode(value) as [
    PlayerId,
    [LogRow['device'], number, number, number, number],
    number,
    Bytes,
    string,
    AccessMode,
    number | null,
    number,
  ]
  const [device, incarnation, logKey, seq, position] = place
  const log = { device, incarnation }
  return { by, log, logKey, seq, position, since, list, name, mode, expiresAt: expiresAt ?? undefined, at }
}
