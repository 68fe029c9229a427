import type { Value } from '../../../shared/contract.ts'
import type { ArtifactId } from '../../../shared/ids.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { forget, recallAll, remember } from '../logs/private-notes.ts'
import type { Turn } from '../state.ts'

type Joining = Value<'realm.joins'>[number]

const ended = 'join-ended:'

/** How asking to be let in stands, or how it ended where nobody was let in. */
export function joins(turn: Turn): Joining[] {
  const open = recallAll(turn, undefined, 'join:').map((note): Joining => {
    const state = (decode(note.value) as unknown[])[5]
    return { id: note.name.slice('join:'.length) as ArtifactId, status: state === 'waiting' ? 'waiting' : 'asking' }
  })
  const over = recallAll(turn, undefined, ended).map((note): Joining => {
    const [why, at] = decode(note.value) as [NonNullable<Joining['why']>, number]
    return { id: note.name.slice(ended.length) as ArtifactId, status: 'refused', why, at }
  })
  return [...open, ...over]
}

/** Told once to those who watch, and kept until it is tried again. */
export function joinEnded(turn: Turn, id: ArtifactId, why: NonNullable<Joining['why']>): void {
  remember(turn, undefined, ended + id, encode([why, turn.now]))
  tellJoin(turn, id, 'refused', why)
}

export function joinBegun(turn: Turn, id: ArtifactId): void {
  forget(turn, undefined, ended + id)
  tellJoin(turn, id, 'asking')
}

export function tellJoin(turn: Turn, id: ArtifactId, status: Joining['status'] | 'joined', why?: Joining['why']): void {
  turn.effects.push({ type: 'push', event: { type: 'joining', id, status, ...(why ? { why } : {}) } })
}
