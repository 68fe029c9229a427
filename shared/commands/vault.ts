import { z } from 'zod'
import { artifactId } from '../ids.ts'
import { none, row } from './row.ts'

export const vaultCommands = {
  'vault.root': row('any', none, z.object({ id: artifactId })),
  'vault.verify': row('owner', none, z.object({ ok: z.boolean(), problems: z.array(z.string()) })),
} as const
