import type { PlayerId } from '../../../shared/ids.ts'
import type { Bytes } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import type { PeerRow } from '../rows.ts'
import type { Turn } from '../state.ts'

/** A peer as the Vault's log remembers it. `lastSeen` is not remembered there: it changes too often to matter. */
export function encodePeer(row: Omit<PeerRow, 'player' | 'lastSeen'>): Bytes {
  return encode([
    row.name,
    row.status,
    row.direction,
    row.message,
    row.since,
    row.given,
    row.taken ?? null,
    row.sentiment,
  ])
}

/** Reception of a peer note: the row of `peers`, or its removal. */
export function keepPeer(turn: Turn, player: PlayerId, value: Bytes | undefined): void {
  turn.changes.peers.add(player)
  if (!value) return turn.tables.peers.drop(player)
  const [name, status, direction, message, since, given, taken, sentiment] = decode(value) as [
    string,
    PeerRow['status'],
    PeerRow['direction'],
    string,
    number,
    Bytes,
    Bytes | null,
    PeerRow['sentiment'],
  ]
  turn.due.dms = true
  const lastSeen = turn.tables.peers.get(player)?.lastSeen
  turn.tables.peers.put({
    player,
    name,
    status,
    direction,
    message,
    since,
    lastSeen,
    given,
    taken: taken ?? undefined,
    sentiment,
  })
}
