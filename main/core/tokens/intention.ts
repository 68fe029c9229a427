import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { ArtifactId } from '../../../shared/ids.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { createFor, descriptionFrom } from '../trees/composite.ts'
import { refer } from '../trees/open-references.ts'
import { pledgeLabel, proofLabel } from '../trees/reference-rule.ts'
import { composeIntoVault } from '../trees/tree.ts'

/** A need, an offering, a quest: people prove that they helped, and attention is released to them. */
export function create(turn: Turn, args: Args<'intention.create'>): Result<Value<'intention.create'>> {
  const description = descriptionFrom(args.description)
  if (!description.ok) return description
  const made = createFor(turn, {
    type: 'intention',
    name: args.name,
    metadata: { description: description.value },
    audience: args.audience ?? [],
  })
  if (!made.ok) return made
  composeIntoVault(turn, made.value.id)
  return ok({ id: made.value.id })
}

/** “I did this”: an artifact laid down under one's own name and time. */
export function proof(turn: Turn, args: Args<'intention.proof'>): Result<Value<'intention.proof'>> {
  const found = intentionOf(turn, args.id)
  if (!found.ok) return found
  if (args.artifactId === args.id) return refuse('NotPermitted', 'It would come to lie inside itself.')
  if (!turn.tables.artifacts.byId(args.artifactId)) return refuse('ArtifactNotFound')
  const label = proofLabel(self(turn).player, turn.now)
  return ok({ proofId: refer(turn, found.value, args.artifactId, label) })
}

/** A Token promised to whoever helps. It stays where it is until its steward hands it over. */
export function pledge(turn: Turn, args: Args<'intention.pledge'>): Result<Value<'intention.pledge'>> {
  const found = intentionOf(turn, args.id)
  if (!found.ok) return found
  const token = turn.tables.artifacts.byId(args.tokenId)
  if (!token) return refuse('ArtifactNotFound')
  if (token.type !== 'token') return refuse('NotPermitted', 'Only Tokens are pledged.')
  if (token.steward !== self(turn).player) return refuse('NotSteward')
  if (token.status !== 'active') return refuse('NotActive')
  const label = pledgeLabel(self(turn).player, token.id)
  const isPledged = turn.tables.references.of(found.value.key, token.id).some((each) => each.label === label)
  if (!isPledged) refer(turn, found.value, token.id, label)
  return ok({})
}

export function intentionOf(turn: Turn, id: ArtifactId): Result<ArtifactRow> {
  const row = turn.tables.artifacts.byId(id)
  if (!row) return refuse('ArtifactNotFound')
  if (row.type !== 'intention') return refuse('NotPermitted', 'This is not an Intention.')
  return row.status === 'active' ? ok(row) : refuse('NotActive')
}
