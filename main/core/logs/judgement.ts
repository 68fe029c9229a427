import type { PlayerId } from '../../../shared/ids.ts'
import { open } from '../../crypto/box.ts'
import { decode } from '../../crypto/canonical.ts'
import { type Authority, epochAt, isMember, ownerIn } from '../authority/authority.ts'
import { authorityOf, govern } from '../authority/governance.ts'
import type { ArtifactRow, LogRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { clockJump } from './entry.ts'
import { parseEnvelope } from './envelope.ts'
import { forgetHoldings } from './holdings.ts'
import { contentKey } from './keyring.ts'
import { countedLogs } from './standing.ts'

const pageLength = 500

/**
 * The second half of the reception rule (AUTH-2): everything held is judged by the authority held, log by log, each
 * from where it stopped. A log waits where a key or the authority it names is missing; no other log waits for it.
 */
export function judge(turn: Turn, row: ArtifactRow): void {
  const { shrank, left } = govern(turn, row)
  for (const player of left) forgetHoldings(turn, row, player)
  if (shrank || hasRefusedBehind(turn, row)) return judgeAnew(turn, row)
  const authority = authorityOf(turn, row)
  if (!authority && row.type !== 'dm') return
  judgeLogs(turn, row, authority)
  if (authority?.isStale) judgeAnew(turn, row)
}

/** Deletes what was made of an artifact's logs and makes it again: identical, whatever the order of arrival was. */
export function judgeAnew(turn: Turn, row: ArtifactRow): void {
  turn.projections.clear(turn, row)
  for (const log of turn.tables.logs.of(row.key)) {
    if (log.kind === 'writer') turn.tables.logs.update({ ...log, judged: 0, clock: 0, position: 0, epoch: 0 })
  }
  const authority = authorityOf(turn, row)
  if (!authority && row.type !== 'dm') return
  judgeLogs(turn, row, authority)
  if (authority) authority.isStale = false
  turn.changes.touched.add(row.key)
}

/** Once more where somebody was admitted on the way, whose own log may have waited for that. */
function judgeLogs(turn: Turn, row: ArtifactRow, authority: Authority | undefined): void {
  for (let known = -1; known !== (authority?.members.size ?? 0); ) {
    known = authority?.members.size ?? 0
    for (const log of countedLogs(turn, row)) if (log.kind === 'writer') judgeLog(turn, row, authority, log)
  }
}

/** Something that counted when it was judged no longer does: its log has forked, or lower incarnations came. */
function hasRefusedBehind(turn: Turn, row: ArtifactRow): boolean {
  const counted = new Set(countedLogs(turn, row).map((log) => log.key))
  return turn.tables.logs
    .of(row.key)
    .some((log) => log.judged > (counted.has(log.key) ? (log.forkAt ?? log.judged) : 0))
}

function judgeLog(turn: Turn, row: ArtifactRow, authority: Authority | undefined, start: LogRow): void {
  const player = authority ? ownerIn(authority, start.device) : turn.tables.devices.ownerOf(start.device)
  if (!player) return
  let log = start
  const end = Math.min(log.length, log.forkAt ?? log.length)
  while (log.judged < end) {
    const page = turn.tables.envelopes.from(log.key, log.judged, Math.min(pageLength, end - log.judged))
    if (page.length === 0) break
    const before = log.judged
    for (const { seq, hash, bytes } of page) {
      const next = judgeOne(turn, row, authority, log, player, seq, hash, bytes)
      if (!next) break
      log = next
    }
    if (log.judged === before) break
  }
  if (log !== start) turn.tables.logs.update({ ...log })
}

/** The log one further, its marks moved; `undefined` where it has to wait. */
function judgeOne(
  turn: Turn,
  row: ArtifactRow,
  authority: Authority | undefined,
  log: LogRow,
  player: PlayerId,
  seq: number,
  hash: Uint8Array,
  bytes: Uint8Array,
): LogRow | undefined {
  const envelope = parseEnvelope(bytes)
  const key = envelope && contentKey(turn, row, envelope)
  if (!envelope || !key) return undefined
  const refused = { ...log, judged: seq + 1 }
  const plain = open(key, envelope.nonce, envelope.sealed, envelope.associated)
  const payload = plain && decode(plain)
  if (!Array.isArray(payload) || payload.length < 4) return refused
  const [position, clock, at, kind, ...fields] = payload as unknown[]
  if (!isCount(position) || !isCount(clock) || typeof at !== 'number' || typeof kind !== 'string') return refused
  if (authority && !authority.isForked && position >= authority.length) return undefined
  const cited = authority ? Math.min(position, authority.length - 1) : position
  if (cited < log.position || envelope.epoch < log.epoch) return refused
  if (clock <= log.clock || clock > log.clock + clockJump) return refused
  if (authority && envelope.epoch > epochAt(authority, cited)) return refused
  if (authority && !isMember(authority, player, log, { seq, position: cited, at })) return refused
  const next = { ...refused, position: cited, epoch: envelope.epoch, clock }
  turn.projections.take(turn, { row, authority, log, seq, hash, player, position: cited, clock, at, kind, fields })
  return next
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
