import type { DeviceId } from '../../../shared/ids.ts'
import { type Bytes, equal, hex } from '../../crypto/bytes.ts'
import { type DeviceList, hasDevice, parseDeviceList, supersedes } from '../identity/device-list.ts'
import type { Authority } from './authority.ts'
import type { AuthorityOp } from './authority-op.ts'

/** One authority entry, opened, with where it stands. */
export type Placed = {
  readonly device: DeviceId
  readonly seq: number
  readonly position: number
  readonly hash: Bytes
  readonly op: AuthorityOp | undefined
}

/**
 * AUTH-1: another device of the steward's may take the seat, by an entry of its own log that names the prefix it goes on
 * from, under a term greater by one. Of those that go on from one place the higher term counts, then the smaller hash.
 *
 * A device that was taken off the list could otherwise go back to before that: so a taking does not count where a list
 * that leaves its device out stands anywhere but in what was built on it.
 */
export function seatTaker(authority: Authority, entries: readonly Placed[]): Placed | undefined {
  const takers = entries.filter((entry) => isCandidate(authority, entry))
  const [best] = takers
    .filter((taker) => !isVoid(taker, authority, entries))
    .sort((a, b) => termOf(b) - termOf(a) || (hex(a.hash) < hex(b.hash) ? -1 : 1))
  return best
}

function isCandidate(authority: Authority, { device, position, op }: Placed): boolean {
  if (op?.op !== 'sit' || position !== authority.length || op.term <= authority.term) return false
  if (device === authority.seat || !equal(op.after, authority.head)) return false
  const list = parseDeviceList(op.list)
  const retired = authority.members.get(authority.steward)?.retired
  return list?.player === authority.steward && hasDevice(list, device) && !retired?.has(device)
}

function isVoid(taker: Placed, authority: Authority, entries: readonly Placed[]): boolean {
  const own = listIn(taker)
  const rivals = entries.filter((entry) => entry.device !== taker.device && !isBuiltOn(entry, taker, entries))
  return rivals.some((entry) => {
    const list = listIn(entry)
    if (!list || !own || list.player !== authority.steward) return false
    return supersedes(list, own) && !hasDevice(list, taker.device)
  })
}

/** Does this entry come after that taking: in its log, or in one that took the seat from there? */
function isBuiltOn(entry: Placed, taker: Placed, entries: readonly Placed[]): boolean {
  let roots: Placed[] = [taker]
  for (let before = 0; before !== roots.length; ) {
    before = roots.length
    const held = entries.filter((each) => roots.some((root) => each.device === root.device && each.seq >= root.seq))
    const next = entries.filter(({ op }) => op?.op === 'sit' && held.some((each) => equal(op.after, each.hash)))
    roots = [taker, ...next.filter((each) => each !== taker)]
  }
  return roots.some((root) => entry.device === root.device && entry.seq >= root.seq)
}

function listIn({ op }: Placed): DeviceList | undefined {
  return op?.op === 'sit' || op?.op === 'devices' ? parseDeviceList(op.list) : undefined
}

function termOf({ op }: Placed): number {
  return op?.op === 'sit' ? op.term : 0
}
