import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { PlayerId } from '../../../shared/ids.ts'
import type { KeeperView } from '../../../shared/people-views.ts'
import { equal, fromHex, hex } from '../../crypto/bytes.ts'
import { encode } from '../../crypto/canonical.ts'
import { parseIdentityCode } from '../../crypto/codes.ts'
import { forget, recall, recallEverywhere } from '../logs/private-notes.ts'
import { write } from '../logs/writer.ts'
import { hasSendingKey } from '../meeting/dm.ts'
import { self, type Turn } from '../state.ts'
import { isOpen } from './boxes.ts'
import { askAgain, follow, followAnew } from './collecting.ts'
import { depositAnew, depositDue, lacking, noteAllDue, noteDue } from './depositing.ts'
import { discardAll, discardDue } from './discarding.ts'
import { linksTo, openKeeper } from './keeper-link.ts'
import {
  canonicalOf,
  isOwnKeeper,
  isSocketUrl,
  keepOwn,
  mostKeepers,
  ownKeepers,
  servingKeepers,
} from './keeper-record.ts'
import { keepBy, keepingTerms } from './keeping.ts'
import { keepingLimits } from './keeping-limits.ts'

/** Answers at once and goes on in the background, also after a restart, until the keeper is found. */
export function add(turn: Turn, args: Args<'keeper.add'>): Result<Value<'keeper.add'>> {
  const code = parseIdentityCode(args.code)
  if (!code) return refuse('InvalidCode', 'That is not an identity code.')
  const player = hex(code.publicKey) as PlayerId
  if (player === self(turn).player) return refuse('InvalidCode', 'That is your own code.')
  if (!isOwnKeeper(turn, player)) {
    if (ownKeepers(turn).length >= mostKeepers) return refuse('TooLarge', `${mostKeepers} keepers are the most.`)
    keepOwn(turn, { player, devices: [], url: socketIn(args.code) })
  }
  for (const session of turn.state.sessions.values()) {
    if (session.proved?.player === player) openKeeper(turn, session, session.proved)
  }
  turn.due.seek = true
  turn.due.keep = true
  return ok({ playerId: player, state: viewOf(turn, player).state })
}

