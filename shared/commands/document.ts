import { z } from 'zod'
import { artifactId } from '../ids.ts'
import { blockType, blockView } from '../views.ts'
import { row } from './row.ts'

/**
 * Offsets count UTF-16 code units of the plain text, in which each block marker is one U+FFFC. An offset between the two
 * halves of one letter, or outside the text, is `InvalidArguments`; then nothing was changed.
 */
const offset = z.number().int().min(0).max(100_000_000)
/** Names what was there when the text was read: changes of Automerge, in hexadecimal. */
const heads = z.array(z.string())
const inserted = z.string().max(1_000_000)

export const documentCommands = {
  /** for surfaces that edit live: what `Repo.find` of automerge-repo finds at `/v1/documents`; a text at `text` in it */
  'document.open': row(
    'any',
    z.strictObject({ id: artifactId }),
    z.object({ url: z.string(), heads, writable: z.boolean() }),
  ),
  'document.text': row('any', z.strictObject({ id: artifactId }), z.object({ text: z.string(), heads })),
  /** one after the other, each on what the one before left; all of them or none */
  'document.edit': row(
    'any',
    z.strictObject({
      id: artifactId,
      ops: z
        .array(z.strictObject({ at: offset, delete: offset.default(0), insert: inserted.default('') }))
        .min(1)
        .max(1_000),
    }),
    z.object({ heads }),
  ),
  'document.blocks': row('any', z.strictObject({ id: artifactId }), z.object({ blocks: z.array(blockView), heads })),
  /** a marker at `at`: what follows, up to the next marker, is this block; `replace` puts it in place of the one there */
  'document.block': row(
    'any',
    z.strictObject({
      id: artifactId,
      at: offset,
      replace: z.boolean().optional(),
      type: blockType,
      level: z.number().int().min(1).max(6).optional(),
      language: z.string().max(64).optional(),
      done: z.boolean().optional(),
      artifactId: artifactId.optional(),
    }),
    z.object({ heads }),
  ),
  /** `value` null takes the mark off again */
  'document.format': row(
    'any',
    z.strictObject({
      id: artifactId,
      from: offset,
      to: offset,
      mark: z.string().regex(/^[a-z]{1,32}$/),
      value: z.union([z.boolean(), z.string().max(2_048), z.null()]),
    }),
    z.object({ heads }),
  ),
} as const
