import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { DeviceId } from '../../../shared/ids.ts'
import { type Bytes, fromHex, hex } from '../../crypto/bytes.ts'
import { stay } from '../attention/attention.ts'
import { openPrefix } from '../documents/spine.ts'
import { hasDevice } from '../identity/device-list.ts'
import { write } from '../logs/writer.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { treeId } from '../trees/artifact-id.ts'
import { guestOf } from '../trees/composite.ts'
import { proofsIn } from '../trees/open-references.ts'
import { composeIntoVault, createTree } from '../trees/tree.ts'
import { intentionOf } from './intention.ts'
import { signMint } from './mint.ts'

const mostAtOnce = 256

/** All of this player's finished visits to the Intention that were not released yet become Tokens of the prover's. */
export function release(turn: Turn, args: Args<'intention.release'>): Result<Value<'intention.release'>> {
  const me = self(turn)
  const found = intentionOf(turn, args.id)
  if (!found.ok) return found
  const row = found.value
  const proof = proofsIn(turn, row.key).find(({ id, said }) =>
    [`${openPrefix}${id}`, said.child].includes(args.proofId),
  )
  if (!proof) return refuse('ArtifactNotFound', 'There is no such proof in this Intention.')
  if (proof.said.author === me.player) return refuse('NotPermitted', 'Attention is released to others.')
  const receiver = guestOf(turn, proof.said.author, row)
  const [first] = receiver?.list.devices ?? []
  if (!receiver || !first) return refuse('NotPeered')
  const said = proof.said.rank.slice(0, 64) as DeviceId
  const seat = hasDevice(receiver.list, said) ? said : first.device
  stay(turn, row.attentionTag)
  const plan = {
    author: me.list,
    device: me.deviceKeys,
    receiver: { ...receiver, seat },
    intention: row.id,
    at: turn.now,
  }
  const tokens = windowsOf(turn, row).map(([begin, end]) => {
    const mint = signMint({ ...plan, proof: proof.id, begin, end })
    write(turn, row, 'release', [fromHex(proof.id), mint])
    return treeId(mint)
  })
  return ok({ tokens })
}

/** At the end of a step: Tokens that were given to this device come to be. */
export function makeTokens(turn: Turn): void {
  for (const signed of turn.due.mints) {
    const id = treeId(signed)
    if (turn.tables.artifacts.byId(id)) continue
    createTree(turn, 'token', 'Token', {}, { id, signed })
    composeIntoVault(turn, id)
  }
  turn.due.mints.clear()
}

/** Own visits that have ended, each as the link that began it and the one after. */
function windowsOf(turn: Turn, row: ArtifactRow): [Bytes, Bytes][] {
  return turn.tables.visits
    .of(row.attentionTag)
    .filter((visit) => visit.player === self(turn).player && visit.end !== undefined && visit.end > visit.start)
    .flatMap((visit): [Bytes, Bytes][] => {
      const [begin, end] = turn.tables.attention.of(visit.device, visit.incarnation, visit.seq, 2)
      const isOpen = begin && !turn.tables.notes.get(row.key, `release:${hex(begin.hash)}`)
      return isOpen && end ? [[begin.bytes, end.bytes]] : []
    })
    .slice(0, mostAtOnce)
}
