import { Check, CheckCheck, Circle, Clock3, HardDrive } from 'lucide-react'
import type { Delivery } from '../../../shared/views.ts'
import styles from './entry.module.css'

const marks = { queued: Clock3, local: Circle, kept: HardDrive, partial: Check, everyone: CheckCheck }

type DeliveryMarkProps = {
  readonly delivery: Delivery
  /** said to those who listen; empty where the same stands beside it in words */
  readonly words: string
  readonly title: string
}

/** The mark beside the time. What it means is said in words by `deliveryWords`. */
export function DeliveryMark({ delivery, words, title }: DeliveryMarkProps) {
  const Mark = marks[delivery.state]
  return (
    <span className={styles['mark']} data-delivery={delivery.state} title={title}>
      <Mark aria-hidden />
      {words ? <span className={styles['spoken']}>{words}</span> : null}
    </span>
  )
}
