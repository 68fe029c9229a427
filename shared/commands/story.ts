import { z } from 'zod'
import { artifactId, entryId, playerId } from '../ids.ts'
import { entryView } from '../views.ts'
import { count, done, name, row, text } from './row.ts'

export const storyCommands = {
  'story.dm': row('any', z.strictObject({ playerId }), z.object({ id: artifactId })),
  'story.send': row(
    'any',
    z.strictObject({ storyId: artifactId, text, replyTo: entryId.optional() }),
    z.object({ entryId, artifactId }),
  ),
  'story.entries': row(
    'any',
    z.strictObject({ storyId: artifactId, before: entryId.optional(), limit: count.optional() }),
    z.object({ items: z.array(entryView), total: z.number().int() }),
  ),
  'story.edit': row('any', z.strictObject({ storyId: artifactId, entryId, text }), done),
  'story.delete': row('any', z.strictObject({ storyId: artifactId, entryId }), done),
  'story.react': row(
    'any',
    z.strictObject({ storyId: artifactId, entryId, emoji: z.string().min(1).max(32), on: z.boolean() }),
    done,
  ),
  'story.branch': row(
    'owner',
    z.strictObject({ storyId: artifactId, entryId, name, audience: z.array(playerId).max(1_000).optional() }),
    z.object({ id: artifactId }),
  ),
  'story.group': row(
    'owner',
    z.strictObject({ members: z.array(playerId).min(1).max(1_000), name: name.optional() }),
    z.object({ id: artifactId }),
  ),
  'story.markRead': row('any', z.strictObject({ storyId: artifactId, entryId }), done),
  /** said again while someone types; it ends by itself 5 s after the last time, or with what is sent */
  /** what was begun and not sent; without `text` as it stands, empty when there is none */
  'story.draft': row(
    'any',
    z.strictObject({ storyId: artifactId, text: z.string().max(65_536).optional() }),
    z.object({ text: z.string() }),
  ),
  'story.typing': row('any', z.strictObject({ storyId: artifactId }), done),
} as const
