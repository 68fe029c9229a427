import { z } from 'zod'
import { artifactId, deviceId, playerId } from './ids.ts'
import { accessMode } from './views.ts'

const millis = z.number()

export const peerView = z.object({
  playerId,
  name: z.string(),
  status: z.enum(['pending', 'confirmed', 'blocked']),
  direction: z.enum(['in', 'out']),
  message: z.string().optional(),
  /** the common peer who made them known, while the request is open */
  introducedBy: playerId.optional(),
  since: millis,
  online: z.boolean(),
  away: z.boolean().optional(),
  lastSeen: millis.optional(),
})
export type PeerView = z.infer<typeof peerView>

export const settingsView = z.object({
  /** may be found and asked by whoever has the identity code */
  door: z.boolean(),
  /** tells others how far one has read */
  readMarks: z.boolean(),
  /** tells where one is and that one types */
  presence: z.boolean(),
})
export type SettingsView = z.infer<typeof settingsView>

export const quickView = z.object({ playerId, name: z.string(), check: z.string() })

export const deviceView = z.object({
  deviceId,
  name: z.string(),
  self: z.boolean(),
  addedAt: millis,
  online: z.boolean(),
})

export const identityView = z.object({
  playerId,
  name: z.string(),
  code: z.string(),
  devices: z.array(deviceView),
  /** `false` when the vault's key lies unprotected beside it */
  sealed: z.boolean(),
  /** the key that lists devices, and the 24 words, are under a passphrase of their own */
  locked: z.boolean(),
  /** when the 24 words were last proved to be known */
  rehearsedAt: millis.optional(),
  /** made of a backup, and not yet a device of its own: its words have to be opened first */
  restored: z.boolean().optional(),
  /** this device was taken off the list: nobody answers it any more */
  removed: z.boolean().optional(),
})
export type IdentityView = z.infer<typeof identityView>

export const joinView = z.object({
  id: artifactId,
  status: z.enum(['asking', 'waiting', 'refused']),
  /** `used`: the code let in as many as it says; `expired`: its time is over; `refused`: somebody said no */
  why: z.enum(['refused', 'used', 'expired']).optional(),
  at: millis.optional(),
})

export const memberView = z.object({
  playerId,
  name: z.string(),
  role: z.enum(['steward', 'member']),
  online: z.boolean(),
  mode: accessMode.optional(),
  expiresAt: millis.optional(),
})

export const keeperState = z.enum(['asking', 'keeping', 'refused'])

export const keeperView = z.object({
  playerId,
  state: keeperState,
  online: z.boolean(),
  /** envelopes of this device that it has not confirmed */
  behind: z.number().int(),
  lastSync: millis.optional(),
  /** why it takes no more now */
  refusal: z.string().optional(),
})
export type KeeperView = z.infer<typeof keeperView>

export const keeperHosting = z.object({
  for: z.enum(['nobody', 'peers', 'anyone']),
  /** what one account may have, and for how long an item is kept */
  accountBytes: z.number(),
  days: z.number(),
  url: z.string(),
  bytes: z.number(),
  limit: z.number(),
  /** an account is a key of someone's own for this keeper alone: it does not say whose */
  accounts: z.array(
    z.object({ account: z.string(), since: millis, refused: z.boolean(), bytes: z.number(), mailboxes: z.number() }),
  ),
})

export const syncStatus = z.object({
  online: z.boolean(),
  peers: z.array(z.object({ playerId, name: z.string(), online: z.boolean(), lastSeen: millis.optional() })),
  interfaces: z.array(
    z.object({ artifactId, members: z.number().int(), behind: z.number().int(), lastSync: millis.optional() }),
  ),
  keepers: z.array(keeperView),
  /** proofs of dishonesty held: who forked which log where */
  frozen: z.array(z.object({ artifactId, author: deviceId, at: z.number().int() })),
  bytes: z.object({ sent: z.number(), received: z.number() }),
})
