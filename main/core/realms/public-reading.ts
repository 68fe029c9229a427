import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result } from '../../../shared/fault.ts'
import type { ArtifactId } from '../../../shared/ids.ts'
import { hex } from '../../crypto/bytes.ts'
import { recall, recallAll, remember } from '../logs/private-notes.ts'
import { isCount } from '../logs/state-vector.ts'
import { sendVector } from '../logs/sync.ts'
import { bytesAt, type Frame, listAt } from '../meeting/frame.ts'
import { knockWith } from '../meeting/handshake.ts'
import type { Session } from '../meeting/session.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { addArtifact, rowOf } from '../trees/tree.ts'
import { openMeeting, parseOpenLink } from './open-link.ts'
import { takeEnvelopes } from './realm-joining.ts'
import { readWelcome } from './welcome.ts'
import { gatherWelcome, mostAuthority } from './welcoming.ts'

/** AUTH-9 at the reader: goes on in the background until somebody serves it, and is looked up again while it is kept. */
export function open(turn: Turn, args: Args<'artifact.open'>): Result<Value<'artifact.open'>> {
  const parsed = parseOpenLink(args.code)
  if (!parsed.ok) return parsed
  const { id, key } = parsed.value
  if (turn.tables.artifacts.byId(id)?.status === 'active') return ok({ id })
  remember(turn, undefined, `reading:${id}`, key)
  for (const session of turn.state.sessions.values()) {
    knockWith(turn, session, [{ kind: 'open', secret: openMeeting(key) }])
  }
  turn.due.seek = true
  return ok({ id })
}

/** The authority came, from somebody who serves it: true where it is one that is read by a link. */
export function welcomeRead(turn: Turn, session: Session, frame: Frame): boolean {
  const realm = bytesAt(frame, 0, 32)
  const page = listAt(frame, 1, mostAuthority)
  const [, , from = 0, isMore = false] = frame.fields
  if (!realm || !page || !isCount(from) || typeof isMore !== 'boolean') return false
  const id = `doc:${hex(realm)}` as ArtifactId
  if (!recall(turn, undefined, `reading:${id}`) || isMember(turn, id)) return false
  const envelopes = gatherWelcome(turn, session, id, page, from, isMore)
  const welcome = envelopes && readWelcome(turn, id, envelopes)
  if (!envelopes || !welcome?.authority.published) return true
  const { steward, type } = welcome.authority
  const row = turn.tables.artifacts.byId(id) ?? addArtifact(turn, id, welcome.secret, type, turn.now, steward)
  for (const [epoch, epochKey] of welcome.keys) turn.tables.keys.put(row.key, 'seat', epoch, epochKey)
  turn.tables.artifacts.update({ ...row, status: 'revoked' })
  session.reads.add(row.key)
  takeEnvelopes(turn, rowOf(turn, row.key), envelopes)
  sendVector(turn, session, rowOf(turn, row.key), true)
  return true
}

/** With every summary: what has been written since. */
export function readOn(turn: Turn): void {
  for (const note of recallAll(turn, undefined, 'reading:')) {
    const row = turn.tables.artifacts.byId(note.name.slice(8) as ArtifactId)
    if (!row || turn.now - (turn.state.readAt.get(row.key) ?? 0) < readEvery) continue
    turn.state.readAt.set(row.key, turn.now)
    for (const session of turn.state.sessions.values()) {
      if (session.reads.has(row.key)) sendVector(turn, session, row, true)
    }
  }
}

const readEvery = 30_000

export function nextReading(turn: Turn): number | undefined {
  const isReading = [...turn.state.sessions.values()].some((session) => session.reads.size > 0)
  return isReading ? turn.now + readEvery : undefined
}

function isMember(turn: Turn, id: ArtifactId): boolean {
  const row: ArtifactRow | undefined = turn.tables.artifacts.byId(id)
  return row !== undefined && row.status !== 'revoked'
}
