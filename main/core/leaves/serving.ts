import type { Bytes } from '../../crypto/bytes.ts'
import { chunkCount } from '../../crypto/chunks.ts'
import type { ConnectionId } from '../input.ts'
import { rowNamed } from '../logs/sharing.ts'
import type { Turn } from '../state.ts'

/**
 * Somebody asks for bytes: each piece is given only to who may have it at that moment, through an artifact that both
 * share, in which it lies, and by way of which this vault came by it. To everyone else there is nothing here.
 */
export function bytesAsked(
  turn: Turn,
  input: { connection: ConnectionId; number: number; name: Bytes; address: Bytes; index: number },
): void {
  const { connection, number, address, index } = input
  const session = turn.state.sessions.get(connection)
  const row = session && rowNamed(turn, session, input.name)
  const blob = row && turn.tables.blobs.get(address)
  const isThere =
    blob !== undefined &&
    index < chunkCount(blob.size) &&
    turn.tables.blobs.isUsed(address, row?.key ?? 0) &&
    turn.tables.leaves.at(address).some((leaf) => leaf.artifact === row?.key && leaf.state === 'here')
  if (isThere) turn.effects.push({ type: 'tell-bytes', connection, number, address, index })
  else turn.effects.push({ type: 'deny-bytes', connection, number })
}
