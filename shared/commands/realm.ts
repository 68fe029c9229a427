import { z } from 'zod'
import { artifactId, playerId } from '../ids.ts'
import { joinView, memberView } from '../people-views.ts'
import { code, done, millis, name, none, row } from './row.ts'

export const realmCommands = {
  'realm.create': row(
    'any',
    z.strictObject({ name, type: z.enum(['story', 'collection']).optional() }),
    z.object({ id: artifactId }),
  ),
  'realm.invite': row(
    'owner',
    z.strictObject({
      id: artifactId,
      mode: z.enum(['revocable', 'permanent', 'timed']).optional(),
      /** with `timed`: when the access it gives ends */
      until: millis.optional(),
      uses: z.number().int().min(1).max(10_000).optional(),
      expiresAt: millis.optional(),
      approve: z.boolean().optional(),
    }),
    z.object({ code: z.string() }),
  ),
  'realm.join': row(
    'owner',
    z.strictObject({ code }),
    z.object({ id: artifactId, status: z.enum(['asking', 'waiting', 'joined']) }),
  ),
  /** what one asked to be let into, and how asking ended where nobody let one in */
  'realm.joins': row('any', none, z.array(joinView)),
  'realm.requests': row(
    'any',
    z.strictObject({ id: artifactId }),
    z.array(z.object({ playerId, name: z.string(), at: millis })),
  ),
  'realm.admit': row('owner', z.strictObject({ id: artifactId, playerId }), done),
  'realm.refuse': row('owner', z.strictObject({ id: artifactId, playerId }), done),
  /** lets a member let others in: with these modes, so many people from now on; 0 takes it back */
  'realm.delegate': row(
    'owner',
    z.strictObject({
      id: artifactId,
      playerId,
      modes: z
        .array(z.enum(['revocable', 'permanent', 'timed']))
        .min(1)
        .max(3),
      limit: z.number().int().min(0).max(10_000),
    }),
    done,
  ),
  'realm.members': row('any', z.strictObject({ id: artifactId }), z.array(memberView)),
} as const
