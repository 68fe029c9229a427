import { type CSSProperties, memo, useLayoutEffect, useRef } from 'react'
import type { PlayerId } from '../../../shared/ids.ts'
import type { ChildView } from '../../../shared/views.ts'
import { isRound } from '../../field.ts'
import { heatStep, heatValue } from '../../heat.ts'
import { shortId } from '../../people.ts'
import type { Box } from '../../scene/geometry.ts'
import type { Level } from '../../scene/level.ts'
import { strings } from '../../strings.ts'
import { Dots } from '../../ui/person.tsx'
import { Name, Said } from '../../ui/said.tsx'
import styles from './card.module.css'
import { cardName, kindLine, stateWords } from './card-words.ts'

export type CardProps = {
  readonly child: ChildView
  readonly box: Box
  readonly level: Level
  /** how much larger than it is something must be drawn to be read: 1 near by */
  readonly near: number
  readonly isChosen: boolean
  /** its glow moves a little: it is among the hottest in sight */
  readonly isBreathing: boolean
  /** Tab comes to this one */
  readonly isReachable: boolean
  readonly takesFocus: boolean
  /** whose letter waits, where it is one */
  readonly caller: string
  readonly me: PlayerId | undefined
  /** names of those who are in it, joined by line feeds: one string stays the same string */
  readonly here: string
  readonly index: number
  readonly total: number
}

/** One thing that lies in the room, as near as one is to it. */
export const Card = memo(function Card(props: CardProps) {
  const { child, box, level, isChosen, isReachable, takesFocus, here } = props
  const element = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (takesFocus) element.current?.focus({ preventScroll: true })
  }, [takesFocus])
  const names = here === '' ? [] : here.split('\n')
  return (
    <div
      ref={element}
      className={`artifact ${styles['card']}`}
      role="treeitem"
      aria-level={1}
      aria-posinset={props.index}
      aria-setsize={props.total}
      aria-selected={isChosen}
      tabIndex={isReachable ? 0 : -1}
      data-ref={child.refId}
      data-level={level}
      data-round={isRound(child.type)}
      data-status={child.status}
      data-heat={heatStep(child.heat)}
      data-breathes={props.isBreathing}
      data-type={child.type}
      style={cardStyle(child, box, props.near)}
    >
      <Face {...props} />
      <span className={styles['spoken']}>{stateWords(child, names)}</span>
      {child.unread > 0 ? (
        <span className={styles['unread']} aria-hidden>
          {child.unread > 99 ? '99+' : child.unread}
        </span>
      ) : null}
    </div>
  )
})

function Face({ child, level, caller, me }: CardProps) {
  const others = child.here.filter((player) => player !== me)
  if (level !== 'near') {
    return (
      <span className={level === 'far' ? styles['landmark'] : styles['spoken']}>
        <Name text={cardName(child, caller)} />
      </span>
    )
  }
  return (
    <div className={styles['face']}>
      <h2 className={styles['name']} data-small={child.type === 'inbox' || child.type === 'request'}>
        <Name text={cardName(child, caller)} />
      </h2>
      <p className={styles['kind']}>{kindLine(child)}</p>
      <Preview child={child} me={me} />
      <Dots players={others} />
    </div>
  )
}

/** What a conversation says that has said nothing yet. */
function quietWords(child: ChildView): string {
  if (child.status === 'waiting') return strings.card.waiting
  return child.status === 'active' ? strings.card.quiet : ''
}

/** So many of the last words fit on a card. */
const lines = 2

function Preview({ child, me }: { readonly child: ChildView; readonly me: PlayerId | undefined }) {
  if (child.type === 'story') {
    if (child.preview.length === 0) return <p className={styles['quiet']}>{quietWords(child)}</p>
    return (
      <div className={styles['preview']}>
        {child.preview.slice(-lines).map((line) => (
          <p key={`${line.at} ${line.author} ${line.text.slice(0, 24)}`} className={styles['line']}>
            <b>{line.author === me ? strings.you : <Name text={line.name || shortId(line.author)} />}</b>{' '}
            <Said text={line.text} />
          </p>
        ))}
      </div>
    )
  }
  if (child.type === 'inbox' || child.count === 0) return null
  return <p className={styles['quiet']}>{strings.card.things(child.count)}</p>
}

function cardStyle(child: ChildView, box: Box, near: number): CSSProperties {
  return {
    ...(near === 1 ? {} : { '--near': near }),
    '--heat': heatValue(child.heat),
    left: box.x - box.w / 2,
    top: box.y - box.h / 2,
    width: box.w,
    height: box.h,
  } as CSSProperties
}
