import type { Delivery } from '../../../shared/views.ts'
import { ago } from '../../moments.ts'
import { strings } from '../../strings.ts'

/** Older knowledge than this is shown as older, in milliseconds. */
const fresh = 10 * 60_000

/** Where a message is known to be, in words. `person` is the other one, where there is one other. */
export function deliveryWords(delivery: Delivery, now: number, person?: string): string {
  const read = delivery.read ? strings.delivery.read(delivery.read) : ''
  return where(delivery, person) + read + (isStale(delivery, now) ? strings.delivery.asOf(ago(delivery.asOf, now)) : '')
}

/** Whether what is known about others was heard too long ago to be called so. What lies only here is always known. */
export function isStale(delivery: Delivery, now: number): boolean {
  return delivery.state !== 'local' && delivery.state !== 'queued' && now - delivery.asOf > fresh
}

function where(delivery: Delivery, person: string | undefined): string {
  switch (delivery.state) {
    case 'queued':
      return strings.delivery.queued
    case 'local':
      return strings.delivery.local
    case 'kept':
      return strings.delivery.kept
    case 'partial':
      return strings.delivery.partial(delivery.have, delivery.of)
    case 'everyone':
      return delivery.of === 1 && person ? strings.delivery.person(person) : strings.delivery.everyone
  }
}
