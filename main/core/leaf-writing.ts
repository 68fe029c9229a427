import type { Args } from '../../shared/contract.ts'
import { ok, type Result, refuse } from '../../shared/fault.ts'
import type { ArtifactId } from '../../shared/ids.ts'
import { fromHex } from '../crypto/bytes.ts'
import { isBytes } from './device-list.ts'
import { readEntry } from './entry-text.ts'
import { type Lying, leavesNamed } from './leaf-access.ts'
import { recordsOf } from './leaf-record.ts'
import { entryInReference } from './leaves.ts'
import { recall } from './revocation.ts'
import { self, type Turn } from './state.ts'
import { write } from './writer.ts'

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

/** Takes back what one gave: a tombstone stays, and who has it not for good deletes the bytes. */
export function recallLeaf(turn: Turn, id: ArtifactId): Done {
  const me = self(turn).player
  const all = leavesNamed(turn, id)
  if (all.length === 0) return refuse('ArtifactNotFound')
  const records = recordsOf(turn, id).filter((row) => row.steward === me && row.status === 'active')
  const mine = all.filter(({ leaf, row }) => row.type !== 'leaf' && leaf.player === me && leaf.state === 'here')
  if (mine.length + records.length === 0) return refuse(all[0]?.leaf.player === me ? 'NotActive' : 'NotSteward')
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
