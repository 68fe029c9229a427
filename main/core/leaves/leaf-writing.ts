import type { Args } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { ArtifactId } from '../../../shared/ids.ts'
import { fromHex } from '../../crypto/bytes.ts'
import { authorityOf } from '../authority/governance.ts'
import { recall } from '../authority/revocation.ts'
import { mayAddLeaf } from '../authority/rights.ts'
import { promised } from '../authority/seat-entry.ts'
import { isBytes } from '../identity/device-list.ts'
import { write } from '../logs/writer.ts'
import { cleanName } from '../showing/text.ts'
import { self, type Turn } from '../state.ts'
import { readEntry } from '../trees/entry-text.ts'
import { factsOf, leafFields } from './leaf.ts'
import { isGivenAway, type Lying, leafNamed, leavesNamed, mayKeepLeaf, recordsOf } from './leaf-access.ts'
import { entryInReference } from './leaves.ts'

type Done = Result<Record<string, never>>

/** Its author takes a Leaf away by nonce, the steward of the Tree by id. `undefined` where no Leaf is meant. */
export function takeAwayLeaf(turn: Turn, args: Args<'artifact.uncompose'>): Done | undefined {
  const row = turn.tables.artifacts.byId(args.treeId)
  if (!row || !args.childId.startsWith('blob:')) return undefined
  const found = turn.tables.references
    .of(row.key, args.childId)
    .filter((each) => args.position === undefined || each.position === args.position)
    .filter((each) => args.label === undefined || each.label === args.label)
    .flatMap((each) => {
      const entry = entryInReference(each.refId)
      return (entry && turn.tables.leaves.get(row.key, entry)) ?? []
    })
  if (found.length === 0) return undefined
  if (row.status !== 'active') return refuse('NotActive')
  const me = self(turn).player
  const leaf = found.find((each) => each.player === me) ?? found[0]
  if (!leaf) return undefined
  const nonce = leaf.player === me ? nonceOf(turn, { leaf, row }) : undefined
  if (nonce) write(turn, row, 'delete', [nonce])
  else if (row.steward === me) write(turn, row, 'remove', [fromHex(leaf.id)])
  else return refuse('NotSteward')
  return ok({})
}

/** Passing a Leaf on: it comes to lie in another Tree too, by an entry of who has it for good. */
export function composeLeaf(turn: Turn, args: Args<'artifact.compose'>): Done {
  const row = turn.tables.artifacts.byId(args.treeId)
  const lying = leafNamed(turn, args.childId)
  if (!row || !lying) return refuse('ArtifactNotFound')
  if (row.type === 'leaf') return refuse('NotATree')
  if (row.status !== 'active') return refuse('NotActive')
  if (!mayAddLeaf(row, authorityOf(turn, row), self(turn).player)) return refuse('NotSteward')
  if (!mayKeepLeaf(turn, args.childId)) return refuse('NotPermitted', 'It was not given to you to pass on.')
  if (Math.abs(args.position ?? 0) >= 1e15) return refuse('InvalidArguments', 'That position is too far away.')
  const facts = factsOf(turn, lying.row, lying.leaf)
  if (!facts) return refuse('ArtifactNotFound')
  const position = args.position ?? turn.tables.references.count(row.key)
  const label = args.label === undefined ? undefined : cleanName(args.label)
  if (turn.tables.blobs.get(facts.address)) turn.tables.blobs.use(facts.address, row.key)
  write(turn, row, 'leaf', [turn.chance(16), leafFields({ ...facts, position, label })])
  return ok({})
}

/** Takes back what one gave: a tombstone stays, and who has it not for good deletes the bytes. */
export function recallLeaf(turn: Turn, id: ArtifactId): Done {
  const me = self(turn).player
  const all = leavesNamed(turn, id)
  if (all.length === 0) return refuse('ArtifactNotFound')
  const records = recordsOf(turn, id).filter((row) => row.steward === me && row.status === 'active')
  const mine = all.filter(({ leaf, row }) => row.type !== 'leaf' && leaf.player === me && leaf.state === 'here')
  if (mine.length + records.length === 0) return refuse(all[0]?.leaf.player === me ? 'NotActive' : 'NotSteward')
  if (isGivenAway(turn, id)) return refuse('ArtifactTransferred')
  if (records.some((row) => authorityOf(turn, row)?.lock)) return refuse('NotPermitted', promised)
  for (const lying of mine) {
    const nonce = nonceOf(turn, lying)
    if (nonce) write(turn, lying.row, 'recall', [nonce])
  }
  for (const row of records) recall(turn, { id: row.id })
  return ok({})
}

function nonceOf(turn: Turn, { leaf, row }: Lying): Uint8Array | undefined {
  const nonce = readEntry(turn, row, leaf.log, leaf.seq)?.fields[0]
  return isBytes(nonce, 16) ? nonce : undefined
}
