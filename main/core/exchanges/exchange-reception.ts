import { open } from '../../crypto/box.ts'
import { decode } from '../../crypto/canonical.ts'
import { parseAuthorityOp } from '../authority/authority-op.ts'
import type { Envelope } from '../logs/envelope.ts'
import { contentKey } from '../logs/keyring.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { isWellSigned } from './exchange-fold.ts'

/** The one word of a device without the seat that is kept: a `take` that both locks bear out (EX-1). */
export function isTake(turn: Turn, row: ArtifactRow, envelope: Envelope): boolean {
  const key = contentKey(turn, row, envelope)
  const plain = key && open(key, envelope.nonce, envelope.sealed, envelope.associated)
  const payload = plain && decode(plain)
  if (!Array.isArray(payload) || payload.length !== 3) return false
  return isWellSigned(row.id, envelope.device, parseAuthorityOp(payload[2]))
}
