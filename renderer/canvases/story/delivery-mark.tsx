import { Check, CheckCheck, Circle, Clock3, HardDrive } from 'lucide-react'
import type { Delivery } from '../../../shared/views.ts'
import styles from './entry.module.css'

const marks = { queued: Clock3, local: Circle, kept: HardDrive, partial: Check, everyone: CheckCheck }

/** The mark beside the time. What it means is said in words by `deliveryWords`. */
export function DeliveryMark({ delivery, words }: { readonly delivery: Delivery; readonly words: string }) {
  const Mark = marks[delivery.state]
  return (
    <span className={styles['mark']} data-delivery={delivery.state} title={words}>
      <Mark aria-hidden />
      <span className={styles['spoken']}>{words}</span>
    </span>
  )
}
