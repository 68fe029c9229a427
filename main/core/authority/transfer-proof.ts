import type { ArtifactId } from '../../../shared/ids.ts'
import { type Bytes, concat, fromHex, utf8 } from '../../crypto/bytes.ts'

const acceptanceContext = utf8('indra transfer accepted v1')

/** What a recipient's device signs to take an artifact over: which one, and the very entry that offers it (AUTH-4). */
export function acceptanceBytes(id: ArtifactId, offer: Bytes): Bytes {
  return concat(acceptanceContext, fromHex(id.slice(4)), offer)
}
