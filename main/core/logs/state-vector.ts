import type { DeviceId } from '../../../shared/ids.ts'
import { type Bytes, fromHex, hex } from '../../crypto/bytes.ts'
import type { Canonical } from '../../crypto/canonical.ts'
import { isBytes } from '../identity/device-list.ts'
import type { LogRow } from '../rows.ts'
import type { Standing } from './standing.ts'

/** How much of one log counts for a device; `head` is the first 8 bytes of the hash of the last envelope that does. */
export type VectorEntry = {
  readonly kind: LogRow['kind']
  readonly device: DeviceId
  readonly incarnation: number
  readonly length: number
  readonly head: Bytes
  readonly forkAt: number | undefined
}

export function vectorOf(logs: readonly { log: LogRow; standing: Standing }[]): Canonical {
  return logs.map(({ log, standing }) => [
    log.kind === 'authority' ? 0 : 1,
    fromHex(log.device),
    log.incarnation,
    standing.length,
    standing.head.slice(0, 8),
    standing.forkAt ?? null,
  ])
}

export function readVector(value: readonly unknown[] | undefined): VectorEntry[] | undefined {
  const entries = value?.map(readEntry)
  return entries?.every((entry) => entry !== undefined) ? (entries as VectorEntry[]) : undefined
}

function readEntry(value: unknown): VectorEntry | undefined {
  if (!Array.isArray(value) || value.length !== 6) return undefined
  const [kind, device, incarnation, length, head, forkAt] = value as unknown[]
  if (!isBytes(device, 32) || !isBytes(head, 8) || !isCount(incarnation) || !isCount(length)) return undefined
  if ((kind !== 0 && kind !== 1) || (forkAt !== null && !isCount(forkAt))) return undefined
  return {
    kind: kind === 0 ? 'authority' : 'writer',
    device: hex(device) as DeviceId,
    incarnation,
    length,
    head,
    forkAt: forkAt ?? undefined,
  }
}

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
