import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { ArtifactId } from '../../../shared/ids.ts'
import type { ArtifactView } from '../../../shared/views.ts'
import { decode } from '../../crypto/canonical.ts'
import { authorityOf } from '../authority/governance.ts'
import { mayKeepHere } from '../authority/keep-right.ts'
import { mayChange, mayWriteEntries } from '../authority/rights.ts'
import { stewarded } from '../authority/stewardship.ts'
import { awaitedParents } from '../documents/document-change.ts'
import { editDocument } from '../documents/documents.ts'
import { leafView } from '../leaves/leaf-view.ts'
import { composeLeaf, takeAwayLeaf } from '../leaves/leaf-writing.ts'
import { recall } from '../logs/private-notes.ts'
import type { ArtifactRow } from '../rows.ts'
import { cleanName, nameLimit, utf8Length, wellFormed } from '../showing/text.ts'
import { artifactView, childView } from '../showing/view.ts'
import { self, type Turn } from '../state.ts'
import { openReference, refer, unrefer } from './open-references.ts'
import { isFitting } from './reference-rule.ts'
import { compose as composeInto, createTree } from './tree.ts'

const pageLength = 200
type Done = Result<Record<string, never>>

export function create(turn: Turn, args: Args<'artifact.create'>): Result<Value<'artifact.create'>> {
  const name = nameFrom(args.name)
  if (!name.ok) return name
  if (args.type === 'vault' || args.type === 'inbox')
    return refuse('NotPermitted', 'There is exactly one of these already.')
  const parent = args.parentId ? ownTree(turn, args.parentId) : undefined
  if (parent && !parent.ok) return parent
  const row = createTree(turn, args.type, name.value, args.metadata)
  if (parent) composeInto(turn, parent.value, row.id)
  return ok({ id: row.id })
}

export function get(turn: Turn, { id }: Args<'artifact.get'>): Result<ArtifactView> {
  const leaf = id.startsWith('blob:') ? leafView(turn, id) : undefined
  if (leaf) return ok(leaf)
  const row = turn.tables.artifacts.byId(id)
  if (row) return ok(artifactView(turn, row))
  const asked = recall(turn, undefined, `join:${id}`)
  return asked && decode(asked) ? ok(waitingView(turn, id)) : refuse('ArtifactNotFound')
}

export function children(turn: Turn, args: Args<'artifact.children'>): Result<Value<'artifact.children'>> {
  const row = turn.tables.artifacts.byId(args.id)
  if (!row) return refuse('ArtifactNotFound')
  const page = turn.tables.references.page(row.key, args.offset ?? 0, args.limit ?? pageLength)
  return ok({
    items: page.map((reference) => childView(turn, row, reference)),
    total: turn.tables.references.count(row.key),
  })
}

/** References point forward only: a Tree cannot come to lie inside itself. */
export function compose(turn: Turn, args: Args<'artifact.compose'>): Done {
  if (args.childId.startsWith('blob:')) return composeLeaf(turn, args)
  const open = openTree(turn, args.treeId)
  const tree = open ? ok(open) : ownTree(turn, args.treeId)
  if (!tree.ok) return tree
  const child = turn.tables.artifacts.byId(args.childId)
  if (!child) return refuse('ArtifactNotFound')
  if (child.status === 'recalled') return refuse('ArtifactRecalled')
  if (tree.value.others > 0 && !mayKeepHere(turn, child)) {
    return refuse('NotPermitted', 'It was not given to you to pass on.')
  }
  if (contains(turn, args.childId, args.treeId)) return refuse('NotPermitted', 'It would come to lie inside itself.')
  if (Math.abs(args.position ?? 0) >= 1e15) return refuse('InvalidArguments', 'That position is too far away.')
  const label = args.label && wellFormed(args.label)
  if (!open) composeInto(turn, tree.value, args.childId, label, args.position)
  else {
    const said = { child: args.childId, position: args.position ?? 0, label: label ?? null }
    if (!isFitting(open, self(turn).player, said)) return refuse('NotSteward')
    refer(turn, open, args.childId, label, args.position)
  }
  return ok({})
}

