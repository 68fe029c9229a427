import { z } from 'zod'
import { artifactId, entryId, playerId } from './ids.ts'

const millis = z.number()

export const place = z.object({ x: z.number(), y: z.number(), w: z.number().optional(), h: z.number().optional() })
export type Place = z.infer<typeof place>

export const accessMode = z.enum(['revocable', 'permanent', 'timed', 'transfer', 'public'])
export type AccessMode = z.infer<typeof accessMode>

const grantView = z.object({
  grantee: z.string(),
  mode: accessMode,
  expiresAt: millis.optional(),
  grantedAt: millis,
  grantedBy: playerId,
})

export const treeType = z.enum([
  'vault',
  'story',
  'gallery',
  'document',
  'request',
  'exchange',
  'collection',
  'inbox',
  'hive',
  'kata',
  'intention',
])

/** Where an entry is known to be. `asOf` is when that was last heard; older knowledge is shown as older. */
export const delivery = z.object({
  state: z.enum(['queued', 'local', 'kept', 'partial', 'everyone']),
  have: z.number().int(),
  of: z.number().int(),
  read: z.number().int().optional(),
  asOf: millis,
})
export type Delivery = z.infer<typeof delivery>

/** What a surface needs to draw a Leaf. */
const leafView = z.object({
  /** `image`, `file`, or one of those to come */
  type: z.string(),
  size: z.number().int(),
  mime: z.string(),
  width: z.number().int().optional(),
  height: z.number().int().optional(),
  /** where its bytes are: in this vault, on their way, or with others */
  bytes: z.enum(['here', 'fetching', 'elsewhere']),
  /** this viewer may save it */
  keep: z.boolean(),
})
export type LeafView = z.infer<typeof leafView>

/** Bytes on their way to this vault. */
export const transferView = z.object({
  id: artifactId,
  state: z.enum(['fetching', 'here', 'stopped']),
  received: z.number().int(),
  size: z.number().int(),
  /** how many are being asked */
  sources: z.number().int(),
})

export const entryView = z.object({
  entryId,
  author: playerId,
  text: z.string(),
  at: millis,
  artifactId: artifactId.optional(),
  /** a picture or a file: `text` is then what it is called */
  leaf: leafView.optional(),
  editedAt: millis.optional(),
  deleted: z.boolean().optional(),
  /** emoji → who */
  reactions: z.record(z.string(), z.array(playerId)),
  replyTo: entryId.optional(),
  delivery,
  /** `false` when others refuse it (its author had been removed): kept here, marked, not lost. */
  accepted: z.boolean().optional(),
})
export type EntryView = z.infer<typeof entryView>

/** Who is in an artifact at this moment, and who may be. */
const personView = z.object({
  playerId,
  name: z.string(),
  online: z.boolean(),
  here: z.boolean(),
  /** connected, and no sign of the person for five minutes */
  away: z.boolean().optional(),
  typing: z.boolean().optional(),
})
export type PersonView = z.infer<typeof personView>

/** What a card shows of a child without opening it. */
export const childView = z.object({
  refId: z.string(),
  id: artifactId,
  type: z.string(),
  name: z.string(),
  label: z.string().optional(),
  position: z.number(),
  /** who put it here, where that was a member and not the steward */
  by: playerId.optional(),
  /** the entry of a Story it belongs to */
  entryId: entryId.optional(),
  place: place.optional(),
  status: z.enum(['active', 'recalled', 'transferred', 'revoked', 'waiting', 'missing']),
  heat: z.number(),
  here: z.array(playerId),
  audience: z.number().int(),
  count: z.number().int(),
  unread: z.number().int(),
  /** the beginning of what this player began to say and did not send */
  draft: z.string().optional(),
  /** the last lines of a Story, oldest first; empty otherwise */
  preview: z.array(z.object({ author: playerId, name: z.string(), text: z.string(), at: millis })),
  createdAt: millis,
  leaf: leafView.optional(),
})
export type ChildView = z.infer<typeof childView>

const referenceView = z.object({
  refId: z.string(),
  artifactId,
  position: z.number(),
  label: z.string().optional(),
  /** who put it here, where that was a member and not the steward */
  by: playerId.optional(),
  /** the entry of a Story it belongs to */
  entryId: entryId.optional(),
})

