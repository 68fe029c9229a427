import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result } from '../../../shared/fault.ts'
import { wordsOf } from '../../crypto/words.ts'
import { self, type Turn } from '../state.ts'
import { openPhrase, playerKeysOf, protectPhrase } from './player-key.ts'

/** The 24 words. Whoever has them is this player: shown to the owner only, never sent, never logged. */
export function phrase(turn: Turn, args: Args<'identity.phrase'>): Result<Value<'identity.phrase'>> {
  const entropy = openPhrase(turn, args.passphrase)
  return entropy.ok ? ok({ words: wordsOf(entropy.value) }) : entropy
}

/** KEY-1: a passphrase for the key that lists devices, or none. */
export function protect(turn: Turn, args: Args<'identity.protect'>): Result<Record<string, never>> {
  const entropy = openPhrase(turn, args.current)
  if (!entropy.ok) return entropy
  protectPhrase(turn, entropy.value, args.passphrase ?? undefined)
  self(turn).recoveryKem = args.passphrase === null ? playerKeysOf(entropy.value).recovery : undefined
  turn.changes.identity = true
  return ok({})
}
