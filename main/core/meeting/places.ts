import type { PlayerId } from '../../../shared/ids.ts'
import { type Bytes, compare, concat, uint, utf8 } from '../../crypto/bytes.ts'
import { derive, keyedDigest } from '../../crypto/digest.ts'
import { meetingSecret } from '../keeping/mailboxes.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { pairSecret } from './dm.ts'
import { sessionsOf } from './session.ts'

/**
 * KEY-3: where those find each other again whose devices are not known any more. A place is a topic of one UTC day from
 * one secret: that of a contact pair, of a realm in its present epoch (so a revocation moves it), or of a steward and
 * one member, which others' revocation leaves as it is. It is announced for the day and both neighbours.
 *
 * Topics are dear (a thousand cost 37 s, and again every ten minutes), so there is a place only for whom nothing was
 * heard for ten minutes although their known devices are dialled all the time, and for sixteen at once at most: the
 * same ones at both ends where possible, others each hour.
 */
export type Place = {
  readonly secret: Bytes
  readonly topics: readonly Bytes[]
  /** whom it leads to: one player, or a member of a realm */
  readonly player: PlayerId | undefined
  readonly artifact: number | undefined
}

const lostAfter = 10 * 60_000
const mostPlaces = 16
const day = 86_400_000
const hour = 3_600_000

export function placesNow(turn: Turn): Place[] {
  const all = [...pairPlaces(turn), ...realmPlaces(turn)]
  if (all.length === 0) return []
  const turnOf = uint(Math.floor(turn.now / hour), 6)
  const ranked = all.map((each) => ({ ...each, rank: keyedDigest(each.secret, turnOf) }))
  return ranked
    .sort((a, b) => compare(a.rank, b.rank))
    .slice(0, mostPlaces)
    .map(({ secret, player, artifact }) => ({ secret, player, artifact, topics: topicsOf(secret, turn.now) }))
}

/** Nobody of theirs is connected, nor was for a while, as far as this run knows. */
function isLost(turn: Turn, player: PlayerId): boolean {
  if (sessionsOf(turn, player).length > 0) return false
  const last = turn.state.seenAt.get(player) ?? turn.state.startedAt
  return turn.now - last >= lostAfter
}

type Secret = Omit<Place, 'topics'>

function pairPlaces(turn: Turn): Secret[] {
  return turn.tables.peers.all().flatMap((peer) => {
    const pair = peer.status === 'confirmed' && isLost(turn, peer.player) ? pairSecret(turn, peer) : undefined
    return pair ? [{ secret: derive('indra pair place v1', pair), player: peer.player, artifact: undefined }] : []
  })
}

function realmPlaces(turn: Turn): Secret[] {
  return turn.tables.artifacts
    .shared()
    .filter((row) => row.type !== 'dm' && row.status === 'active')
    .flatMap((row) => placesOf(turn, row))
}

function placesOf(turn: Turn, row: ArtifactRow): Secret[] {
  const me = self(turn).player
  const others = turn.tables.members.of(row.key).filter((member) => member.player !== me)
  const lost = others.filter((member) => isLost(turn, member.player)).map((member) => member.player)
  const epoch = turn.tables.keys.latest(row.key, 'seat')
  const isAlone = lost.length === others.length && epoch !== undefined
  const common = isAlone ? [derive('indra realm place v1', concat(row.secret, epoch.key))] : []
  return [...common.map((secret) => ({ secret, player: undefined, artifact: row.key })), ...meetingsOf(turn, row, lost)]
}

function meetingsOf(turn: Turn, row: ArtifactRow, lost: readonly PlayerId[]): Secret[] {
  const place = (secret: Bytes, player: PlayerId): Secret => ({
    secret: derive('indra meeting place v1', secret),
    player,
    artifact: undefined,
  })
  if (row.steward === self(turn).player) {
    return lost.map((player) => place(meetingSecret(turn, row.id, player), player))
  }
  const meeting = turn.tables.keys.latest(row.key, 'meeting')
  return meeting && lost.includes(row.steward) ? [place(meeting.key, row.steward)] : []
}

function topicsOf(secret: Bytes, now: number): Bytes[] {
  const today = Math.floor(now / day)
  return [today - 1, today, today + 1].map((each) =>
    derive('indra place topic v1', concat(secret, utf8('day'), uint(Math.max(0, each), 4))),
  )
}
