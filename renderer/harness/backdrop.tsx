import type { CSSProperties } from 'react'
import type { Box, Point } from '../scene/geometry.ts'
import styles from './backdrop.module.css'

/** A shape of the room one came from, in pixels of this window. */
export type Shadow = Box & { readonly id: string; readonly isRound: boolean }

/** The room one came from, and where in the window one went on from it. */
export type Behind = { readonly id: string; readonly shadows: readonly Shadow[]; readonly origin: Point }

/** What lies behind a room: the one it lies in, blurred, before rings that are always there. */
export function Backdrop({ behind }: { readonly behind?: Behind | undefined }) {
  return (
    <div className={styles['space']} aria-hidden>
      <i className={styles['ring']} />
      <i className={`${styles['ring']} ${styles['second']}`} />
      {behind ? (
        <div
          key={behind.id}
          className={styles['parent']}
          style={{ transformOrigin: `${behind.origin.x}px ${behind.origin.y}px` }}
        >
          {behind.shadows.map((shadow) => (
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
