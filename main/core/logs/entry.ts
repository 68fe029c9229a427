import type { EntryId, PlayerId } from '../../../shared/ids.ts'
import { hex } from '../../crypto/bytes.ts'
import type { Authority } from '../authority/authority.ts'
import type { ArtifactRow, LogRow } from '../rows.ts'

/** One writer entry, decrypted and found to be by a member: what each kind does with it is decided by its own file. */
export type Entry = {
  readonly row: ArtifactRow
  readonly authority: Authority | undefined
  readonly log: LogRow
  readonly seq: number
  readonly hash: Uint8Array
  readonly player: PlayerId
  /** where in the artifact's authority it was written */
  readonly position: number
  readonly clock: number
  readonly at: number
  readonly kind: string
  readonly fields: readonly unknown[]
}

/** Orders two entries that claim one id, everywhere alike: the smaller counts. */
export function rankOf({ log, seq }: Pick<Entry, 'log' | 'seq'>): string {
  return `${log.device}:${String(log.incarnation).padStart(15, '0')}:${String(seq).padStart(15, '0')}`
}

/** How far one author may push the order of a Story with one entry: a clock of a million entries. */
export const clockJump = 2 ** 20
export function targetOf(value: unknown): EntryId | undefined {
  return value instanceof Uint8Array && value.length === 32 ? (hex(value) as EntryId) : undefined
}
