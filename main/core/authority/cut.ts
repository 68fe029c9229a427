import type { DeviceId } from '../../../shared/ids.ts'
import { fromHex } from '../../crypto/bytes.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import type { CutItem } from './authority-op.ts'

/** What is held of these devices' writer logs; of everyone's where none are named. */
export function cutOf(turn: Turn, row: ArtifactRow, devices?: Iterable<DeviceId>): CutItem[] {
  const named = devices && new Set(devices)
  return turn.tables.logs
    .of(row.key)
    .filter((log) => log.kind === 'writer' && (!named || named.has(log.device)))
    .map((log) => [fromHex(log.device), log.incarnation, Math.min(log.length, log.forkAt ?? log.length)])
}
