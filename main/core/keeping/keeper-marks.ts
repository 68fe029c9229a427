import { type Bytes, hex } from '../../crypto/bytes.ts'
import type { ArtifactRow, LogRow } from '../rows.ts'

/** How far a log came at a keeper. In a DM peered anew the mailboxes are others, and all of it goes there. */
export function logMark(row: ArtifactRow, log: Pick<LogRow, 'key'>): string {
  return row.type === 'dm' ? `log:${log.key}:${hex(row.tag).slice(0, 16)}` : `log:${log.key}`
}

/** How far a mailbox was read. Named so that an artifact's can be forgotten together. */
export function cursorMark(artifact: number, address: Bytes): string {
  return `at:${artifact}:${hex(address).slice(0, 32)}`
}
