import { memo } from 'react'
import type { EntryId } from '../../../shared/ids.ts'
import { dayName } from '../../moments.ts'
import { strings } from '../../strings.ts'
import { Entry, type EntryActs, type Voices } from './entry.tsx'
import styles from './log.module.css'
import { PendingEntry } from './pending-entry.tsx'
import type { Row } from './rows.ts'
import type { Sending } from './use-sending.ts'

type LineProps = {
  readonly row: Row
  readonly voices: Voices
  readonly lastOwn: EntryId | undefined
  readonly acts: EntryActs
  readonly sending: Sending
  readonly onJump: (target: EntryId) => void
  readonly quoted: Row | undefined
  readonly isLast: boolean
}

/** One row of a conversation, whichever kind it is. */
export const Line = memo(function Line({ row, voices, lastOwn, acts, sending, onJump, quoted, isLast }: LineProps) {
  switch (row.kind) {
    case 'beginning':
      return <p className={styles['day']}>{strings.story.beginning}</p>
    case 'day':
      return <p className={styles['day']}>{dayName(row.at, Date.now())}</p>
    case 'unread':
      return <p className={styles['unread']}>{strings.story.unread}</p>
    case 'pending':
      return <PendingEntry pending={row.pending} sending={sending} />
    case 'entry':
      return (
        <Entry
          entry={row.entry}
          isFirst={row.isFirst}
          isLastOwn={row.entry.entryId === lastOwn}
          isReachable={isLast}
          voices={voices}
          acts={acts}
          quoted={quoted?.kind === 'entry' ? quoted.entry : undefined}
          onJump={onJump}
        />
      )
  }
})
