import type { CSSProperties } from 'react'
import { colourOf, initialOf } from '../people.ts'
import styles from './person.module.css'

/** Someone's colour and first letter. Their name stands beside it or is said by what holds it. */
export function Avatar({
  playerId,
  name,
  size = 30,
}: {
  readonly playerId: string
  readonly name: string
  readonly size?: number
}) {
  return (
    <span className={styles['avatar']} style={memberStyle(playerId, size)} aria-hidden>
      {initialOf(name)}
    </span>
  )
}

const mostDots = 5

/** People who are in something at this moment, as dots: at most five. */
export function Dots({ players }: { readonly players: readonly string[] }) {
  if (players.length === 0) return null
  return (
    <span className={styles['dots']} aria-hidden>
      {players.slice(0, mostDots).map((player) => (
        <i key={player} className={styles['dot']} style={memberStyle(player)} />
      ))}
    </span>
  )
}

function memberStyle(playerId: string, size?: number): CSSProperties {
  return { '--member': colourOf(playerId), ...(size ? { '--size': `${size}px` } : {}) } as CSSProperties
}