export const artifactView = z.object({
  id: artifactId,
  kind: z.enum(['leaf', 'tree']),
  type: z.string(),
  name: z.string(),
  steward: playerId,
  status: z.enum(['active', 'recalled', 'transferred', 'revoked', 'waiting']),
  audience: z.array(playerId),
  people: z.array(personView),
  grants: z.array(grantView),
  references: z.array(referenceView),
  /** references in all; `references` holds the first 200 */
  total: z.number().int(),
  metadata: z.record(z.string(), z.string()),
  heat: z.number(),
  delivery,
  /** what this player began to say here and did not send */
  draft: z.string().optional(),
  /** what another device of one's own was asked to do, waiting or refused (a fault's code) */
  proposals: z.array(z.object({ what: z.string(), at: millis, state: z.string() })).optional(),
  createdAt: millis,
  /** of a Leaf that may be looked at */
  leaf: leafView.optional(),
  /** may it be saved, exported and passed on? */
  keeps: z.boolean().optional(),
  /** how it came to its present steward, where it was somebody else's before */
  provenance: z
    .object({
      originalSteward: playerId,
      receivedFrom: playerId,
      receivedAt: millis,
      receivedVia: z.enum(['transfer', 'exchange']),
    })
    .optional(),
  /** everyone whose it was, the present steward last */
  stewards: z.array(z.object({ playerId, at: millis, via: z.enum(['genesis', 'transfer', 'exchange']) })).optional(),
  /** read by a link alone: no audience, nothing to write or keep */
  reading: z.boolean().optional(),
  /** offered to somebody who has not accepted yet */
  offered: z.object({ to: playerId, at: millis }).optional(),
  /** how it came to its end, here or for everyone */
  ended: z.object({ why: z.enum(['revoked', 'expired', 'recalled']), at: millis.optional() }).optional(),
})
export type ArtifactView = z.infer<typeof artifactView>

export const blockType = z.enum(['text', 'heading', 'code', 'callout', 'todo', 'image', 'divider', 'embed'])

/** A stretch of a block's own text, by offsets in it. */
const textMark = z.object({
  from: z.number().int(),
  to: z.number().int(),
  mark: z.string(),
  value: z.union([z.boolean(), z.string()]),
})
export type TextMark = z.infer<typeof textMark>

/** One block of a Document. `at` is where its marker stands in the plain text; −1 for text before any. */
export const blockView = z.object({
  at: z.number().int().min(-1),
  type: blockType,
  level: z.number().int().optional(),
  language: z.string().optional(),
  done: z.boolean().optional(),
  artifactId: artifactId.optional(),
  text: z.string(),
  marks: z.array(textMark),
})
export type BlockView = z.infer<typeof blockView>

/** Switches of this player's, the same on all their devices. */
/** Someone found by quick codes. Nothing is trusted before a person has compared `check` with the other screen. */
/** Another mutual peer of theirs, and how the log that one holds compares with the one held here. */
/** Two different events that one device signed for one place: anyone can check it. */
/** `asking`: not yet found or answered */

export const exchangeView = z.object({
  id: artifactId,
  offered: artifactId,
  requested: artifactId,
  status: z.enum(['open', 'completed', 'rejected', 'lapsed']),
  acceptedBy: z.array(playerId),
  conversationId: artifactId.optional(),
  /** names what there is to agree on now; empty while one side has not arrived */
  terms: z.string(),
  expiresAt: millis.optional(),
})
export type ExchangeView = z.infer<typeof exchangeView>

/** What a Token is made of, and how far the viewer can look that up. */
export const tokenView = z.object({
  id: artifactId,
  author: playerId,
  intention: artifactId,
  start: millis,
  dwellMillis: z.number(),
  /** who had it, the present one last */
  stewards: z.array(playerId),
  blessings: z.array(z.object({ by: playerId, at: millis, message: z.string() })),
  heat: z.number(),
  value: z.number(),
  /** is it the one Token its window of attention was released as? */
  released: z.enum(['counted', 'superseded', 'unknown']),
  /** does the giver's attention log, as held here, have that window? */
  witness: z.enum(['held', 'contradicted', 'unknown']),
})

export const catalogueItem = z.object({
  id: artifactId,
  type: z.string(),
  name: z.string(),
  steward: playerId,
  mine: z.boolean(),
  status: z.enum(['active', 'recalled', 'transferred', 'revoked', 'waiting']),
  createdAt: millis,
  mode: accessMode.optional(),
  grantedBy: playerId.optional(),
  expiresAt: millis.optional(),
})
