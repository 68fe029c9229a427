import { CornerUpLeft } from 'lucide-react'
import { memo, useState } from 'react'
import type { EntryId, PlayerId } from '../../../shared/ids.ts'
import type { EntryView } from '../../../shared/views.ts'
import { fullMoment, timeOfDay } from '../../moments.ts'
import { strings } from '../../strings.ts'
import { Avatar } from '../../ui/person.tsx'
import { Name, Said } from '../../ui/said.tsx'
import { DeliveryMark } from './delivery-mark.tsx'
import { deliveryWords, isStale } from './delivery-words.ts'
import styles from './entry.module.css'
import { EntryActions } from './entry-actions.tsx'

/** Who speaks in a conversation, and what they are called in it. */
export type Voices = {
  readonly me: PlayerId | undefined
  /** "You", or someone's name */
  name(player: PlayerId): string
  /** the name itself, for its first letter */
  letter(player: PlayerId): string
  /** the other one, where there are two */
  readonly other: string | undefined
}

/** What one can do with a message. */
export type EntryActs = {
  react(entry: EntryView, emoji: string, on: boolean): void
  reply(entry: EntryView): void
  edit(entry: EntryView): void
  remove(entry: EntryView): void
}

type EntryProps = {
  readonly entry: EntryView
  readonly isFirst: boolean
  readonly isLastOwn: boolean
  /** the one message that Tab comes to; arrows go on from there */
  readonly isReachable: boolean
  readonly voices: Voices
  readonly acts: EntryActs
  readonly quoted: EntryView | undefined
  readonly onJump: (target: EntryId) => void
}

export const Entry = memo(function Entry(props: EntryProps) {
  const { entry, isFirst, isReachable, voices, acts } = props
  const [isNear, setNear] = useState(false)
  const [isChoosing, setChoosing] = useState(false)
  const author = voices.name(entry.author)
  const isOwn = entry.author === voices.me
  return (
    <article
      className={styles['entry']}
      data-first={isFirst}
      data-refused={entry.accepted === false || undefined}
      data-entry={entry.entryId}
      aria-label={strings.story.message(author, timeOfDay(entry.at))}
      tabIndex={isReachable ? 0 : -1}
      onPointerEnter={() => setNear(true)}
      onPointerLeave={() => setNear(false)}
      onFocus={() => setNear(true)}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setNear(false)
      }}
      onKeyDown={toNeighbour}
    >
      {isFirst ? <Avatar playerId={entry.author} name={voices.letter(entry.author)} /> : <span />}
      <div className={styles['body']}>
        {isFirst ? (
          <span className={styles['who']}>
            <Name text={author} />
          </span>
        ) : null}
        <Words {...props} />
        <Reactions {...props} />
      </div>
      <Stamp {...props} isOwn={isOwn} />
      {(isNear || isChoosing) && !entry.deleted ? (
        <EntryActions entry={entry} isOwn={isOwn} acts={acts} me={voices.me} onChoosing={setChoosing} />
      ) : null}
    </article>
  )
})

function Words({ entry, isLastOwn, voices, quoted, onJump }: EntryProps) {
  if (entry.deleted) return <p className={styles['gone']}>{strings.story.deleted}</p>
  return (
    <>
      {entry.replyTo ? <Quote target={entry.replyTo} quoted={quoted} voices={voices} onJump={onJump} /> : null}
      <p className={styles['text']} data-part="text">
        <Said text={entry.text} />
        {entry.editedAt ? (
          <span className={styles['edited']} title={fullMoment(entry.editedAt)}>
            {' '}
            {strings.story.edited}
          </span>
        ) : null}
      </p>
      {entry.accepted === false ? <p className={styles['refused']}>{strings.story.refused}</p> : null}
      {isLastOwn ? <Whereabouts entry={entry} other={voices.other} /> : null}
    </>
  )
}

/** Under one's newest message: where it is, in words. */
function Whereabouts({ entry, other }: { readonly entry: EntryView; readonly other: string | undefined }) {
  const now = Date.now()
  const isSettled = entry.delivery.state === 'everyone' && !isStale(entry.delivery, now)
  return (
    <p
      className={styles['where']}
      data-delivery={entry.delivery.state}
      data-settled={isSettled || undefined}
      data-part="delivery"
    >
      {deliveryWords(entry.delivery, now, other)}
    </p>
  )
}

function Stamp({ entry, isFirst, isLastOwn, isOwn, voices }: EntryProps & { readonly isOwn: boolean }) {
  const words = isOwn && !entry.deleted ? deliveryWords(entry.delivery, Date.now(), voices.other) : undefined
  return (
    <span className={styles['at']} data-quiet={!isFirst && !isLastOwn}>
      <time title={fullMoment(entry.at)}>{timeOfDay(entry.at)}</time>
      {words && entry.accepted !== false ? (
        <DeliveryMark delivery={entry.delivery} words={isLastOwn ? '' : words} title={words} />
      ) : null}
    </span>
  )
}

type QuoteProps = {
  readonly target: EntryId
  readonly quoted: EntryView | undefined
  readonly voices: Voices
  readonly onJump: (target: EntryId) => void
}

function Quote({ target, quoted, voices, onJump }: QuoteProps) {
  return (
    <button type="button" className={styles['quote']} disabled={!quoted} onClick={() => onJump(target)}>
      <CornerUpLeft aria-hidden />
      {quoted ? (
        <span className={styles['quoted']}>
          <b>
            <Name text={voices.name(quoted.author)} />
          </b>{' '}
          {quoted.deleted ? strings.story.deleted : <Said text={quoted.text} />}
        </span>
      ) : (
        strings.story.replyGone
      )}
    </button>
  )
}

function Reactions({ entry, voices, acts }: EntryProps) {
  const all = Object.entries(entry.reactions).filter(([, players]) => players.length > 0)
  if (all.length === 0 || entry.deleted) return null
  return (
    <div className={styles['reactions']}>
      {all.map(([emoji, players]) => {
        const isMine = players.some((player) => player === voices.me)
        const names = players.map(voices.name).join(', ')
        return (
          <button
            key={emoji}
            type="button"
            className={styles['reaction']}
            aria-pressed={isMine}
            aria-label={strings.story.reacted(emoji, players.length, names)}
            title={names}
            onClick={() => acts.react(entry, emoji, !isMine)}
          >
            <Said text={emoji} /> {players.length}
          </button>
        )
      })}
    </div>
  )
}

/** Up and down go from message to message. */
function toNeighbour(event: React.KeyboardEvent<HTMLElement>): void {
  if (event.target !== event.currentTarget || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
  const all = [
    ...(event.currentTarget.closest('[role="feed"]')?.querySelectorAll<HTMLElement>('article[data-entry]') ?? []),
  ]
  const sorted = all.toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
  const next = sorted[sorted.indexOf(event.currentTarget) + (event.key === 'ArrowUp' ? -1 : 1)]
  if (!next) return
  event.preventDefault()
  next.focus({ preventScroll: true })
  next.scrollIntoView({ block: 'nearest' })
}
