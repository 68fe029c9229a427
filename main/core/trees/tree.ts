import type { ArtifactId } from '../../../shared/ids.ts'
import type { Bytes } from '../../crypto/bytes.ts'
import { hex, utf8 } from '../../crypto/bytes.ts'
import { digest } from '../../crypto/digest.ts'
import { signGenesis } from '../authority/genesis.ts'
import { editDocument } from '../documents/documents.ts'
import { judge } from '../logs/judgement.ts'
import { append } from '../logs/log.ts'
import type { ArtifactRow } from '../rows.ts'
import { wellFormed } from '../showing/text.ts'
import { self, type Turn } from '../state.ts'
import { attentionTag, envelopeTag, treeId } from './artifact-id.ts'

const noDigest = new Uint8Array(32)

/** A new Tree of this player's: genesis, first epoch, its own interface secret. Composed into `parent` when given. */
export function createTree(
  turn: Turn,
  type: string,
  name: string,
  metadata: Record<string, string> = {},
  genesis?: { readonly id: ArtifactId; readonly signed: Bytes },
): ArtifactRow {
  const me = self(turn)
  const signed = genesis?.signed ?? signGenesis(type, me.list, me.deviceKeys, turn.now, me.name, turn.chance(32))
  const row = addArtifact(turn, genesis?.id ?? treeId(signed), turn.chance(32), type, turn.now)
  const isVault = type === 'vault'
  append(turn, row, 'authority', [0, 0, { op: 'genesis', signed }], {
    epoch: 1,
    key: turn.chance(32),
    audience: { lists: isVault ? [me.list] : [], own: !isVault },
  })
  judge(turn, row)
  const edits = Object.entries({ ...metadata, name }).map(
    ([key, value]) => ['meta', wellFormed(key), wellFormed(value)] as const,
  )
  editDocument(turn, row, 'spine', edits)
  const made = turn.tables.artifacts.byKey(row.key) ?? row
  turn.tables.artifacts.update({ ...made, name })
  return { ...made, name }
}

/** The directory row of an artifact, before anything of its logs is known. */
export function addArtifact(
  turn: Turn,
  id: ArtifactId,
  secret: Bytes,
  type: string,
  createdAt: number,
  steward = self(turn).player,
): ArtifactRow {
  const row = turn.tables.artifacts.add({
    id,
    tag: envelopeTag(secret, id),
    attentionTag: attentionTag(secret, id),
    secret,
    type,
    steward,
    createdAt,
    status: 'active',
    name: '',
    others: 0,
    digest: noDigest,
    epoch: 1,
  })
  turn.due.holds.add(row.key)
  return row
}

/** A reference at the end of a Tree. The same child under the same label at no particular place is one reference. */
export function compose(turn: Turn, tree: ArtifactRow, child: ArtifactId, label?: string, position?: number): void {
  const refId = referenceId(child, label, position)
  if (turn.tables.references.get(tree.key, refId)) return
  const last = turn.tables.references.count(tree.key)
  editDocument(turn, tree, 'spine', [['refer', refId, child, position ?? last, label ?? null]])
}

function referenceId(child: ArtifactId, label: string | undefined, position: number | undefined): string {
  return hex(digest(utf8(`${child}|${label ?? ''}|${position ?? ''}`))).slice(0, 32)
}

export function composeIntoVault(turn: Turn, child: ArtifactId, label?: string): void {
  compose(turn, rowOf(turn, self(turn).vault), child, label)
}

export function rowOf(turn: Turn, key: number): ArtifactRow {
  const row = turn.tables.artifacts.byKey(key)
  if (!row) throw new Error(`no artifact ${key}`)
  return row
}
