import { z } from 'zod'
import { deviceView, identityView } from '../views.ts'
import { done, name, none, row } from './row.ts'

export const identityCommands = {
  'identity.get': row('any', none, identityView),
  'identity.rename': row('owner', z.strictObject({ name }), done),
  'identity.phrase': row('owner', none, z.object({ words: z.array(z.string()).length(24) })),
  'device.list': row('any', none, z.array(deviceView)),
} as const
