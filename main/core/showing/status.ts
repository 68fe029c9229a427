import type { Value } from '../../../shared/contract.ts'
import { list as keepers } from '../keeping/keepers.ts'
import { logName } from '../logs/reception.ts'
import { sessionsOf } from '../meeting/session.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'

/** How it stands with everyone and everything shared. `behind` = envelopes somebody was heard to hold that are not here. */
export function status(turn: Turn): Value<'sync.status'> {
  const shared = [...turn.tables.artifacts.all()].filter((row) => row.others > 0)
  return {
    online: turn.state.online,
    peers: turn.tables.peers
      .all()
      .filter((peer) => peer.status === 'confirmed')
      .map((peer) => ({
        playerId: peer.player,
        name: peer.name,
        online: sessionsOf(turn, peer.player).length > 0,
        ...(peer.lastSeen === undefined ? {} : { lastSeen: peer.lastSeen }),
      })),
    interfaces: shared.filter((row) => row.status === 'active').map((row) => interfaceStatus(turn, row)),
    keepers: keepers(turn),
    frozen: shared.flatMap((row) =>
      turn.tables.logs
        .of(row.key)
        .filter((log) => log.forkAt !== undefined)
        .map((log) => ({ artifactId: row.id, author: log.device, at: log.forkAt ?? 0 })),
    ),
    bytes: { ...turn.state.bytes },
  }
}

function interfaceStatus(turn: Turn, row: ArtifactRow): Value<'sync.status'>['interfaces'][number] {
  const mine = new Map(turn.tables.logs.of(row.key).map((log) => [logName(log), log.length]))
  let behind = 0
  for (const session of turn.state.sessions.values()) {
    for (const [name, length] of session.known.get(row.key) ?? [])
      behind = Math.max(behind, length - (mine.get(name) ?? 0))
  }
  const heard = turn.tables.holdings.of(row.key).map((holding) => holding.at)
  return {
    artifactId: row.id,
    members: row.others + 1,
    behind,
    ...(heard.length > 0 ? { lastSync: Math.max(...heard) } : {}),
  }
}
