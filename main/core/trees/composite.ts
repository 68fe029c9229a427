import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { PlayerId } from '../../../shared/ids.ts'
import { authorityOf } from '../authority/governance.ts'
import { admit } from '../authority/membership.ts'
import { type DeviceList, parseDeviceList } from '../identity/device-list.ts'
import type { ArtifactRow } from '../rows.ts'
import { cleanName, nameLimit, utf8Length, wellFormed } from '../showing/text.ts'
import { self, type Turn } from '../state.ts'
import { createTree } from './tree.ts'

/** What a Tree is made of before it is made. */
type Plan = {
  readonly type: string
  readonly name: string
  readonly metadata?: Record<string, string>
  /** who is let in besides its maker: peers, or members of `within` */
  readonly audience: readonly PlayerId[]
  readonly within?: ArtifactRow
}

const mostDescription = 4_096

/** A Tree made for certain people, each of them let in. Refused whole where one of them is not known well enough. */
export function createFor(turn: Turn, plan: Plan): Result<ArtifactRow> {
  const name = cleanName(plan.name)
  if (name === '') return refuse('InvalidArguments', 'A name needs at least one visible character.')
  if (utf8Length(name) > nameLimit) return refuse('TooLarge', 'A name may have 1,024 bytes.')
  const guests = guestsOf(turn, plan)
  if (!guests.ok) return guests
  const row = createTree(turn, plan.type, name, plan.metadata)
  admitAll(turn, row, guests.value)
  return ok(turn.tables.artifacts.byKey(row.key) ?? row)
}

/** What stands in the centre: text that fits in metadata. */
export function descriptionFrom(text: string): Result<string> {
  const description = wellFormed(text)
  return utf8Length(description) <= mostDescription
    ? ok(description)
    : refuse('TooLarge', 'A description may have 4,096 bytes.')
}

export type Guest = { readonly list: DeviceList; readonly name: string }

export function admitAll(turn: Turn, row: ArtifactRow, guests: readonly Guest[]): void {
  for (const { list, name } of guests) {
    admit(turn, turn.tables.artifacts.byKey(row.key) ?? row, list, name, 'revocable', undefined)
  }
}

/** Each once, without this player, with the devices their access is wrapped to. */
export function guestsOf(turn: Turn, { audience, within }: Pick<Plan, 'audience' | 'within'>): Result<Guest[]> {
  const guests: Guest[] = []
  for (const player of new Set(audience)) {
    if (player === self(turn).player) continue
    const guest = guestOf(turn, player, within)
    if (!guest) return refuse('NotPeered')
    guests.push(guest)
  }
  return ok(guests)
}

/** A confirmed peer, or a fellow member of a Tree both are in. */
export function guestOf(turn: Turn, player: PlayerId, within: ArtifactRow | undefined): Guest | undefined {
  const peer = turn.tables.peers.get(player)
  if (peer?.status === 'blocked') return undefined
  const bytes = peer?.status === 'confirmed' ? turn.tables.devices.listOf(player) : undefined
  const known = bytes && parseDeviceList(bytes)
  if (known) return { list: known, name: peer?.name ?? '' }
  const isIn = within && turn.tables.members.of(within.key).some((member) => member.player === player)
  const member = isIn ? authorityOf(turn, within)?.members.get(player) : undefined
  return member && { list: member.list, name: member.name }
}
