import type { ArtifactId } from '../../../shared/ids.ts'
import { type Bytes, equal } from '../../crypto/bytes.ts'
import type { Authority } from '../authority/authority.ts'
import { advance, found, sitDown } from '../authority/authority-fold.ts'
import { bodyOf, keysIn, payloadOf } from '../authority/authority-keys.ts'
import { parseAuthorityOp } from '../authority/authority-op.ts'
import { genesisNamed } from '../authority/genesis-named.ts'
import { seatTaker } from '../authority/seat-taking.ts'
import { nextSeq } from '../authority/seats.ts'
import { chosenTake, takeOver } from '../exchanges/exchange-take.ts'
import { type Envelope, envelopeHash, isSigned, parseEnvelope } from '../logs/envelope.ts'
import type { Turn } from '../state.ts'
import { envelopeTag } from '../trees/artifact-id.ts'

export type Welcome = {
  readonly secret: Bytes
  readonly authority: Authority
  readonly keys: ReadonlyMap<number, Bytes>
  /** KEY-3: epoch of the wrap it came with, and what the steward and this member share */
  readonly meeting: { readonly epoch: number; readonly secret: Bytes } | undefined
}

/** Types that a Tree from elsewhere cannot have: a DM is its two people's, and Vault and Inbox are one's own. */
const unshared = ['dm', 'vault', 'inbox']

/**
 * A whole authority, from whomever it came, looked through before anything of it is kept: it begins with the genesis of
 * which the id is the hash, goes on by the hand of whoever had the seat at each position, each log in one chain, and is
 * readable with what it, or the `admission` of somebody who may let others in, wraps to this device.
 */
export function readWelcome(
  turn: Turn,
  id: ArtifactId,
  list: readonly unknown[],
  admission?: Bytes,
): Welcome | undefined {
  const chain = chainIn(list)
  const first = chain?.[0]
  if (!chain || !first) return undefined
  const shown = admission && parseEnvelope(admission)
  const { keys, secret, meeting } = keysIn(turn, { id }, shown && isSigned(shown) ? [...chain, shown] : chain)
  if (!secret || !equal(envelopeTag(secret, id), first.tag)) return undefined
  const authority = authorityIn(id, chain, keys)
  return authority && !unshared.includes(authority.type) ? { secret, authority, keys, meeting } : undefined
}

function authorityIn(id: ArtifactId, chain: readonly Envelope[], keys: Welcome['keys']): Authority | undefined {
  const [first, ...rest] = chain
  const signed = first && (bodyOf(first, keys) as { signed?: unknown } | undefined)?.signed
  const genesis = genesisNamed(id, signed)
  if (!first || genesis?.seat !== first.device) return undefined
  const authority = found(genesis, envelopeHash(first.bytes))
  for (const envelope of rest) {
    const payload = payloadOf(envelope, keys)
    const [position, cites, body] = payload?.length === 3 ? payload : []
    const hash = envelopeHash(envelope.bytes)
    const entry = { epoch: envelope.epoch, hash, cites, op: parseAuthorityOp(body) }
    const { device, seq } = envelope
    const placed = { device, seq, position: Number(position), hash, op: entry.op }
    if (seatTaker(authority, [placed])) sitDown(authority, placed)
    else if (device === authority.seat && seq === nextSeq(authority)) advance(authority, id, entry)
    else if (chosenTake(authority, id, [{ device, seq, entry }])) takeOver(authority, { device, seq, entry })
    else return undefined
  }
  return authority
}

/** Each device's own entries in one unbroken chain, all of one artifact. */
function chainIn(list: readonly unknown[]): Envelope[] | undefined {
  const chain: Envelope[] = []
  const logs = new Map<string, { length: number; head: Bytes }>()
  for (const bytes of list) {
    const envelope = bytes instanceof Uint8Array ? parseEnvelope(bytes) : undefined
    if (envelope?.kind !== 'authority' || envelope.incarnation !== 0) return undefined
    const { length, head } = logs.get(envelope.device) ?? { length: 0, head: new Uint8Array(32) }
    if (envelope.seq !== length || !equal(envelope.prev, head)) return undefined
    if (!equal(envelope.tag, (chain[0] ?? envelope).tag) || !isSigned(envelope)) return undefined
    logs.set(envelope.device, { length: length + 1, head: envelopeHash(envelope.bytes) })
    chain.push(envelope)
  }
  return chain
}
