import type { ArtifactId, PlayerId } from '../shared/ids.ts'
import type { IdentityView, PeerView, PersonView } from '../shared/views.ts'
import type { Members, Mirror } from './mirror.ts'
import { plainName } from './plain.ts'

const colours = ['love', 'joy', 'peace', 'grace', 'hope', 'faith'] as const

/** A member's colour: the first byte of the id, mod 6. */
export function colourOf(playerId: string): string {
  return `var(--${colours[Number.parseInt(playerId.slice(0, 2), 16) % colours.length] ?? 'love'})`
}

/** The first letter a name shows; a person's own sign where there is no picture. */
export function initialOf(name: string): string {
  const [first] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(plainName(name))
  return first ? first.segment.toLocaleUpperCase() : '·'
}

/** Where a name may be known from. */
export type Known = {
  readonly identity: IdentityView | undefined
  readonly peers: ReadonlyMap<PlayerId, PeerView>
  readonly members?: Members | undefined
  readonly people?: readonly PersonView[] | undefined
}

/** What someone is called, by whoever has said so: themselves as a peer, or the room they are in. */
export function nameAmong({ identity, peers, members, people }: Known, playerId: PlayerId): string {
  if (identity?.playerId === playerId) return plainName(identity.name)
  const same = (each: { playerId: PlayerId }) => each.playerId === playerId
  const name = peers.get(playerId)?.name || members?.find(same)?.name || people?.find(same)?.name
  return name ? plainName(name) : shortId(playerId)
}

export function nameOf(mirror: Mirror, playerId: PlayerId, within?: ArtifactId): string {
  const { identity, peers } = mirror
  if (within === undefined) return nameAmong({ identity, peers }, playerId)
  const people = mirror.artifacts.get(within)?.people
  return nameAmong({ identity, peers, members: mirror.members.get(within), people }, playerId)
}

/** Stands for a name nobody has given yet. */
function shortId(playerId: string): string {
  return `${playerId.slice(0, 4)}…${playerId.slice(-4)}`
}
