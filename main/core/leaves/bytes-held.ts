import type { ArtifactId } from '../../../shared/ids.ts'
import { type Bytes, hex } from '../../crypto/bytes.ts'
import { largestBlob } from '../../crypto/chunks.ts'
import type { BlobRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { isReferred } from './leaf-access.ts'

/** Bytes of this content that are kept here, however they came. */
export function heldBytes(turn: Turn, leaf: ArtifactId): BlobRow | undefined {
  return turn.tables.blobs.of(leaf)[0]
}

const quotaFact = 'blob-quota'
const defaultQuota = 64 * 2 ** 30

/** Bytes of files that this vault may keep. */
export function quota(turn: Turn): number {
  const stored = turn.tables.facts.get(quotaFact)
  return stored ? Number(new DataView(stored.buffer, stored.byteOffset).getBigUint64(0)) : defaultQuota
}

export function setQuota(turn: Turn, bytes: number): void {
  const stored = new Uint8Array(8)
  new DataView(stored.buffer).setBigUint64(0, BigInt(bytes))
  turn.tables.facts.put(quotaFact, stored)
}

/** The largest file there is room for. */
export function room(turn: Turn): number {
  return Math.max(0, Math.min(largestBlob, quota(turn) - turn.tables.blobs.total()))
}

/**
 * Counts anew what refers to the bytes kept here: what nothing refers to any more, or only what was taken back, is
 * deleted. Bytes on their way are given up with it.
 */
export function sweepBytes(turn: Turn): void {
  for (const blob of turn.tables.blobs.all()) {
    if (!isReferred(turn, blob.address)) dropBytes(turn, blob.address)
  }
}

export function dropBytes(turn: Turn, address: Bytes): void {
  const blob = turn.tables.blobs.get(address)
  turn.tables.blobs.drop(address)
  turn.effects.push({ type: 'drop-blob', address })
  if (blob) turn.changes.leaves.add(blob.leaf)
}

/** Names the note on an artifact that says that these bytes are wanted; it outlives a restart. */
export function wantName(address: Bytes): string {
  return `want:${hex(address)}`
}
