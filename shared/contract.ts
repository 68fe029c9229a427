import { z } from 'zod'
import { artifactId, entryId, playerId } from './ids.ts'
import {
  accessMode,
  artifactView,
  attentionEvent,
  childView,
  delivery,
  deviceView,
  entryView,
  heatView,
  identityView,
  integrityView,
  memberView,
  peerView,
  place,
  syncStatus,
  treeType,
} from './views.ts'

/** Who may ask: `owner` = a surface the owner opened (window, bearer of the host's token); `any` = agents too. */
export type Access = 'owner' | 'any'

type Row<In extends z.ZodType, Out extends z.ZodType> = { readonly access: Access; readonly in: In; readonly out: Out }

function row<In extends z.ZodType, Out extends z.ZodType>(access: Access, input: In, output: Out): Row<In, Out> {
  return { access, in: input, out: output }
}

const none = z.strictObject({})
const done = z.strictObject({})
const millis = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const count = z.number().int().min(0).max(1_000)
/** Names are shown to people: up to 1,024 UTF-8 bytes (checked by the core), no control or bidi-override characters. */
const name = z.string().min(1).max(1_024)
const text = z.string().min(1).max(65_536)
const code = z.string().max(8_192)

/** Every command there is: one row each. Names and shapes are relied on by programs outside this repository. */
export const commands = {
  'identity.get': row('any', none, identityView),
  'identity.rename': row('owner', z.strictObject({ name }), done),
  'identity.phrase': row('owner', none, z.object({ words: z.array(z.string()).length(24) })),

  'peer.add': row(
    'owner',
    z.strictObject({ code, message: z.string().max(1_024).optional() }),
    z.object({ playerId, status: z.enum(['pending', 'confirmed']) }),
  ),
  'peer.accept': row('owner', z.strictObject({ playerId }), done),
  'peer.remove': row('owner', z.strictObject({ playerId }), done),
  'peer.block': row('owner', z.strictObject({ playerId }), done),
  'peer.unblock': row('owner', z.strictObject({ playerId }), done),
  'peer.list': row('any', none, z.array(peerView)),

  'vault.root': row('any', none, z.object({ id: artifactId })),
  'vault.verify': row('owner', none, z.object({ ok: z.boolean(), problems: z.array(z.string()) })),

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
    z.strictObject({ id: artifactId, grantee: playerId, mode: accessMode, expiresAt: millis.optional() }),
    done,
  ),
  'artifact.revoke': row('owner', z.strictObject({ id: artifactId, grantee: playerId }), done),
  'artifact.rename': row('any', z.strictObject({ id: artifactId, name }), done),
  'artifact.setMetadata': row(
    'any',
    z.strictObject({ id: artifactId, metadata: z.record(z.string().max(256), z.string().max(4_096)) }),
    done,
  ),
  'artifact.place': row('any', z.strictObject({ treeId: artifactId, childId: artifactId, ...place.shape }), done),

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
  'story.markRead': row('any', z.strictObject({ storyId: artifactId, entryId }), done),

  'realm.create': row(
    'any',
    z.strictObject({ name, type: z.enum(['story', 'collection']).optional() }),
    z.object({ id: artifactId }),
  ),
  'realm.invite': row(
    'owner',
    z.strictObject({
      id: artifactId,
      mode: z.enum(['revocable', 'permanent']).optional(),
      uses: z.number().int().min(1).max(10_000).optional(),
      expiresAt: millis.optional(),
      approve: z.boolean().optional(),
    }),
    z.object({ code: z.string() }),
  ),
  'realm.join': row(
    'owner',
    z.strictObject({ code }),
    z.object({ id: artifactId, status: z.enum(['asking', 'waiting', 'joined']) }),
  ),
  'realm.requests': row(
    'any',
    z.strictObject({ id: artifactId }),
    z.array(z.object({ playerId, name: z.string(), at: millis })),
  ),
  'realm.admit': row('owner', z.strictObject({ id: artifactId, playerId }), done),
  'realm.refuse': row('owner', z.strictObject({ id: artifactId, playerId }), done),
  'realm.members': row('any', z.strictObject({ id: artifactId }), z.array(memberView)),

  'device.list': row('any', none, z.array(deviceView)),

  'attention.navigate': row('owner', z.strictObject({ to: artifactId }), done),
  'attention.back': row('owner', z.strictObject({ to: artifactId }), done),
  'attention.end': row('owner', none, done),
  'attention.log': row(
    'any',
    z.strictObject({ playerId: playerId.optional(), since: millis.optional() }),
    z.object({ events: z.array(attentionEvent), integrity: integrityView }),
  ),
  'heat.get': row('any', z.strictObject({ id: artifactId, at: millis.optional() }), heatView),
  'sync.status': row('any', none, syncStatus),
} as const

export type CommandType = keyof typeof commands
export type Args<T extends CommandType> = z.infer<(typeof commands)[T]['in']>
export type Value<T extends CommandType> = z.infer<(typeof commands)[T]['out']>

/** Everything pushed to those who watch. The renderer has one reducer: replace by id, latest wins. */
export const pushEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('changed'), id: artifactId, view: artifactView }),
  z.object({ type: z.literal('child'), treeId: artifactId, child: childView }),
  z.object({ type: z.literal('entry'), storyId: artifactId, entry: entryView }),
  /** many entries changed at once: fetch what is shown again */
  z.object({ type: z.literal('refreshed'), storyId: artifactId }),
  z.object({ type: z.literal('peer'), peer: peerView }),
  z.object({ type: z.literal('delivery'), storyId: artifactId, entries: z.array(z.object({ entryId, delivery })) }),
  z.object({ type: z.literal('inbox'), id: artifactId, waiting: z.number().int() }),
  z.object({ type: z.literal('identity'), identity: identityView }),
  z.object({ type: z.literal('online'), online: z.boolean() }),
])
export type PushEvent = z.infer<typeof pushEvent>
