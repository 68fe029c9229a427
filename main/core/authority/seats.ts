import type { DeviceId } from '../../../shared/ids.ts'
import type { Bytes } from '../../crypto/bytes.ts'
import type { Authority } from './authority.ts'

/**
 * AUTH-1: one device at a time writes the authority of an artifact, each in its own log. Positions go on over all of
 * them: the first seat's log up to its handover, then the next seat's from its beginning, or, when a device has the seat
 * again, from where its log had been left.
 */
export type Seat = {
  readonly device: DeviceId
  /** where in this device's log its time begins */
  readonly firstSeq: number
  readonly firstPosition: number
  /** hash of the handover that gave it the seat: each of its entries names it, so that none was written before */
  readonly handover: Bytes | undefined
  /** it has written: what it goes on from is settled, whatever the one before signs later */
  isTaken: boolean
}

export function firstSeat(device: DeviceId): Seat {
  return { device, firstSeq: 0, firstPosition: 0, handover: undefined, isTaken: true }
}

/** From the next position on it is this device that writes. */
export function giveSeat(authority: Authority, device: DeviceId, handover: Bytes): void {
  const firstSeq = seatedLength(authority, device) ?? nextSeq(authority)
  authority.seats.push({ device, firstSeq, firstPosition: authority.length, handover, isTaken: false })
  authority.seat = device
}

/** It took it: with an entry that stands at the next position itself. */
export function takeSeat(authority: Authority, device: DeviceId, firstSeq: number, taking: Bytes): void {
  authority.seats.push({ device, firstSeq, firstPosition: authority.length, handover: taking, isTaken: true })
  authority.seat = device
}

/** The place in the present seat's log of the entry at the next position. */
export function nextSeq(authority: Authority): number {
  const seat = authority.seats.at(-1)
  return seat ? seat.firstSeq + authority.length - seat.firstPosition : 0
}

/** How much of this device's authority log counts; `undefined` while it has the seat. */
export function seatedLength(authority: Authority, device: DeviceId): number | undefined {
  return authority.seat === device ? undefined : endedLength(authority, device, () => true)
}

/** As much of it as a later seat has built on: no fork takes that back. */
export function settledLength(authority: Authority, device: DeviceId): number {
  return endedLength(authority, device, (next) => next.isTaken)
}

function endedLength(authority: Authority, device: DeviceId, counts: (next: Seat) => boolean): number {
  let length = 0
  for (const [index, seat] of authority.seats.entries()) {
    const next = authority.seats[index + 1]
    if (seat.device === device && next && counts(next)) length = seat.firstSeq + next.firstPosition - seat.firstPosition
  }
  return length
}

/** Its lock and the word that takes it back stand behind what counts, once somebody took it by that lock. */
function endedByExchange({ seats, stewards }: Authority, device: DeviceId): boolean {
  return seats.some((seat, index) => {
    const next = seats[index + 1]
    return (
      seat.device === device && stewards.some((each) => each.via === 'exchange' && each.from === next?.firstPosition)
    )
  })
}

/** Entries that may be kept of a device that may come to have the seat, or had it before another took it. */
const mostAhead = 64

/** What a device that never sat goes on with in a log that begins with a `take`: the fold will say whether it counts. */
export function followsTake(authority: Authority, device: DeviceId, seq: number): boolean {
  return seatedLength(authority, device) === 0 && seq < mostAhead
}

/** May this device have written there in the authority? `isStewards`: it is listed as one of the present steward's. */
export function maySit(authority: Authority, device: DeviceId, seq: number, isStewards: boolean): boolean {
  const ended = seatedLength(authority, device)
  if (ended === undefined || seq < ended + (endedByExchange(authority, device) ? 2 : 0)) return true
  const isOffered = authority.offer?.list.devices.some((each) => each.device === device) ?? false
  return (isOffered || isStewards) && seq < ended + mostAhead
}

/**
 * How much of this device's authority log is told of. Of the steward's own devices also what did not come to count: who
 * took the seat from whom is only known by those who hold both.
 */
export function toldLength(authority: Authority, device: DeviceId): number | undefined {
  const ended = seatedLength(authority, device)
  if (ended === undefined) return undefined
  return authority.members.get(authority.steward)?.devices.has(device) ? ended + mostAhead : ended
}
