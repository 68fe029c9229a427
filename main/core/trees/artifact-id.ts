import type { ArtifactId, EntryId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, compare, concat, fromHex, hex, utf8 } from '../../crypto/bytes.ts'
import { digest, keyedDigest } from '../../crypto/digest.ts'

/** Same content, same id. */
export function leafId(payload: Bytes): ArtifactId {
  return `blob:${hex(digest(payload))}` as ArtifactId
}

/** NAME-1: nobody else can claim it, for nobody else can sign that genesis. */
export function treeId(signedGenesis: Bytes): ArtifactId {
  return `doc:${hex(digest(signedGenesis))}` as ArtifactId
}

/** BLAKE3(utf8 `dm-v1:` + hex(smaller) + hex(larger)): both sides compute it alone. A name, never a key. */
export function dmStoryId(a: PlayerId, b: PlayerId): ArtifactId {
  const [smaller, larger] = a < b ? [a, b] : [b, a]
  return `doc:${hex(digest(utf8(`dm-v1:${smaller}${larger}`)))}` as ArtifactId
}

/** BLAKE3(`group-tree-v1:` ‖ creator ‖ sorted unique members incl. creator): creating twice is idempotent. */
export function groupTreeId(creator: PlayerId, members: readonly PlayerId[]): ArtifactId {
  const all = [...new Set([creator, ...members])].map(fromHex).sort(compare)
  return `doc:${hex(digest(concat(utf8('group-tree-v1:'), fromHex(creator), ...all)))}` as ArtifactId
}

/** BLAKE3(author ‖ nonce): an author can only ever name its own entries. */
export function entryIdOf(author: PlayerId, nonce: Bytes): EntryId {
  return hex(digest(concat(utf8('entry-v1:'), fromHex(author), nonce))) as EntryId
}

/**
 * The blind tag on an artifact's envelopes: what binds a signed envelope to one artifact. It covers the id, for a
 * steward may give a second Tree the secret and the keys of another.
 */
export function envelopeTag(secret: Bytes, id: ArtifactId): Bytes {
  return keyedDigest(secret, utf8(`envelope tag v1:${id}`)).subarray(0, 16)
}

/** ATT-2: the tag under which an artifact appears in attention logs. */
export function attentionTag(secret: Bytes, id: ArtifactId): Bytes {
  return keyedDigest(secret, utf8(`attention tag v1:${id}`)).subarray(0, 16)
}
