import type { PlayerId } from '../shared/ids.ts'
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

/** Where names are known from. */
export type Known = Pick<Mirror, 'identity' | 'peers' | 'names'>

/** What someone is called: by themselves as a peer, else as they were called anywhere here; else a short form of their id. */
export function nameOf({ identity, peers, names }: Known, playerId: PlayerId): string {
  if (identity?.playerId === playerId) return plainName(identity.name)
  const name = peers.get(playerId)?.name || names.get(playerId)
  return name ? plainName(name) : shortId(playerId)
}

/** Stands for a name nobody has given yet. */
export function shortId(playerId: string): string {
  return `${playerId.slice(0, 4)}…${playerId.slice(-4)}`
}
