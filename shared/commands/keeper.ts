import { z } from 'zod'
import { playerId } from '../ids.ts'
import { keeperHosting, keeperState, keeperView } from '../people-views.ts'
import { code, done, none, row } from './row.ts'

export const keeperCommands = {
  /** an identity code, which may end in `?ws=URL` where the keeper is called by WebSocket; asking goes on in the background until the keeper answers */
  'keeper.add': row('owner', z.strictObject({ code }), z.object({ playerId, state: keeperState })),
  'keeper.remove': row('owner', z.strictObject({ playerId }), done),
  'keeper.list': row('any', none, z.array(keeperView)),
  /** for whom this vault keeps: nobody, confirmed peers, or whoever has its identity code; how much of each, how long */
  'keeper.host': row(
    'owner',
    z.strictObject({
      for: z.enum(['nobody', 'peers', 'anyone']),
      accountBytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
      days: z.number().int().min(1).max(3_650).optional(),
      /** where others call it by WebSocket; empty: nowhere */
      url: z
        .string()
        .max(256)
        .regex(/^(wss?:\/\/[^\s@]+)?$/)
        .optional(),
    }),
    done,
  ),
  'keeper.hosting': row('owner', none, keeperHosting),
  /** deletes what is kept for an account, and keeps nothing more for it */
  'keeper.dismiss': row('owner', z.strictObject({ account: z.string().regex(/^[0-9a-f]{64}$/) }), done),
} as const
