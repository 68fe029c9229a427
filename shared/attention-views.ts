import { z } from 'zod'
import { deviceId, playerId } from './ids.ts'

const millis = z.number()

export const heatView = z.object({
  heat: z.number(),
  uniquePeers: z.number().int(),
  totalDwellMillis: z.number(),
  contributors: z.array(
    z.object({
      playerId,
      name: z.string(),
      dwellMillis: z.number(),
      lastSeenAt: millis,
      present: z.boolean(),
      share: z.number(),
    }),
  ),
})
export type HeatView = z.infer<typeof heatView>

export const attentionEvent = z.object({
  version: z.literal(1),
  author: playerId,
  device: deviceId,
  incarnation: z.number(),
  seq: z.number().int(),
  wallTime: millis,
  /** an artifact id where this viewer recognises the tag, else the tag */
  from: z.string().optional(),
  to: z.string().optional(),
  prev: z.string(),
  hash: z.string(),
})

export const integrityView = z.discriminatedUnion('state', [
  z.object({ state: z.literal('consistent') }),
  z.object({ state: z.literal('extended'), newEvents: z.number().int() }),
  z.object({ state: z.literal('behind'), missing: z.number().int() }),
  z.object({ state: z.literal('diverged'), firstMismatchIndex: z.number().int() }),
  z.object({ state: z.literal('noPriorReplica') }),
])

export const witnessView = z.object({ by: playerId, at: millis, result: integrityView })

export const proofView = z.object({
  playerId,
  deviceId,
  incarnation: z.number(),
  seq: z.number().int(),
  /** hex of the signed events, one line each */
  events: z.array(z.string()),
})
