import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { ArtifactId } from '../../../shared/ids.ts'
import { type Bytes, concat, fromHex, hex, uint } from '../../crypto/bytes.ts'
import { armor, unarmor } from '../../crypto/codes.ts'
import { derive } from '../../crypto/digest.ts'
import type { Turn } from '../state.ts'

/** What an `indra:open:` link says: which artifact, and the key that reads it and leads to who serves it. */
export type OpenLink = { readonly id: ArtifactId; readonly key: Bytes }

const prefix = 'indra:open:'
const version = 1

/** `indra:open:` ‖ base64url(version 1 ‖ id 32 ‖ key 32 ‖ checksum 4) */
export function formatOpenLink({ id, key }: OpenLink): string {
  return prefix + armor(concat(uint(version, 1), fromHex(id.slice(4)), key))
}

export function parseOpenLink(text: string): Result<OpenLink> {
  const code = text.replace(/[\s"'“”‘’«»<>]/gu, '')
  if (code.slice(0, prefix.length).toLowerCase() !== prefix) {
    return refuse('InvalidCode', 'That is not a link to something open.')
  }
  const bytes = unarmor(code.slice(prefix.length))
  if (!bytes) return refuse('InvalidCode', 'It is damaged or not whole.')
  if (bytes[0] !== version) return refuse('InvalidCode', 'It was made by a newer Indra.')
  if (bytes.length !== 65) return refuse('InvalidCode', 'It is not whole.')
  return ok({ id: `doc:${hex(bytes.subarray(1, 33))}` as ArtifactId, key: bytes.slice(33) })
}

/** What readers and those who serve them meet over. */
export function openMeeting(key: Bytes): Bytes {
  return derive('indra open meeting v1', key)
}

/** The keys of links that lead here, with the artifact each opens. Every member serves. */
export function published(turn: Turn): { artifact: number; key: Bytes }[] {
  return turn.tables.notes
    .everywhere('published')
    .filter(({ artifact }) => turn.tables.artifacts.byKey(artifact)?.status === 'active')
    .map(({ artifact, value }) => ({ artifact, key: value }))
}
