import type { PlayerId } from '../../../shared/ids.ts'
import { type Bytes, concat, fromHex } from '../../crypto/bytes.ts'
import { derive } from '../../crypto/digest.ts'
import { sign, signingKeys } from '../../crypto/signature.ts'
import type { DeviceList } from '../identity/device-list.ts'
import { isCount } from '../logs/state-vector.ts'
import { type Frame, sendFrame } from '../meeting/frame.ts'
import type { Session } from '../meeting/session.ts'
import { self, type Turn } from '../state.ts'
import type { Box } from './boxes.ts'
import type { Deposit } from './depositing.ts'
import { isOwnKeeper, isSocketUrl, keepOwn, ownKeepers } from './keeper-record.ts'
import { accountBytes } from './keeping.ts'
import { type Allowance, keepingLimits } from './keeping-limits.ts'

/** One's own side of a connection to a keeper, for as long as it lasts. What lasts longer stands in `marks`. */
export type KeeperLink = {
  readonly player: PlayerId
  readonly list: DeviceList
  /** `undefined` until it has said so */
  mayDeposit: boolean | undefined
  /** why it took no more, since it was last asked anew */
  refusal: string | undefined
  /** artifacts of which it may lack something */
  readonly due: Set<number>
  /** artifacts whose letters were all left there: looked through again when something about them changes */
  readonly settled: Set<number>
  /** mark → how far it was sent, answered or not */
  readonly sent: Map<string, number>
  /** number of a deposit under way → the marks its items move */
  readonly underWay: Map<number, readonly Deposit[]>
  /** hex of the address of each mailbox followed there */
  readonly boxes: Map<string, Box>
  /** mailboxes with items that found no place yet, by artifact */
  readonly held: Map<number, Set<Box>>
  /** hex of a mailbox some items of which are asked to go → the mark that says so */
  readonly undoing: Map<string, { readonly mark: string; readonly value: number }>
  /** parts of welcomes, by realm and number of parts */
  readonly parts: Map<string, Map<number, readonly unknown[]>>
  /** artifact → epoch → where that epoch's items lie, as the steward told while its key is not here */
  readonly located: Map<number, Map<number, Bytes>>
  /** mailboxes of which there is more than the keeper would serve just now, and when to ask again */
  readonly later: Set<Box>
  askAgainAt: number | undefined
  /** bytes still taken from it */
  readonly taken: Allowance
  /** artifacts of which something came from there, and nobody was told yet that it did */
  readonly acks: Set<number>
  /** requests to be let in that were looked at */
  requests: number
  /** pages in which nothing could be opened */
  strikes: number
  lastNumber: number
  lastTended: number
  /** when everything was last asked for */
  lastFollowed: number
}

/** Shows the keeper an account of its own: the same from each of this player's devices, and to no two keepers. */
export function openKeeper(turn: Turn, session: Session, list: DeviceList): void {
  if (session.keeper) return
  const { publicKey, secretKey } = accountKeys(turn, list.player)
  session.keeper = {
    player: list.player,
    list,
    mayDeposit: undefined,
    refusal: undefined,
    due: new Set(),
    settled: new Set(),
    sent: new Map(),
    underWay: new Map(),
    boxes: new Map(),
    held: new Map(),
    undoing: new Map(),
    parts: new Map(),
    located: new Map(),
    later: new Set(),
    askAgainAt: undefined,
    taken: { left: 2 * keepingLimits.servedBurst, at: turn.now },
    acks: new Set(),
    requests: 0,
    strikes: 0,
    lastNumber: 0,
    lastTended: turn.now,
    lastFollowed: turn.now,
  }
  sendFrame(turn, session.connection, 'account', publicKey, sign(accountBytes(session.handshake), secretKey))
}

export function accountKeys(turn: Turn, keeper: PlayerId): { publicKey: Bytes; secretKey: Bytes } {
  const vault = turn.tables.artifacts.byKey(self(turn).vault)
  if (!vault) throw new Error('no vault')
  return signingKeys(derive('indra keeper account v1', concat(vault.secret, fromHex(keeper))))
}

/** What the keeper answers to an account. Another store than last time: everything is deposited and fetched anew. */
export function keeperTold(turn: Turn, session: Session, frame: Frame): void {
  const link = session.keeper
  const [store, isAccepted, , , said] = frame.fields
  if (!link || !isCount(store) || typeof isAccepted !== 'boolean' || link.mayDeposit !== undefined) return
  const { marks } = turn.tables
  if (marks.get(link.player, 'store') !== store) marks.clear(link.player)
  marks.put(link.player, 'store', store)
  marks.put(link.player, 'accepted', isAccepted ? 1 : 0)
  link.mayDeposit = isAccepted
  const known = ownKeepers(turn).find((keeper) => keeper.player === link.player)
  const devices = link.list.devices.slice(0, 4).map((each) => each.device)
  const url = isSocketUrl(said) && said !== '' ? said : (known?.url ?? '')
  const isSame = known?.devices.join() === devices.join() && known.url === url
  if (known && !isSame) keepOwn(turn, { ...known, devices, url })
  turn.due.keep = true
}

/** Connections to this keeper that have been answered. */
export function linksTo(turn: Turn, player: PlayerId): Session[] {
  return [...turn.state.sessions.values()].filter((session) => session.keeper?.player === player)
}

/** May what is written go there? To one's own; to those of others where one has none. */
export function mayUse(turn: Turn, link: KeeperLink, ownServe: boolean): boolean {
  return link.mayDeposit === true && (!ownServe || isOwnKeeper(turn, link.player))
}
