import { useHeld } from './context.ts'
import styles from './live-region.module.css'

/** Says politely, to those who listen, what others see happen. Two places take turns, so that the same words are said twice. */
export function LiveRegion() {
  const { text, count } = useHeld((state) => state.said)
  return (
    <div className={styles['hidden']} role="status" aria-live="polite">
      <span key={count % 2}>{text}</span>
    </div>
  )
}