/** A code may end in `?ws=`: where the keeper is called when there is no other way. */
function socketIn(code: string): string {
  const [, written = ''] = /[?&]ws=([^&\s"']+)/iu.exec(code) ?? []
  try {
    const url = decodeURIComponent(written)
    return isSocketUrl(url) ? url : ''
  } catch {
    return ''
  }
}

/** What was left there goes, as far as it can be reached; the rest goes at the end of its time. */
export function remove(turn: Turn, { playerId }: Args<'keeper.remove'>): Result<Record<string, never>> {
  if (!isOwnKeeper(turn, playerId)) return refuse('NotPeered', 'This is not one of your keepers.')
  for (const session of linksTo(turn, playerId)) discardAll(turn, session)
  forget(turn, undefined, `keeper:${playerId}`)
  turn.tables.marks.clear(playerId)
  turn.due.seek = true
  turn.due.keep = true
  return ok({})
}

export function list(turn: Turn): KeeperView[] {
  return ownKeepers(turn).map((keeper) => viewOf(turn, keeper.player))
}

function viewOf(turn: Turn, player: PlayerId): KeeperView {
  const { marks } = turn.tables
  const links = linksTo(turn, player)
  const accepted = marks.get(player, 'accepted')
  const synced = marks.get(player, 'synced')
  const refusal = links.find((session) => session.keeper?.refusal !== undefined)?.keeper?.refusal
  return {
    playerId: player,
    state: accepted === undefined ? 'asking' : accepted === 1 ? 'keeping' : 'refused',
    online: links.some((session) => session.keeper?.mayDeposit !== undefined),
    behind: lacking(turn, player),
    ...(synced === undefined ? {} : { lastSync: synced }),
    ...(refusal === undefined ? {} : { refusal }),
  }
}

/** For whom this vault keeps, and how much. */
export function hosting(turn: Turn): Value<'keeper.hosting'> {
  return {
    ...keepingTerms(turn),
    bytes: turn.tables.kept.total(),
    limit: keepingLimits.totalBytes,
    accounts: turn.tables.kept.accounts().map(({ id, since, isRefused, bytes, mailboxes }) => ({
      account: hex(id),
      since,
      refused: isRefused,
      bytes,
      mailboxes,
    })),
  }
}

export function host(turn: Turn, args: Args<'keeper.host'>): Result<Record<string, never>> {
  const { accountBytes, days, url } = keepingTerms(turn)
  const { accountBytes: bytes = accountBytes, days: time = days, url: told = url } = args
  keepBy(turn, { for: args.for, accountBytes: bytes, days: time, url: told })
  turn.due.seek = true
  return ok({})
}

/** Nothing is kept for this account any more, and nothing will be. */
export function dismiss(turn: Turn, { account }: Args<'keeper.dismiss'>): Result<Record<string, never>> {
  const id = fromHex(account)
  if (!turn.tables.kept.account(id)) return refuse('NotPeered', 'Nothing is kept for this account.')
  turn.tables.kept.refuse(id)
  for (const session of turn.state.sessions.values()) {
    if (session.keeping?.account !== account) continue
    turn.effects.push({ type: 'hang-up', connection: session.connection, reason: 'nothing is kept for it' })
  }
  return ok({})
}

/** Everyone in what is shared learns where this player's things can be had; said again when it changes. */
export function announceKeepers(turn: Turn): void {
  const me = turn.state.me
  if (!me || (!turn.due.keep && !turn.due.seek)) return
  const serving = servingKeepers(turn)
  const said = new Set(recallEverywhere(turn, `keeper-of:${me.player}`).map((note) => note.artifact))
  if (serving.length === 0 && said.size === 0) return
  const value = encode(serving.map(canonicalOf))
  for (const row of turn.tables.artifacts.shared()) {
    if (!isOpen(turn, row) || !hasSendingKey(turn, row)) continue
    const known = recall(turn, row.id, `keeper-of:${me.player}`)
    if (known ? equal(known, value) : serving.length === 0) continue
    write(turn, row, 'keepers', [serving.map(canonicalOf)])
  }
}

/** At the end of a step: what is new goes to the keepers, and new mailboxes are asked for. */
export function tend(turn: Turn): void {
  const isNew = turn.due.keep || turn.due.seek
  const links = [...turn.state.sessions.values()].filter((session) => session.keeper?.mayDeposit !== undefined)
  if (links.length === 0 || (!isNew && turn.grown.size === 0)) return
  const ownServe = servingKeepers(turn).length > 0
  for (const session of links) {
    const { keeper } = session
    if (!keeper) continue
    if (isNew) {
      keeper.settled.clear()
      noteAllDue(turn, keeper)
      follow(turn, session)
      discardDue(turn, session)
    }
    for (const artifact of turn.grown.keys()) {
      const row = turn.tables.artifacts.byKey(artifact)
      if (row) noteDue(turn, keeper, row, ownServe)
    }
    depositDue(turn, session)
  }
}

const tendEvery = 30_000
const followEvery = 300_000

/** What was sent and not answered is sent again; now and then everything is asked for anew. */
export function tendDue(turn: Turn): void {
  for (const session of turn.state.sessions.values()) {
    const { keeper } = session
    askAgain(turn, session)
    if (!keeper || turn.now - keeper.lastTended < tendEvery) continue
    keeper.lastTended = turn.now
    if (keeper.mayDeposit === undefined) continue
    depositAnew(turn, session)
    if (turn.now - keeper.lastFollowed < followEvery) continue
    keeper.lastFollowed = turn.now
    followAnew(turn, session)
  }
}

export function nextTending(turn: Turn): number | undefined {
  const times = [...turn.state.sessions.values()].flatMap(({ keeper }) =>
    keeper ? [keeper.lastTended + tendEvery, keeper.askAgainAt ?? Number.POSITIVE_INFINITY] : [],
  )
  return times.length > 0 ? Math.min(...times) : undefined
}
