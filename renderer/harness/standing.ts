import type { Mirror } from '../mirror.ts'
import type { Connection } from '../store.ts'
import { strings } from '../strings.ts'

type Standing = { readonly text: string; readonly tone: 'good' | 'busy' | 'off' }

/** The worst thing first; nothing is called settled that is not known to be. */
export function standing(mirror: Mirror, connection: Connection): Standing {
  if (connection === 'opening') return { text: strings.sync.opening, tone: 'busy' }
  if (connection !== 'live') return { text: strings.sync.lost, tone: 'off' }
  if (!mirror.online) return { text: strings.sync.offline, tone: 'off' }
  const { sync } = mirror
  const forked = sync?.frozen.length ?? 0
  if (forked > 0) return { text: strings.sync.forked(forked), tone: 'off' }
  const behind = sync?.interfaces.filter((each) => each.behind > 0).length ?? 0
  if (behind > 0) return { text: strings.sync.behind(behind), tone: 'busy' }
  const online = [...mirror.peers.values()].filter((peer) => peer.online && peer.status === 'confirmed').length
  if (online === 0) return { text: strings.sync.alone, tone: 'busy' }
  const hasKeeper = (sync?.keepers.length ?? 0) > 0
  return { text: hasKeeper ? strings.sync.keeper(online) : strings.sync.settled(online), tone: 'good' }
}
