import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef } from 'react'
import type { EntryId } from '../../../shared/ids.ts'
import type { CanvasProps } from '../../canvas.ts'
import { strings } from '../../strings.ts'
import { Button } from '../../ui/button.tsx'
import type { EntryActs, Voices } from './entry.tsx'
import { Line } from './line.tsx'
import styles from './log.module.css'
import type { Row } from './rows.ts'
import { useReading } from './use-reading.ts'
import type { Sending } from './use-sending.ts'

type LogProps = Pick<CanvasProps, 'id' | 'name' | 'ask'> & {
  readonly rows: readonly Row[]
  readonly voices: Voices
  readonly lastOwn: EntryId | undefined
  readonly isMore: boolean
  readonly sending: Sending
  readonly acts: EntryActs
  readonly onOlder: () => void
}

/** Nearer than this to the end counts as being there, in pixels. */
const near = 60
/** So many rows before the first one is reached, what was said before is asked for. */
const ahead = 12
/** More than so many unseen rows begin at the first of them, fewer at the newest. */
const manyUnseen = 8

/** What was said, newest at the bottom. Only what is in sight is in the page, however long the history. */
export function Log({ id, name, ask, rows, voices, lastOwn, isMore, sending, acts, onOlder }: LogProps) {
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
  useBeginning(rows, list.scrollToEnd, list.scrollToIndex)
  const items = list.getVirtualItems()
  const first = items[0]?.index ?? Number.POSITIVE_INFINITY
  useEffect(() => {
    if (isMore && first < ahead) onOlder()
  }, [isMore, first, onOlder])
  const isAtEnd = rows.length === 0 || list.isAtEnd(near)
  const newest = rows.findLast((row) => row.kind === 'entry')?.entry
  useReading(id, ask, newest, isAtEnd, voices.me)
  const jump = (target: EntryId) => {
    const index = rows.findIndex((row) => row.kind === 'entry' && row.entry.entryId === target)
    if (index >= 0) list.scrollToIndex(index, { align: 'center' })
  }
  return (
    <div className={styles['frame']}>
      <div ref={scroller} className={styles['scroller']}>
        <div className={styles['column']}>
          {isMore ? <p className={styles['older']}>{strings.story.older}</p> : null}
          <div
            role="feed"
            aria-label={strings.story.log(name)}
            className={styles['rows']}
            style={{ height: list.getTotalSize() }}
          >
            {items.map((item) => {
              const row = rows[item.index]
              if (!row) return null
              return (
                <div
                  key={item.key}
                  ref={list.measureElement}
                  data-index={item.index}
                  className={styles['row']}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <Line
                    row={row}
                    voices={voices}
                    lastOwn={lastOwn}
                    acts={acts}
                    sending={sending}
                    onJump={jump}
                    quoted={quotedBy(rows, row)}
                    isLast={row === rows.at(-1)}
                  />
                </div>
              )
            })}
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

/** The message that a row answers, if it is here. */
function quotedBy(rows: readonly Row[], row: Row) {
  const target = row.kind === 'entry' ? row.entry.replyTo : row.kind === 'pending' ? row.pending.replyTo : undefined
  if (target === undefined) return undefined
  return rows.find((each) => each.kind === 'entry' && each.entry.entryId === target)
}

/** Where a conversation opens: at the newest, or where reading left off when much was said since. */
function useBeginning(
  rows: readonly Row[],
  toEnd: () => void,
  toIndex: (index: number, options: { align: 'start' }) => void,
): void {
  const isDone = useRef(false)
  useLayoutEffect(() => {
    if (isDone.current || rows.length === 0) return
    isDone.current = true
    const unread = rows.findIndex((row) => row.kind === 'unread')
    if (unread >= 0 && rows.length - unread > manyUnseen) toIndex(unread, { align: 'start' })
    else toEnd()
  }, [rows, toEnd, toIndex])
}
