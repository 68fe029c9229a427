import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import type { Turn } from '../state.ts'
import { createFor } from './composite.ts'
import { refer } from './open-references.ts'

/**
 * A Story of its own that begins at an entry of another, with its own audience: those it was made for, or else everyone
 * in the other. For whoever is not in it there is a gap at that entry.
 */
export function branch(turn: Turn, args: Args<'story.branch'>): Result<Value<'story.branch'>> {
  const row = turn.tables.artifacts.byId(args.storyId)
  if (!row) return refuse('ArtifactNotFound')
  if (row.status !== 'active') return refuse('NotActive')
  if (row.type !== 'story' && row.type !== 'dm') return refuse('NotPermitted', 'This is not a Story.')
  const entry = turn.tables.entries.get(row.key, args.entryId)
  if (!entry) return refuse('ArtifactNotFound', 'There is no such entry in this Story.')
  const audience = args.audience ?? turn.tables.members.of(row.key).map((member) => member.player)
  const made = createFor(turn, { type: 'story', name: args.name, audience, within: row })
  if (!made.ok) return made
  refer(turn, row, made.value.id, 'branch', entry.clock, entry.id)
  return ok({ id: made.value.id })
}

/** Does a Tree that this player and the other are both in refer to it? Then it may come unasked from that other. */
export function isReferredBetween(turn: Turn, id: ArtifactId, other: PlayerId): boolean {
  return turn.tables.references.parents(id).some((key) => {
    const isActive = turn.tables.artifacts.byKey(key)?.status === 'active'
    return isActive && turn.tables.members.of(key).some((member) => member.player === other)
  })
}
