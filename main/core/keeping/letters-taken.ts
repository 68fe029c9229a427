import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, hex } from '../../crypto/bytes.ts'
import { decode } from '../../crypto/canonical.ts'
import { removalHeard } from '../authority/removal.ts'
import { isBytes } from '../identity/device-list.ts'
import { acknowledged } from '../logs/acknowledgements.ts'
import { isCount } from '../logs/state-vector.ts'
import type { Session } from '../meeting/session.ts'
import { joiningHeard, takeWelcome } from '../realms/realm-joining.ts'
import type { Turn } from '../state.ts'
import type { Box } from './boxes.ts'
import { requestLeft } from './keeper-joining.ts'

/** of some 200 kB each */
const mostParts = 256
const mostRealms = 2
const mostLocated = 512
/** requests looked at on one connection: each costs signatures and a device list */
const mostRequests = 200

/** A letter found in a mailbox, of which only the mailbox's secret is known to be its writer's. */
export function takeLetter(turn: Turn, session: Session, box: Box, bytes: Bytes): void {
  const letter = decode(bytes)
  if (!Array.isArray(letter)) return
  const [kind, realm, ...rest] = letter as unknown[]
  const id = isBytes(realm, 32) ? (`doc:${hex(realm)}` as ArtifactId) : undefined
  if (box.kind === 'entries' && kind === 'have') return acknowledged(turn, box, letter.slice(1))
  if (box.kind === 'invite') {
    const { keeper } = session
    if (kind !== 'join' || !keeper || keeper.requests >= mostRequests) return
    keeper.requests += 1
    return requestLeft(turn, box, letter.slice(1))
  }
  if (box.kind === 'reply' && kind === 'joining' && typeof realm === 'string' && typeof rest[0] === 'string') {
    return joiningHeard(turn, realm, rest[0])
  }
  if (box.kind === 'meeting' && id && kind === 'epoch') return located(turn, session, box, id, rest)
  if (box.kind === 'meeting' && isBytes(realm, 32) && kind === 'removed' && isCount(rest[0]) && isBytes(rest[1], 64)) {
    return removalHeard(turn, realm, rest[0], rest[1], rest[2])
  }
  const isWelcome = kind === 'welcome' && (box.kind === 'letters' || (box.kind === 'reply' && box.about === id))
  if (id && isWelcome) welcomePart(turn, session, box, id, rest)
}

function located(turn: Turn, session: Session, box: Box, id: ArtifactId, rest: readonly unknown[]): void {
  const [epoch, secret] = rest
  const row = turn.tables.artifacts.byKey(box.artifact)
  if (!session.keeper || row?.id !== id || !isCount(epoch) || epoch <= row.epoch || !isBytes(secret, 32)) return
  const known = session.keeper.located.get(row.key) ?? new Map<number, Bytes>()
  if (known.size < mostLocated) session.keeper.located.set(row.key, known.set(epoch, secret))
  turn.due.keep = true
}

/** The parts of a welcome may come in any order; it is looked at when all are here. */
function welcomePart(turn: Turn, session: Session, box: Box, id: ArtifactId, rest: readonly unknown[]): void {
  const [index, of, envelopes] = rest
  if (!session.keeper || !isCount(index) || !isCount(of) || of < 1 || of > mostParts || index >= of) return
  if (!Array.isArray(envelopes)) return
  const name = `${id}:${of}`
  const { parts } = session.keeper
  if (!parts.has(name) && parts.size >= mostRealms) parts.clear()
  const known = parts.get(name) ?? new Map<number, readonly unknown[]>()
  parts.set(name, known.set(index, envelopes))
  if (known.size < of) return
  parts.delete(name)
  const all = Array.from({ length: of }, (_, each) => known.get(each) ?? []).flat()
  const from = box.kind === 'letters' ? (box.about as PlayerId) : undefined
  takeWelcome(turn, undefined, id, all, from)
}
