import { z } from 'zod'
import { artifactId, entryId, playerId } from '../ids.ts'
import { accessMode, artifactView, childView, place, transferView, treeType } from '../views.ts'
import { code, count, done, millis, name, none, row } from './row.ts'

const filePath = z.string().min(1).max(4_096)
const count64 = z.number().int().min(0)

/** a player, or everyone who has the link */
const grantee = z.union([playerId, z.literal('*')])

export const artifactCommands = {
  'artifact.create': row(
    'any',
    z.strictObject({
      type: treeType,
      name,
      parentId: artifactId.optional(),
      metadata: z.record(z.string().max(256), z.string().max(4_096)).optional(),
    }),
    z.object({ id: artifactId }),
  ),
  /** Answered when it is durable. A path is one of the machine the core runs on; an upload came through the gateway. */
  'artifact.import': row(
    'owner',
    z.strictObject({
      path: filePath.optional(),
      uploadId: z.string().max(64).optional(),
      parentId: artifactId.optional(),
      label: z.string().max(256).optional(),
      position: z.number().optional(),
    }),
    z.object({ id: artifactId, size: count64, mime: z.string() }),
  ),
  'artifact.save': row('owner', z.strictObject({ id: artifactId, path: filePath }), done),
  /** Fetches the bytes of a Leaf to look at; answered when they are here. */
  'artifact.fetch': row(
    'any',
    z.strictObject({ id: artifactId }),
    z.object({ id: artifactId, size: count64, mime: z.string(), name: z.string() }),
  ),
  'artifact.cancel': row('any', z.strictObject({ id: artifactId }), done),
  'artifact.transfers': row('any', none, z.array(transferView)),
  'artifact.get': row('any', z.strictObject({ id: artifactId }), artifactView),
  'artifact.children': row(
    'any',
    z.strictObject({ id: artifactId, offset: millis.optional(), limit: count.optional() }),
    z.object({ items: z.array(childView), total: z.number().int() }),
  ),
  'artifact.compose': row(
    'any',
    z.strictObject({
      treeId: artifactId,
      childId: artifactId,
      position: z.number().optional(),
      label: z.string().max(256).optional(),
    }),
    done,
  ),
  'artifact.uncompose': row(
    'any',
    z.strictObject({
      treeId: artifactId,
      childId: artifactId,
      position: z.number().optional(),
      label: z.string().max(256).optional(),
    }),
    done,
  ),
  'artifact.grant': row(
    'owner',
    z.strictObject({ id: artifactId, grantee, mode: accessMode, expiresAt: millis.optional() }),
    done,
  ),
  'artifact.revoke': row('owner', z.strictObject({ id: artifactId, grantee }), done),
  /** an `indra:open:` link to what is public */
  'artifact.link': row('owner', z.strictObject({ id: artifactId }), z.object({ code: z.string() })),
  'artifact.open': row('owner', z.strictObject({ code }), z.object({ id: artifactId })),
  'artifact.recall': row('owner', z.strictObject({ id: artifactId }), done),
  /** offers the stewardship: it moves once the other has accepted */
  'artifact.transfer': row('owner', z.strictObject({ id: artifactId, to: playerId }), done),
  'artifact.withdraw': row('owner', z.strictObject({ id: artifactId }), done),
  'artifact.acceptTransfer': row('owner', z.strictObject({ id: artifactId }), done),
  'artifact.rename': row('any', z.strictObject({ id: artifactId, name }), done),
  'artifact.setMetadata': row(
    'any',
    z.strictObject({ id: artifactId, metadata: z.record(z.string().max(256), z.string().max(4_096)) }),
    done,
  ),
  'artifact.search': row(
    'any',
    z.strictObject({ query: z.string().max(1_024), limit: count.optional() }),
    z.array(
      z.object({
        id: artifactId,
        name: z.string(),
        type: z.string(),
        snippet: z.string(),
        entryId: entryId.optional(),
      }),
    ),
  ),
  'artifact.place': row('any', z.strictObject({ treeId: artifactId, childId: artifactId, ...place.shape }), done),
} as const
