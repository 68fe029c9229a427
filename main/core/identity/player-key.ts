import { ok, type Result, refuse } from '../../../shared/fault.ts'
import { open, seal } from '../../crypto/box.ts'
import { type Bytes, utf8 } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { derive } from '../../crypto/digest.ts'
import { kemKeys } from '../../crypto/kem.ts'
import { passwordKey } from '../../crypto/password.ts'
import { signingKeys } from '../../crypto/signature.ts'
import type { Turn } from '../state.ts'
import { isBytes } from './device-list.ts'

/**
 * KEY-1: 32 bytes of entropy, which are the 24 words, make the key that signs device lists and the key that recovers.
 * They lie in one of two facts: `phrase`, open to whoever opens the vault, or `phrase-sealed`, under a passphrase of its
 * own, so that who holds a stolen device can use it until it is removed but makes no others.
 */
export type PlayerKeys = {
  readonly signing: { publicKey: Bytes; secretKey: Bytes }
  readonly recovery: { publicKey: Bytes; secretKey: Bytes }
}

const sealedContext = utf8('indra phrase v1')

export function playerKeysOf(entropy: Bytes): PlayerKeys {
  return {
    signing: signingKeys(derive('indra player signing v1', entropy)),
    recovery: kemKeys(derive('indra player kem v1', entropy)),
  }
}

/** `Unauthorized` where it is sealed and this is not its passphrase. */
export function openPhrase(turn: Turn, passphrase: string | undefined): Result<Bytes> {
  const lying = turn.tables.facts.get('phrase')
  if (lying) return ok(lying)
  const sealed = turn.tables.facts.get('phrase-sealed')
  if (!sealed) throw new Error('the vault lacks its phrase')
  if (passphrase === undefined) return refuse('Unauthorized', 'The key of this identity has a passphrase of its own.')
  const entropy = unsealPhrase(sealed, passphrase)
  return entropy ? ok(entropy) : refuse('Unauthorized', 'That is not the passphrase of this identity.')
}

export function isPhraseSealed(turn: Turn): boolean {
  return turn.tables.facts.get('phrase') === undefined
}

/** Puts it under another passphrase, or under none. */
export function protectPhrase(turn: Turn, entropy: Bytes, passphrase: string | undefined): void {
  const { facts } = turn.tables
  facts.drop('phrase')
  facts.drop('phrase-sealed')
  if (passphrase === undefined) facts.put('phrase', entropy)
  else facts.put('phrase-sealed', sealPhrase(entropy, passphrase, turn.chance(16), turn.chance(24)))
}

/** As another device of this player is given it: `[the open one or null, the sealed one or null]`. */
export function phraseFacts(turn: Turn): readonly [Bytes | null, Bytes | null] {
  const { facts } = turn.tables
  return [facts.get('phrase') ?? null, facts.get('phrase-sealed') ?? null]
}

export function keepPhraseFacts(turn: Turn, lying: Bytes | null, sealed: Bytes | null): void {
  const { facts } = turn.tables
  facts.drop('phrase')
  facts.drop('phrase-sealed')
  if (lying) facts.put('phrase', lying)
  if (sealed) facts.put('phrase-sealed', sealed)
}

function sealPhrase(entropy: Bytes, passphrase: string, salt: Bytes, nonce: Bytes): Bytes {
  return encode([salt, nonce, seal(passwordKey(passphrase, salt), nonce, entropy, sealedContext)])
}

function unsealPhrase(sealed: Bytes, passphrase: string): Bytes | undefined {
  const value = decode(sealed)
  if (!Array.isArray(value)) return undefined
  const [salt, nonce, box] = value as unknown[]
  if (!isBytes(salt, 16) || !isBytes(nonce, 24) || !isBytes(box)) return undefined
  return open(passwordKey(passphrase, salt), nonce, box, sealedContext)?.slice()
}
