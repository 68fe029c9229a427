import { z } from 'zod'
import { playerId } from '../ids.ts'
import { peerView, quickView } from '../people-views.ts'
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
  /** six digits to show someone in the same room; others after `until`, and those before are good for another minute */
  'peer.quick': row('owner', none, z.object({ digits: z.string(), until: z.number() })),
  'peer.quickJoin': row('owner', z.strictObject({ digits: z.string().max(64) }), z.object({ until: z.number() })),
  /** who was found so, and six digits that both screens have to show alike before either confirms */
  'peer.quickFound': row('owner', none, z.array(quickView)),
  'peer.quickConfirm': row(
    'owner',
    z.strictObject({ playerId }),
    z.object({ playerId, status: z.enum(['pending', 'confirmed']) }),
  ),
  /** makes two of one's peers known to each other: each is asked, and may accept like any request */
  'peer.introduce': row('owner', z.strictObject({ playerId, to: playerId }), done),
  'peer.list': row('any', none, z.array(peerView)),
} as const
