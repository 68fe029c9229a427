import { z } from 'zod'
import { artifactId, playerId } from '../ids.ts'
import { exchangeView } from '../views.ts'
import { done, millis, row } from './row.ts'

const terms = z.string().regex(/^[0-9a-f]{64}$/)

export const exchangeCommands = {
  'exchange.propose': row(
    'owner',
    z.strictObject({ offered: artifactId, requested: artifactId, with: playerId, expiresAt: millis.optional() }),
    z.object({ id: artifactId, conversationId: artifactId }),
  ),
  'exchange.get': row('any', z.strictObject({ id: artifactId }), exchangeView),
  'exchange.accept': row('owner', z.strictObject({ id: artifactId, terms }), done),
  'exchange.reject': row('owner', z.strictObject({ id: artifactId }), done),
  'exchange.complete': row('owner', z.strictObject({ id: artifactId }), done),
} as const
