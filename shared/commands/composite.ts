import { z } from 'zod'
import { artifactId, playerId } from '../ids.ts'
import { done, name, row, text } from './row.ts'

const audience = z.array(playerId).max(1_000).optional()

/** Requests and intentions: Trees that members put something into. */
export const compositeCommands = {
  'request.create': row('owner', z.strictObject({ name, description: text, audience }), z.object({ id: artifactId })),
  'request.offer': row('any', z.strictObject({ requestId: artifactId, artifactId }), z.object({ refId: z.string() })),
  'intention.create': row('owner', z.strictObject({ name, description: text, audience }), z.object({ id: artifactId })),
  'intention.proof': row('any', z.strictObject({ id: artifactId, artifactId }), z.object({ proofId: z.string() })),
  'intention.pledge': row('any', z.strictObject({ id: artifactId, tokenId: artifactId }), done),
} as const
