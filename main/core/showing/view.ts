import type { HeatView } from '../../../shared/attention-views.ts'
import type { ArtifactId, EntryId, PlayerId } from '../../../shared/ids.ts'
import type { ArtifactView, ChildView, Delivery, PersonView } from '../../../shared/views.ts'
import { decode } from '../../crypto/canonical.ts'
import { heat, type Interval, type Warmth, warmth } from '../attention/heat.ts'
import { audience } from '../authority/access.ts'
import { accessView, publicGrant } from '../authority/access-view.ts'
import { grantsOf } from '../authority/grants.ts'
import { proposalsOf } from '../authority/proposals.ts'
import { leafFacts } from '../leaves/leaf-facts.ts'
import { entryInReference } from '../leaves/leaves.ts'
import { recall } from '../logs/private-notes.ts'
import { nameOf } from '../meeting/peering.ts'
import { isAway, isToldHere, typingIn } from '../meeting/presence.ts'
import { sessionsOf } from '../meeting/session.ts'
import type { ArtifactRow, ReferenceRow, VisitRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { attentionTag } from '../trees/artifact-id.ts'
import { draftIn } from '../trees/draft.ts'
import { readEntry } from '../trees/entry-text.ts'
import { deliveryOf, entryView } from '../trees/entry-view.ts'
import { openReference } from '../trees/open-references.ts'
import { readMark } from '../trees/read-marks.ts'

const shownReferences = 200
const previewLines = 2
const previewLength = 140

export function artifactView(turn: Turn, row: ArtifactRow): ArtifactView {
  const members = turn.tables.members.of(row.key)
  const metadata = turn.tables.metadata.of(row.key)
  const draft = draftIn(turn, row)
  const other = row.type === 'dm' ? members.find((member) => member.player !== self(turn).player)?.player : undefined
  const proposals = proposalsOf(turn, row)
  return {
    id: row.id,
    kind: 'tree',
    type: row.type === 'dm' ? 'story' : row.type,
    name: nameOfArtifact(turn, row),
    steward: row.type === 'dm' ? self(turn).player : row.steward,
    status: row.status,
    audience: audienceOf(turn, row),
    people: members.map((member) => personView(turn, row, member.player, member.name)),
    grants: publicGrant(turn, row).concat(
      members
        .filter((member) => member.role === 'member')
        .map(({ player, mode, grantedAt, grantedBy, expiresAt }) => ({
          grantee: player,
          mode,
          grantedAt,
          grantedBy,
          ...(expiresAt === undefined ? {} : { expiresAt }),
        })),
    ),
    references: turn.tables.references.page(row.key, 0, shownReferences).map((reference) => ({
      refId: reference.refId,
      artifactId: reference.child,
      position: reference.position,
      ...(reference.label === undefined ? {} : { label: reference.label }),
      ...authorIn(turn, reference),
    })),
    total: turn.tables.references.count(row.key),
    metadata: other ? { ...metadata, dm: other } : metadata,
    heat: heatView(turn, row, turn.now).heat,
    delivery: treeDelivery(turn, row),
    ...(draft === undefined ? {} : { draft }),
    ...(proposals.length === 0 ? {} : { proposals }),
    createdAt: row.createdAt,
    ...accessView(turn, row),
  }
}

export function childView(turn: Turn, tree: ArtifactRow, reference: ReferenceRow): ChildView {
  const place = turn.tables.places.get(tree.key, reference.child)
  const shared = {
    refId: reference.refId,
    id: reference.child,
    position: reference.position,
    ...(reference.label === undefined ? {} : { label: reference.label }),
    ...authorIn(turn, reference),
    ...(place ? { place } : {}),
  }
  const entry = entryInReference(reference.refId)
  if (entry) return { ...shared, ...leafChild(turn, tree, entry, reference.child) }
  const row = turn.tables.artifacts.byId(reference.child)
  if (!row || row.status === 'waiting') return { ...shared, ...absent(turn, reference.child) }
  const members = turn.tables.members.of(row.key)
  const isInbox = row.key === self(turn).inbox
  const draft = draftIn(turn, row)
  return {
    ...shared,
    type: row.type === 'dm' ? 'story' : row.type,
    name: nameOfArtifact(turn, row),
    status: row.status,
    heat: heatView(turn, row, turn.now).heat,
    here: members.filter((member) => isHere(turn, row, member.player)).map((member) => member.player),
    audience: members.length,
    count: isInbox
      ? turn.tables.references.count(row.key)
      : turn.tables.entries.count(row.key) || turn.tables.references.count(row.key),
    unread: isInbox ? turn.tables.references.count(row.key) : unread(turn, row),
    ...(draft === undefined ? {} : { draft: [...draft].slice(0, previewLength).join('') }),
    preview: preview(turn, row),
    createdAt: row.createdAt,
  }
}

function authorIn(turn: Turn, { tree, refId }: ReferenceRow): { by?: PlayerId; entryId?: EntryId } {
  const said = openReference(turn, tree, refId)
  if (!said) return {}
  return { by: said.author, ...(said.entry === undefined ? {} : { entryId: said.entry }) }
}

/** A Leaf that lies in this Tree, or the tombstone of one that was taken back. */
function leafChild(
  turn: Turn,
  tree: ArtifactRow,
  entry: EntryId,
  id: ArtifactId,
): Omit<ChildView, 'refId' | 'id' | 'position'> {
  const leaf = turn.tables.leaves.get(tree.key, entry)
  const shown = leaf && leafFacts(turn, { leaf, row: tree })
  return {
    ...nothing,
    type: shown?.facts.type ?? 'file',
    name: shown?.facts.name ?? '',
    status: leaf?.state === 'recalled' ? 'recalled' : 'active',
    ...(leaf ? { by: leaf.player } : {}),
    heat: heatAt(turn, tree, attentionTag(tree.secret, id), turn.now).heat,
    audience: turn.tables.members.of(tree.key).length,
    createdAt: (leaf && readEntry(turn, tree, leaf.log, leaf.seq)?.at) ?? 0,
    ...(shown ? { leaf: shown.view } : {}),
  }
}

const nothing = { heat: 0, here: [], audience: 0, count: 0, unread: 0, preview: [], createdAt: 0 }

/** Heat from this viewer's standpoint, and whose attention it is made of. */
export function heatView(turn: Turn, row: ArtifactRow, at: number): HeatView {
  return heatAt(turn, row, row.attentionTag, at)
}

/** Of the artifact, or of a Leaf in it under its own tag. */
export function heatAt(turn: Turn, row: ArtifactRow, tag: Uint8Array, at: number): HeatView {
  const all = audienceOf(turn, row)
  const visits = turn.tables.visits.of(tag)
  const warmths = all.map((player) => warmthOf(turn, player, visits, at)).filter((each) => each.dwellMillis > 0)
  return {
    heat: heat(all, warmths),
    uniquePeers: warmths.length,
    totalDwellMillis: warmths.reduce((sum, each) => sum + each.dwellMillis, 0),
    contributors: warmths.map((each) => ({
      playerId: each.player,
      name: nameOf(turn, each.player),
      dwellMillis: each.dwellMillis,
      lastSeenAt: each.lastSeenAt,
      present: each.present,
      share: each.value / all.length,
    })),
  }
}

function audienceOf(turn: Turn, row: ArtifactRow): PlayerId[] {
  const members = turn.tables.members.of(row.key)
  const steward = members.find((member) => member.role === 'steward')?.player ?? row.steward
  return audience(steward, grantsOf(members), turn.now)
}

/** An open visit of a peer who vanished without farewell ends at their last sign of life. */
function warmthOf(turn: Turn, player: PlayerId, visits: readonly VisitRow[], at: number): Warmth {
  const isPresent = player === self(turn).player || sessionsOf(turn, player).length > 0
  const lastSign = isPresent ? undefined : (turn.tables.peers.get(player)?.lastSeen ?? 0)
  const intervals = visits
    .filter((visit) => visit.player === player)
    .map(
      ({ start, end }): Interval => ({
        start,
        end: end ?? (lastSign === undefined ? undefined : Math.max(start, lastSign)),
      }),
    )
  return warmth(player, intervals, at)
}

export function nameOfArtifact(turn: Turn, row: ArtifactRow): string {
  if (row.type === 'dm') {
    const other = turn.tables.members.of(row.key).find((member) => member.player !== self(turn).player)
    return (other && (nameOf(turn, other.player) || other.name)) ?? row.name
  }
  return row.key === self(turn).vault ? self(turn).name : row.name
}

function personView(turn: Turn, row: ArtifactRow, player: PlayerId, name: string): PersonView {
  const isSelf = player === self(turn).player
  return {
    playerId: player,
    name: nameOf(turn, player) || name,
    online: isSelf || sessionsOf(turn, player).length > 0,
    here: isHere(turn, row, player),
    ...(!isSelf && isAway(turn, player) ? { away: true } : {}),
    ...(typingIn(turn, row).includes(player) ? { typing: true } : {}),
  }
}

function isHere(turn: Turn, row: ArtifactRow, player: PlayerId): boolean {
  if (player !== self(turn).player) {
    if (sessionsOf(turn, player).length === 0) return false
    const told = isToldHere(turn, player, row)
    if (told !== undefined) return told
  }
  return turn.tables.visits.of(row.attentionTag).some((visit) => visit.end === undefined && visit.player === player)
}

function unread(turn: Turn, row: ArtifactRow): number {
  return turn.tables.entries.countAfter(row.key, readMark(turn, row), self(turn).player)
}

function preview(turn: Turn, row: ArtifactRow): ChildView['preview'] {
  return turn.tables.entries
    .page(row.key, undefined, previewLines)
    .flatMap((entry) => entryView(turn, row, entry) ?? [])
    .filter((entry) => !entry.deleted)
    .map(({ author, text, at }) => ({
      author,
      name: nameHere(turn, row, author),
      text: [...text].slice(0, previewLength).join(''),
      at,
    }))
}

/** What to call a member: as a peer where they are one, else as they were introduced here. */
function nameHere(turn: Turn, row: ArtifactRow, player: PlayerId): string {
  const introduced = turn.tables.members.of(row.key).find((member) => member.player === player)?.name
  return nameOf(turn, player) || (introduced ?? '')
}

/** A child that is not here: asked for, or an honest gap. */
function absent(turn: Turn, id: ArtifactId): Omit<ChildView, 'refId' | 'id' | 'position'> {
  const asked = recall(turn, undefined, `join:${id}`)
  return {
    type: id.startsWith('blob:') ? 'leaf' : 'story',
    name: '',
    status: asked && decode(asked) ? 'waiting' : 'missing',
    ...nothing,
  }
}

/** Of the newest of one's own: a Tree is delivered as far as the last thing said in it is. */
function treeDelivery(turn: Turn, row: ArtifactRow): Delivery {
  const last = turn.tables.entries.page(row.key, undefined, 1)[0]
  if (last) return deliveryOf(turn, row, last)
  return { state: 'local', have: 0, of: row.others, asOf: turn.now }
}
