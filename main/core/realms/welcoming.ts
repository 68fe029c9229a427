import type { ArtifactId } from '../../../shared/ids.ts'
import { fromHex, hex } from '../../crypto/bytes.ts'
import { admissionOf } from '../authority/admission.ts'
import { authorityChain, authorityOf } from '../authority/governance.ts'
import { removalIn } from '../authority/removal.ts'
import { recall } from '../logs/private-notes.ts'
import { isShared, nameOn } from '../logs/sharing.ts'
import { isCount } from '../logs/state-vector.ts'
import { bytesAt, type Frame, sendFrame } from '../meeting/frame.ts'
import type { Session } from '../meeting/session.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'

const pageBytes = 262_144
const pageCount = 1_000

/** The whole authority, page by page as it is asked for: in it the newcomer finds the key wrapped to its device. */
export function sendWelcome(turn: Turn, session: Session, row: ArtifactRow): void {
  sendPage(turn, session, row, 0)
}

/** Somebody who was welcomed asks for what follows. */
export function moreWelcomeAsked(turn: Turn, session: Session, frame: Frame): void {
  const realm = bytesAt(frame, 0, 32)
  const [, from] = frame.fields
  const row = realm && turn.tables.artifacts.byId(`doc:${hex(realm)}` as ArtifactId)
  if (row && isCount(from) && isShared(turn, session, row)) sendPage(turn, session, row, from)
}

/** Somebody removed after the seat had changed: shows them how it came to whoever removed them, and no more. */
export function seatsAsked(turn: Turn, session: Session, frame: Frame): void {
  const realm = bytesAt(frame, 0, 32)
  const [, from] = frame.fields
  const row = realm && turn.tables.artifacts.byId(`doc:${hex(realm)}` as ArtifactId)
  const note = row && session.player && recall(turn, row.id, `removed:${session.player}`)
  if (!note || !isCount(from)) return
  const page = authorityChain(turn, row, from, Math.max(0, Math.min(pageCount, removalIn(note).position - from)))
  if (page.length > 0) sendFrame(turn, session.connection, 'envelopes', nameOn(session, row), page, false)
}

function sendPage(turn: Turn, session: Session, row: ArtifactRow, from: number): void {
  const length = authorityOf(turn, row)?.length ?? 0
  const page: Uint8Array[] = []
  let size = 0
  for (const bytes of authorityChain(turn, row, from, pageCount)) {
    if (page.length > 0 && size + bytes.length > pageBytes) break
    page.push(bytes)
    size += bytes.length
  }
  if (page.length === 0) return
  const isMore = from + page.length < length
  const admission = from === 0 && session.player ? admissionOf(turn, row, session.player) : undefined
  const fields = [fromHex(row.id.slice(4)), page, from, isMore] as const
  sendFrame(turn, session.connection, 'welcome', ...fields, ...(admission ? [admission] : []))
}

export const mostAuthority = 10_000
const mostBytes = 33_554_432

/** The pages of a welcome so far; the whole list once the last has come. */
export function gatherWelcome(
  turn: Turn,
  session: Session,
  id: ArtifactId,
  page: readonly unknown[],
  from: number,
  isMore: boolean,
): readonly unknown[] | undefined {
  const before = from === 0 ? [] : session.welcome?.id === id ? session.welcome.envelopes : undefined
  session.welcome = undefined
  if (before?.length !== from) return undefined
  const envelopes = [...before, ...page.filter((each) => each instanceof Uint8Array)]
  const size = envelopes.reduce((sum, each) => sum + each.length, 0)
  if (envelopes.length > mostAuthority || size > mostBytes) return undefined
  if (!isMore) return from === 0 ? page : envelopes
  session.welcome = { id, envelopes }
  sendFrame(turn, session.connection, 'welcome?', fromHex(id.slice(4)), envelopes.length)
  return undefined
}
