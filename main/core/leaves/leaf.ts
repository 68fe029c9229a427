import type { ArtifactId } from '../../../shared/ids.ts'
import { type Bytes, fromHex, hex } from '../../crypto/bytes.ts'
import type { Canonical } from '../../crypto/canonical.ts'
import { largestBlob } from '../../crypto/chunks.ts'
import { isBytes } from '../identity/device-list.ts'
import type { ArtifactRow, LeafRow } from '../rows.ts'
import { boundedName, nameLimit, utf8Length } from '../showing/text.ts'
import type { Turn } from '../state.ts'
import { readEntry } from '../trees/entry-text.ts'

/** What an entry says of a Leaf: all that is needed to show it, to fetch its bytes and to open them (NAME-3). */
export type LeafFacts = {
  readonly leaf: ArtifactId
  /** `image`, `file`, or one of those to come */
  readonly type: string
  readonly size: number
  readonly mime: string
  readonly name: string
  /** opens the sealed bytes */
  readonly key: Bytes
  /** names the sealed bytes */
  readonly address: Bytes
  readonly position: number
  readonly label: string | undefined
  readonly width: number | undefined
  readonly height: number | undefined
}

const mostPixels = 2 ** 24
const labelLimit = 256

export function leafFields(facts: LeafFacts): Canonical {
  const { leaf, type, size, mime, name, key, address, position, label, width, height } = facts
  return {
    id: fromHex(leaf.slice(5)),
    type,
    size,
    mime,
    name,
    key,
    address,
    position,
    ...(label === undefined ? {} : { label }),
    ...(width === undefined || height === undefined ? {} : { width, height }),
  }
}

/** Fields that are not known here are a newer version's and change nothing. */
export function parseLeaf(value: unknown): LeafFacts | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { id, type, size, mime, name, key, address, position, label, width, height } = value as Record<string, unknown>
  if (!isBytes(id, 32) || !isBytes(key, 32) || !isBytes(address, 32)) return undefined
  if (!isWord(type, 64) || !isWord(mime, 128) || typeof name !== 'string' || utf8Length(name) > nameLimit)
    return undefined
  if (!isWhole(size, largestBlob) || typeof position !== 'number' || !(Math.abs(position) < 1e15)) return undefined
  if (label !== undefined && (typeof label !== 'string' || label.length > labelLimit)) return undefined
  const isMeasured = isWhole(width, mostPixels) && isWhole(height, mostPixels)
  return {
    leaf: `blob:${hex(id)}` as ArtifactId,
    type,
    size,
    mime,
    name: boundedName(name),
    key,
    address,
    position,
    label,
    width: isMeasured ? width : undefined,
    height: isMeasured ? height : undefined,
  }
}

/** What is said of a Leaf that lies here, read from its sealed entry. */
export function factsOf(turn: Turn, row: ArtifactRow, leaf: LeafRow): LeafFacts | undefined {
  return parseLeaf(readEntry(turn, row, leaf.log, leaf.seq)?.fields[1])
}

function isWord(value: unknown, limit: number): value is string {
  return typeof value === 'string' && value.length <= limit && /^[a-z0-9][a-z0-9.+/-]*$/.test(value)
}

function isWhole(value: unknown, limit: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= limit
}
