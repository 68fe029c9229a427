import { open } from '../../crypto/box.ts'
import { decode } from '../../crypto/canonical.ts'
import { parseEnvelope } from '../logs/envelope.ts'
import { contentKey } from '../logs/keyring.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'

/** What a writer entry says, read from its sealed envelope: the only place where text is kept. */
export function readEntry(
  turn: Turn,
  row: ArtifactRow,
  log: number,
  seq: number,
): { readonly at: number; readonly kind: unknown; readonly fields: readonly unknown[] } | undefined {
  const held = turn.tables.envelopes.at(log, seq)
  const envelope = held && parseEnvelope(held.bytes)
  const key = envelope && contentKey(turn, row, envelope)
  const plain = key && open(key, envelope.nonce, envelope.sealed, envelope.associated)
  const payload = plain && decode(plain)
  if (!Array.isArray(payload) || typeof payload[2] !== 'number') return undefined
  return { at: payload[2], kind: payload[3], fields: payload.slice(4) }
}
