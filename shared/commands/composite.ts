import { z } from 'zod'
import { artifactId, playerId } from '../ids.ts'
import { catalogueItem, tokenView } from '../views.ts'
import { count, done, millis, name, row, text } from './row.ts'

const audience = z.array(playerId).max(1_000).optional()

/** Requests and intentions: Trees that members put something into. */
export const compositeCommands = {
  'request.create': row('owner', z.strictObject({ name, description: text, audience }), z.object({ id: artifactId })),
  'request.offer': row('any', z.strictObject({ requestId: artifactId, artifactId }), z.object({ refId: z.string() })),
  'intention.create': row('owner', z.strictObject({ name, description: text, audience }), z.object({ id: artifactId })),
  'intention.proof': row('any', z.strictObject({ id: artifactId, artifactId }), z.object({ proofId: z.string() })),
  'intention.release': row(
    'owner',
    z.strictObject({ id: artifactId, proofId: z.string().max(128) }),
    z.object({ tokens: z.array(artifactId) }),
  ),
  'token.get': row('any', z.strictObject({ id: artifactId }), tokenView),
  'token.bless': row('any', z.strictObject({ id: artifactId, message: z.string().max(1_024).optional() }), done),
  'catalogue.list': row(
    'any',
    z.strictObject({
      query: z.string().max(1_024).optional(),
      type: z.string().max(64).optional(),
      /** only what this player stewards, or only what others do */
      mine: z.boolean().optional(),
      offset: millis.optional(),
      limit: count.optional(),
    }),
    z.object({ items: z.array(catalogueItem), total: z.number().int() }),
  ),
  'intention.pledge': row('any', z.strictObject({ id: artifactId, tokenId: artifactId }), done),
} as const
