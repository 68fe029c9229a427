import { z } from 'zod'
import { playerId } from '../ids.ts'
import { peerView } from '../views.ts'
import { code, done, none, row } from './row.ts'

export const peerCommands = {
  'peer.add': row(
    'owner',
    z.strictObject({ code, message: z.string().max(1_024).optional() }),
    z.object({ playerId, status: z.enum(['pending', 'confirmed']) }),
  ),
  'peer.accept': row('owner', z.strictObject({ playerId }), done),
  'peer.remove': row('owner', z.strictObject({ playerId }), done),
  'peer.block': row('owner', z.strictObject({ playerId }), done),
  'peer.unblock': row('owner', z.strictObject({ playerId }), done),
  'peer.list': row('any', none, z.array(peerView)),
} as const
