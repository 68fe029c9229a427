import { strings } from '../strings.ts'
import { useHeld } from './context.ts'
import { standing } from './standing.ts'
import styles from './status-line.module.css'

/** Bottom left: how things stand, in words. */
export function StatusLine() {
  const connection = useHeld((state) => state.connection)
  const mirror = useHeld((state) => state.mirror)
  const isInside = useHeld((state) => state.frames.length > 1)
  const { text, tone } = standing(mirror, connection)
  return (
    <footer className={styles['line']}>
      <p className={styles['words']} role="status">
        <i className={styles['lamp']} data-tone={tone} aria-hidden />
        <span>{text}</span>
      </p>
      {isInside ? <p className={styles['hint']}>{strings.frame.hint}</p> : null}
    </footer>
  )
}
