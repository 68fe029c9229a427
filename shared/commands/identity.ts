import { z } from 'zod'
import { deviceId, playerId } from '../ids.ts'
import { deviceView, identityView } from '../people-views.ts'
import { code, done, millis, name, none, row } from './row.ts'

/** Of the identity itself, not of the vault file. */
const passphrase = z.string().min(1).max(1_024)

export const identityCommands = {
  'identity.get': row('any', none, identityView),
  'identity.rename': row('owner', z.strictObject({ name }), done),
  'identity.phrase': row(
    'owner',
    z.strictObject({ passphrase: passphrase.optional() }),
    z.object({ words: z.array(z.string()).length(24) }),
  ),
  'identity.recover': row(
    'owner',
    z.strictObject({ words: z.array(z.string().max(64)).max(48) }),
    z.object({ playerId }),
  ),
  'identity.rehearsal': row('owner', none, z.object({ positions: z.array(z.number().int()).length(3) })),
  'identity.rehearse': row(
    'owner',
    z.strictObject({ words: z.array(z.string().max(64)).length(3), passphrase: passphrase.optional() }),
    done,
  ),
  'identity.protect': row(
    'owner',
    z.strictObject({ passphrase: passphrase.nullable(), current: passphrase.optional() }),
    done,
  ),
  'device.list': row('any', none, z.array(deviceView)),
  'device.invite': row(
    'owner',
    z.strictObject({ passphrase: passphrase.optional() }),
    z.object({ code: z.string(), expiresAt: millis }),
  ),
  'device.join': row('owner', z.strictObject({ code }), z.object({ playerId, status: z.enum(['asking', 'joined']) })),
  'device.remove': row('owner', z.strictObject({ deviceId, passphrase: passphrase.optional() }), done),
} as const
