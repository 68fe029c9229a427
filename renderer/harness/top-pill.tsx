import type { CSSProperties } from 'react'
import type { ArtifactId } from '../../shared/ids.ts'
import { strings } from '../strings.ts'
import { useHeld, useSession } from './context.ts'
import styles from './top-pill.module.css'
import { goTo, roomName } from './travel.ts'

/** So many steps of the way are shown; what is further up fades and then gathers into one. */
const mostSteps = 5

/** TopPill: the way here. Each step is a way back. */
export function TopPill() {
  const frames = useHeld((state) => state.frames)
  const hidden = Math.max(frames.length - mostSteps, 0)
  const shown = frames.filter((_, depth) => depth === 0 || depth >= hidden + 1)
  return (
    <nav className={styles['pill']} aria-label={strings.frame.where}>
      <ol className={styles['steps']}>
        {shown.map((frame, index) => (
          <li key={frame.id} style={{ '--back': shown.length - 1 - index } as CSSProperties}>
            {index === 1 && hidden > 0 ? <span className={styles['gap']}>…</span> : null}
            <Step
              id={frame.id}
              trail={frames.slice(0, frames.indexOf(frame) + 1).map((each) => each.id)}
              isHere={index === shown.length - 1}
            />
          </li>
        ))}
      </ol>
    </nav>
  )
}

function Step({
  id,
  trail,
  isHere,
}: {
  readonly id: ArtifactId
  readonly trail: readonly ArtifactId[]
  readonly isHere: boolean
}) {
  const session = useSession()
  const name = useHeld((state) => roomName(state.mirror, id))
  if (isHere) {
    return (
      <h1 className={styles['here']} aria-current="page">
        <bdi>{name}</bdi>
      </h1>
    )
  }
  return (
    <button type="button" className={styles['step']} onClick={() => goTo(session, trail)}>
      <bdi>{name}</bdi>
    </button>
  )
}