/** Removes one reference: the one with this position or label, else the first to that child. */
export function uncompose(turn: Turn, args: Args<'artifact.uncompose'>): Done {
  const leaf = takeAwayLeaf(turn, args)
  if (leaf) return leaf
  const open = openTree(turn, args.treeId)
  const tree = open ? ok(open) : ownTree(turn, args.treeId)
  if (!tree.ok) return tree
  const reference = turn.tables.references
    .of(tree.value.key, args.childId)
    .find(
      (each) =>
        (args.position === undefined || each.position === args.position) &&
        (args.label === undefined || each.label === args.label),
    )
  if (!reference) return refuse('ArtifactNotFound')
  if (openReference(turn, tree.value.key, reference.refId)) {
    return unrefer(turn, tree.value, reference.refId) ? ok({}) : refuse('NotSteward')
  }
  if (open) return refuse('NotSteward')
  editDocument(turn, tree.value, 'spine', [['drop', reference.refId]])
  return ok({})
}

export function rename(turn: Turn, args: Args<'artifact.rename'>): Done {
  const tree = ownTree(turn, args.id)
  if (!tree.ok) return tree
  const name = nameFrom(args.name)
  if (!name.ok) return name
  editDocument(turn, tree.value, 'spine', [['meta', 'name', name.value]])
  return ok({})
}

export function setMetadata(turn: Turn, args: Args<'artifact.setMetadata'>): Done {
  const tree = ownTree(turn, args.id)
  if (!tree.ok) return tree
  const { name, ...rest } = args.metadata
  const clean = name === undefined ? undefined : nameFrom(name)
  if (clean && !clean.ok) return clean
  const edits = Object.entries(clean ? { ...rest, name: clean.value } : rest)
  editDocument(
    turn,
    tree.value,
    'spine',
    edits.map(([key, value]) => ['meta', wellFormed(key), wellFormed(value)] as const),
  )
  return ok({})
}

/** In a Gallery everyone may; elsewhere its steward. */
export function place(turn: Turn, args: Args<'artifact.place'>): Done {
  const tree = activeTree(turn, args.treeId)
  if (!tree.ok) return tree
  if (!mayChange(tree.value, authorityOf(turn, tree.value), self(turn).player, 'places')) return refuse('NotSteward')
  const { childId, x, y, w, h } = args
  const isNear = [x, y, w ?? 0, h ?? 0].every((each) => Math.abs(each) < 1e9)
  if (!isNear) return refuse('InvalidArguments', 'That place is too far away.')
  editDocument(turn, tree.value, 'places', [['place', childId, x, y, w ?? null, h ?? null]])
  return ok({})
}

/** A Tree of somebody else's that takes what this player puts into it. */
function openTree(turn: Turn, id: ArtifactId): ArtifactRow | undefined {
  const row = turn.tables.artifacts.byId(id)
  const isOpen = row?.status === 'active' && mayWriteEntries(row)
  return isOpen && (row.type === 'dm' || row.steward !== self(turn).player) ? row : undefined
}

/** A Tree whose spine this player may write. A DM has none of its own: how it is named and placed is the Vault's. */
function ownTree(turn: Turn, id: ArtifactId): Result<ArtifactRow> {
  return id.startsWith('blob:') ? refuse('NotATree') : stewarded(turn, id)
}

function activeTree(turn: Turn, id: ArtifactId): Result<ArtifactRow> {
  if (id.startsWith('blob:')) return refuse('NotATree')
  const row = turn.tables.artifacts.byId(id)
  if (!row) return refuse('ArtifactNotFound')
  if (row.type === 'dm') return refuse('NotPermitted', 'A DM belongs to its two people.')
  return row.status === 'active' ? ok(row) : refuse('NotActive')
}

function nameFrom(text: string): Result<string> {
  const name = cleanName(text)
  if (name === '') return refuse('InvalidArguments', 'A name needs at least one visible character.')
  return utf8Length(name) > nameLimit ? refuse('TooLarge', 'A name may have 1,024 bytes.') : ok(name)
}

function contains(turn: Turn, outer: ArtifactId, inner: ArtifactId): boolean {
  if (outer === inner) return true
  const seen = new Set<number>()
  const parents = (id: ArtifactId) => [...turn.tables.references.parents(id), ...awaitedParents(turn, id)]
  const above = parents(inner)
  while (above.length > 0) {
    const key = above.pop()
    if (key === undefined || seen.has(key)) continue
    seen.add(key)
    const row = turn.tables.artifacts.byKey(key)
    if (row?.id === outer) return true
    if (row) above.push(...parents(row.id))
  }
  return false
}

function waitingView(turn: Turn, id: ArtifactId): ArtifactView {
  return {
    id,
    kind: 'tree',
    type: 'story',
    name: '',
    steward: self(turn).player,
    status: 'waiting',
    audience: [],
    people: [],
    grants: [],
    references: [],
    total: 0,
    metadata: {},
    heat: 0,
    delivery: { state: 'queued', have: 0, of: 0, asOf: turn.now },
    createdAt: 0,
  }
}
