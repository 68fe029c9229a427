import type { ArtifactId, PlayerId } from '../shared/ids.ts'
import type { Mirror } from './mirror.ts'
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

/** What someone is called, by whoever has said so: themselves as a peer, or the room they are in. */
export function nameOf(mirror: Mirror, playerId: PlayerId, within?: ArtifactId): string {
  if (mirror.identity?.playerId === playerId) return plainName(mirror.identity.name)
  const here = within && mirror.members.get(within)?.find((member) => member.playerId === playerId)
  const there = within && mirror.artifacts.get(within)?.people.find((person) => person.playerId === playerId)
  const name = mirror.peers.get(playerId)?.name || here?.name || there?.name
  return name ? plainName(name) : shortId(playerId)
}

/** Stands for a name nobody has given yet. */
export function shortId(playerId: string): string {
  return `${playerId.slice(0, 4)}…${playerId.slice(-4)}`
}
