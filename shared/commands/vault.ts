import { z } from 'zod'
import { artifactId } from '../ids.ts'
import { none, row } from './row.ts'

export const vaultCommands = {
  'vault.root': row('any', none, z.object({ id: artifactId })),
  /** how many bytes of files this vault may keep, and keeps; set where given */
  'vault.room': row(
    'owner',
    z.strictObject({ bytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional() }),
    z.object({ bytes: z.number().int(), used: z.number().int() }),
  ),
  /** everything but attention logs, in one sealed file; restored by `indra restore` */
  'vault.backup': row(
    'owner',
    z.strictObject({ path: z.string().min(1).max(4_096), passphrase: z.string().min(1).max(1_024) }),
    z.object({ path: z.string(), bytes: z.number().int() }),
  ),
  /** everything one has as originals, Markdown and JSON in a new folder; `leftOut`: files not here, or not to be saved */
  'vault.export': row(
    'owner',
    z.strictObject({ path: z.string().min(1).max(4_096) }),
    z.object({
      path: z.string(),
      artifacts: z.number().int(),
      originals: z.number().int(),
      leftOut: z.number().int(),
    }),
  ),
  'vault.verify': row('owner', none, z.object({ ok: z.boolean(), problems: z.array(z.string()) })),
} as const
