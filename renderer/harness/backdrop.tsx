import type { CSSProperties } from 'react'
import type { Box } from '../scene/geometry.ts'
import styles from './backdrop.module.css'

/** A shape of the room one came from, in pixels of this window. */
export type Shadow = Box & { readonly id: string; readonly isRound: boolean }

type BackdropProps = { readonly shadows?: readonly Shadow[] | undefined; readonly isBehindPage?: boolean }

/** What lies behind a room: the room one came from, blurred, before rings that are always there. */
export function Backdrop({ shadows, isBehindPage }: BackdropProps) {
  return (
    <div className={styles['space']} aria-hidden>
      <i className={styles['ring']} />
      <i className={`${styles['ring']} ${styles['second']}`} />
      {shadows ? (
        <div className={styles['parent']} data-page={isBehindPage}>
          {shadows.map((shadow) => (
            <i
              key={shadow.id}
              className={shadow.isRound ? styles['round'] : styles['shape']}
              style={shapeStyle(shadow)}
            />
          ))}
        </div>
      ) : null}
    </div>
  )
}

function shapeStyle(shadow: Shadow): CSSProperties {
  return { left: shadow.x - shadow.w / 2, top: shadow.y - shadow.h / 2, width: shadow.w, height: shadow.h }
}
