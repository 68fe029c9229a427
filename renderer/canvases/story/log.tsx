import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { ArrowDown } from 'lucide-react'
import { type KeyboardEvent, memo, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { EntryId } from '../../../shared/ids.ts'
import type { CanvasProps } from '../../canvas.ts'
import { dayName } from '../../moments.ts'
import { strings } from '../../strings.ts'
import { Button } from '../../ui/button.tsx'
import type { Intent } from './composer.tsx'
import { Entry, type Voices } from './entry.tsx'
import styles from './log.module.css'
import { PendingEntry } from './pending-entry.tsx'
import type { Row } from './rows.ts'
import { useReading } from './use-reading.ts'
import type { Sending } from './use-sending.ts'

type LogProps = CanvasProps & {
  readonly rows: readonly Row[]
  readonly voices: Voices
  readonly lastOwn: EntryId | undefined
  readonly isMore: boolean
  readonly sending: Sending
  readonly onOlder: () => void
  readonly onIntent: (intent: Intent | undefined) => void
}

/** Nearer than this to the end counts as being there, in pixels. */
const near = 60
/** So many rows before the first one is reached, what was said before is asked for. */
const ahead = 12

/** What was said, newest at the bottom. Only what is in sight is in the page, however long the history. */
export function Log(props: LogProps) {
  const { rows, voices, isMore, onOlder, name } = props
  const scroller = useRef<HTMLDivElement>(null)
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === 'entry' ? 62 : 44),
    getItemKey: (index) => rows[index]?.key ?? index,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: near,
    overscan: 8,
  })
  const isAtEnd = useEnd(list, rows.length)
  const items = list.getVirtualItems()
  const first = items[0]?.index ?? Number.POSITIVE_INFINITY
  useEffect(() => {
    if (isMore && first < ahead) onOlder()
  }, [isMore, first, onOlder])
  const newest = rows.findLast((row) => row.kind === 'entry')?.entry
  useReading(props.id, props.ask, newest, isAtEnd, voices.me)
  return (
    <div className={styles['frame']}>
      {/* biome-ignore format: one line reads better */}
      <div ref={scroller} className={styles['scroller']} data-testid="messages">
        <div className={styles['column']}>
          {isMore ? <p className={styles['older']}>{strings.story.older}</p> : null}
          {/* biome-ignore lint/a11y/useSemanticElements: placeholder */}
          <div role="feed" aria-label={strings.story.log(name)} aria-busy={false} className={styles['rows']} style={{ height: list.getTotalSize() }} onKeyDown={moveFocus}>
            {items.map((item) => (
              <Line key={item.key} {...props} item={item} row={rows[item.index]} measure={list.measureElement} isLast={item.index === rows.length - 1} />
            ))}
          </div>
        </div>
      </div>
      {isAtEnd ? null : (
        <div className={styles['newest']}>
          <Button label={strings.story.toNewest} onPress={() => list.scrollToEnd()}>
            <ArrowDown aria-hidden />
            {strings.story.toNewest}
          </Button>
        </div>
      )}
    </div>
  )
}
