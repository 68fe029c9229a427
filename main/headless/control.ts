import { z } from 'zod'
import { faultSchema } from '../../shared/fault.ts'

/** What the host tells the process its core runs in, beside the commands. */
export const order = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    data: z.string(),
    bootstrap: z.array(z.object({ host: z.string(), port: z.number() })),
    name: z.string().optional(),
    passphrase: z.string().optional(),
    keeper: z.enum(['anyone', 'peers']).optional(),
    keeperPort: z.number().optional(),
    keeperUrl: z.string().optional(),
  }),
  z.object({ type: z.literal('stop') }),
])
export type Order = z.infer<typeof order>
export type StartOrder = Extract<Order, { type: 'start' }>

/** Where files stream in and out of the core's process, and what lets them */
const byteAddress = z.object({ port: z.number(), token: z.string() })

/** What it hears back: once `ready`, or that it could not start; never the passphrase or a key. */
export const report = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ready'),
    playerId: z.string(),
    code: z.string(),
    sealed: z.boolean(),
    bytes: byteAddress,
  }),
  z.object({ type: z.literal('failed'), fault: faultSchema }),
])
export type Report = z.infer<typeof report>
export type Ready = Extract<Report, { type: 'ready' }>
