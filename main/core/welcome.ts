import type { ArtifactId } from '../../shared/ids.ts'
import { open } from '../crypto/box.ts'
import { type Bytes, equal } from '../crypto/bytes.ts'
import { decode } from '../crypto/canonical.ts'
import { envelopeTag, treeId } from './artifact-id.ts'
import { type Genesis, parseAuthorityOp, parseGenesis } from './authority.ts'
import { isBytes } from './device-list.ts'
import { type Envelope, envelopeHash, isSigned, parseEnvelope } from './envelope.ts'
import { unwrapKeys } from './keyring.ts'
import type { Turn } from './state.ts'

export type Welcome = { readonly secret: Bytes; readonly genesis: Genesis; readonly keys: ReadonlyMap<number, Bytes> }

/** Types that a Tree from elsewhere cannot have: a DM is its two people's, and Vault and Inbox are one's own. */
const unshared = ['dm', 'vault', 'inbox']

/**
 * A whole authority log, from whomever it came, looked through before anything of it is kept: one chain, signed by one
 * device, that begins with the genesis which names this device as its seat and of which the id is the hash, readable
 * with what it wraps to this device.
 */
export function readWelcome(turn: Turn, id: ArtifactId, list: readonly unknown[]): Welcome | undefined {
  const chain = chainIn(list)
  const first = chain?.[0]
  if (!chain || !first) return undefined
  const keys = new Map<number, Bytes>()
  let secret: Bytes | undefined
  for (const envelope of chain.toReversed()) {
    const wrapped = keys.has(envelope.epoch) ? undefined : unwrapKeys(turn, envelope)
    if (wrapped?.id === id && wrapped.epoch === envelope.epoch) {
      keys.set(wrapped.epoch, wrapped.key)
      secret ??= wrapped.secret
    }
    learnOlder(envelope, keys)
  }
  if (!secret || !equal(envelopeTag(secret, id), first.tag)) return undefined
  const signed = (bodyOf(first, keys) as { signed?: unknown } | undefined)?.signed
  const genesis = isBytes(signed) && treeId(signed) === id ? parseGenesis(signed) : undefined
  return genesis?.seat === first.device && !unshared.includes(genesis.type) ? { secret, genesis, keys } : undefined
}

function chainIn(list: readonly unknown[]): Envelope[] | undefined {
  const chain: Envelope[] = []
  let prev: Bytes = new Uint8Array(32)
  for (const bytes of list) {
    const envelope = bytes instanceof Uint8Array ? parseEnvelope(bytes) : undefined
    if (envelope?.kind !== 'authority' || envelope.incarnation !== 0 || envelope.seq !== chain.length) return undefined
    if (envelope.device !== (chain[0] ?? envelope).device || !equal(envelope.prev, prev)) return undefined
    if (!equal(envelope.tag, (chain[0] ?? envelope).tag) || !isSigned(envelope)) return undefined
    prev = envelopeHash(envelope.bytes)
    chain.push(envelope)
  }
  return chain
}

/** Each rotation seals the key before it under its own. */
function learnOlder(envelope: Envelope, keys: Map<number, Bytes>): void {
  const older = envelope.epoch - 1
  if (older < 1 || keys.has(older)) return
  const op = parseAuthorityOp(bodyOf(envelope, keys))
  if (op?.op === 'revoke') keys.set(older, op.old)
}

function bodyOf(envelope: Envelope, keys: ReadonlyMap<number, Bytes>): unknown {
  const key = keys.get(envelope.epoch)
  const plain = key && open(key, envelope.nonce, envelope.sealed, envelope.associated)
  const payload = plain && decode(plain)
  return Array.isArray(payload) ? payload[2] : undefined
}
