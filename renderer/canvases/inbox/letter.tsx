import type { ReactNode } from 'react'
import { ago } from '../../moments.ts'
import { plainName } from '../../plain.ts'
import { strings } from '../../strings.ts'
import { Avatar } from '../../ui/person.tsx'
import { Name, Said } from '../../ui/said.tsx'
import styles from './inbox-canvas.module.css'

type LetterProps = {
  readonly playerId: string
  readonly name: string
  readonly at: number
  readonly words: string
  readonly message?: string | undefined
  /** what one can answer */
  readonly children: ReactNode
}

/** One letter: from whom, what they want, their own words, and ways to answer. */
export function Letter({ playerId, name, at, words, message, children }: LetterProps) {
  const shown = plainName(name) || playerId.slice(0, 12)
  return (
    <li>
      <article className={styles['letter']} aria-label={strings.inbox.from(shown)}>
        <Avatar playerId={playerId} name={shown} size={42} />
        <div className={styles['words']}>
          <p>
            <b>
              <Name text={shown} />
            </b>{' '}
            {words}
          </p>
          {message ? (
            <blockquote>
              <Said text={message} />
            </blockquote>
          ) : null}
          <small>
            {ago(at, Date.now())} · <code>{playerId.slice(0, 16)}</code>
          </small>
        </div>
        <div className={styles['answers']}>{children}</div>
      </article>
    </li>
  )
}
