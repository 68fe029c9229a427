import type { ArtifactId, PlayerId } from '../../shared/ids.ts'
import type { Mirror } from '../mirror.ts'
import { nameOf } from '../people.ts'
import { openPanel } from '../store.ts'
import { strings } from '../strings.ts'
import { Avatar, Dots } from '../ui/person.tsx'
import { useHeld, useSession } from './context.ts'
import styles from './presence.module.css'

/** Who is here, top right. In a room of several it opens the list of everyone in it. */
export function Presence() {
  const { store } = useSession()
  const room = useHeld((state) => state.frames.at(-1)?.id)
  const mirror = useHeld((state) => state.mirror)
  if (!room) return null
  const isRoot = room === mirror.rootId
  const { here, online } = isRoot ? aroundVault(mirror) : inRoom(mirror, room)
  const words = <span className={styles['words']}>{wordsFor(mirror, here, online, isRoot)}</span>
  if (isRoot) {
    return (
      <div className={styles['presence']} role="status" aria-label={strings.presence.show}>
        {words}
        <Faces mirror={mirror} people={here.length > 0 ? here : online} />
      </div>
    )
  }
  const hasMembers =
    (mirror.artifacts.get(room)?.audience.length ?? 0) > 0 && mirror.artifacts.get(room)?.type !== 'inbox'
  if (!hasMembers) return null
  return (
    <button
      type="button"
      className={styles['presence']}
      onClick={() => openPanel(store, { kind: 'members', id: room })}
    >
      <Dots players={here} />
      {words}
    </button>
  )
}

const mostFaces = 5

function Faces({ mirror, people }: { readonly mirror: Mirror; readonly people: readonly PlayerId[] }) {
  return (
    <span className={styles['faces']}>
      {people.slice(0, mostFaces).map((player) => (
        <span key={player} title={nameOf(mirror, player)}>
          <Avatar playerId={player} name={nameOf(mirror, player)} size={26} />
        </span>
      ))}
    </span>
  )
}

type People = { readonly here: readonly PlayerId[]; readonly online: readonly PlayerId[] }

/** From the Vault: who is in anything that lies in it, and which of one's people are online. */
function aroundVault(mirror: Mirror): People {
  const here = new Set<PlayerId>()
  const room = mirror.rootId ? mirror.rooms.get(mirror.rootId) : undefined
  for (const child of room?.items.values() ?? []) for (const player of child.here) here.add(player)
  if (mirror.identity) here.delete(mirror.identity.playerId)
  const online = [...mirror.peers.values()]
    .filter((peer) => peer.online && peer.status === 'confirmed')
    .map((peer) => peer.playerId)
  return { here: [...here], online }
}

function inRoom(mirror: Mirror, room: ArtifactId): People {
  const others = (mirror.artifacts.get(room)?.people ?? []).filter(
    (person) => person.playerId !== mirror.identity?.playerId,
  )
  return {
    here: others.filter((person) => person.here).map((person) => person.playerId),
    online: others.filter((person) => person.online).map((person) => person.playerId),
  }
}

function wordsFor(mirror: Mirror, here: readonly PlayerId[], online: readonly PlayerId[], isRoot: boolean): string {
  const [first] = here
  const [reachable] = online
  if (first)
    return here.length === 1 && !isRoot
      ? strings.presence.isHere(nameOf(mirror, first))
      : strings.presence.hereNow(here.length)
  if (reachable)
    return online.length === 1
      ? strings.presence.isOnline(nameOf(mirror, reachable))
      : strings.presence.online(online.length)
  return isRoot ? '' : strings.presence.away
}
