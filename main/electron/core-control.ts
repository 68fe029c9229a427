import { z } from 'zod'
import { order as headlessOrder } from '../headless/control.ts'

const [start, stop] = headlessOrder.options

/** What the host tells the core's process: the headless host's orders, and one for each page. */
export const coreOrder = z.discriminatedUnion('type', [
  /** `keyring`: what keychainSecret gave, to seal the vault's key with */
  start.extend({ keyring: z.string().optional() }),
  /** comes with the core's end of a channel to a page */
  z.object({ type: z.literal('window') }),
  stop,
])
export type CoreOrder = z.infer<typeof coreOrder>
export type StartOptions = Omit<Extract<CoreOrder, { type: 'start' }>, 'type'>
