import { z } from 'zod'
import { attentionEvent, heatView, integrityView, proofView, witnessView } from '../attention-views.ts'
import { artifactId, playerId } from '../ids.ts'
import { done, millis, none, row } from './row.ts'

export const attentionCommands = {
  'attention.navigate': row('owner', z.strictObject({ to: artifactId }), done),
  'attention.back': row('owner', z.strictObject({ to: artifactId }), done),
  'attention.end': row('owner', none, done),
  'attention.log': row(
    'any',
    z.strictObject({ playerId: playerId.optional(), since: millis.optional() }),
    z.object({ events: z.array(attentionEvent), integrity: integrityView, witnesses: z.array(witnessView) }),
  ),
  'attention.proofs': row('any', none, z.array(proofView)),
  'heat.get': row('any', z.strictObject({ id: artifactId, at: millis.optional() }), heatView),
} as const
