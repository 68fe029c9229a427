import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { Turn } from '../state.ts'
import { createFor, descriptionFrom } from './composite.ts'
import { refer } from './open-references.ts'
import { composeIntoVault } from './tree.ts'

/** A Request has its description in the centre; what people offer lies around it. */
export function create(turn: Turn, args: Args<'request.create'>): Result<Value<'request.create'>> {
  const description = descriptionFrom(args.description)
  if (!description.ok) return description
  const made = createFor(turn, {
    type: 'request',
    name: args.name,
    metadata: { description: description.value },
    audience: args.audience ?? [],
  })
  if (!made.ok) return made
  composeIntoVault(turn, made.value.id)
  return ok({ id: made.value.id })
}

/** Any member offers. What is offered keeps its own access: who is to see it has to be granted that by its steward. */
export function offer(turn: Turn, args: Args<'request.offer'>): Result<Value<'request.offer'>> {
  const row = turn.tables.artifacts.byId(args.requestId)
  if (!row) return refuse('ArtifactNotFound')
  if (row.type !== 'request') return refuse('NotPermitted', 'This is not a Request.')
  if (row.status !== 'active') return refuse('NotActive')
  if (args.artifactId === row.id) return refuse('NotPermitted', 'It would come to lie inside itself.')
  if (!turn.tables.artifacts.byId(args.artifactId)) return refuse('ArtifactNotFound')
  return ok({ refId: refer(turn, row, args.artifactId, 'offer') })
}
