import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import { authorityOf } from '../authority/governance.ts'
import { forked, hasSeat, promised } from '../authority/seat-entry.ts'
import { leafNamed } from '../leaves/leaf-access.ts'
import { recordNamed } from '../leaves/leaf-record.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { admitAll, createFor, type Guest, guestOf } from '../trees/composite.ts'
import { compose, composeIntoVault, rowOf } from '../trees/tree.ts'
import { promise, reject as say } from './exchange-settling.ts'
import { giverIn, sideName, wantedOf } from './exchange-sides.ts'
import { statementsIn } from './exchange-statement.ts'
import { nameOfTerms, otherSide, type SideIndex, type Terms } from './exchange-terms.ts'
import { exchangeStanding, exchangeView, type Standing } from './exchange-view.ts'

type Done = Result<Record<string, never>>

/**
 * Offers one artifact for another. The other sees what is offered from here on: nobody gives their word for what they
 * can't look at. Nothing is promised yet by either.
 */
export function propose(turn: Turn, args: Args<'exchange.propose'>): Result<Value<'exchange.propose'>> {
  const offered = ownSide(turn, args.offered)
  if (!offered.ok) return offered
  if (args.with === self(turn).player || args.offered === args.requested) {
    return refuse('InvalidArguments', 'An exchange needs two people and two artifacts.')
  }
  const requested = wantedOf(turn, args.requested, args.with)
  if (!requested.ok) return requested
  if (args.expiresAt !== undefined && args.expiresAt <= turn.now) {
    return refuse('InvalidArguments', 'That time has passed already.')
  }
  const within = requested.value.row
  const guest = guestOf(turn, args.with, within)
  if (!guest) return refuse('NotPeered')
  const name = `${sideName(turn, offered.value.id, offered.value)} ⇄ ${sideName(turn, requested.value.id, within)}`
  const audience = [args.with]
  const metadata = { with: args.with, ...(args.expiresAt === undefined ? {} : { expiresAt: String(args.expiresAt) }) }
  const exchange = createFor(turn, { type: 'exchange', name, metadata, audience, within })
  if (!exchange.ok) return exchange
  const conversation = createFor(turn, { type: 'story', name, audience, within })
  if (!conversation.ok) return conversation
  show(turn, offered.value, guest)
  compose(turn, exchange.value, offered.value.id, 'offered', 0)
  compose(turn, exchange.value, requested.value.id, 'requested', 1)
  compose(turn, exchange.value, conversation.value.id, 'conversation', 2)
  composeIntoVault(turn, exchange.value.id)
  return ok({ id: exchange.value.id, conversationId: conversation.value.id })
}

export function get(turn: Turn, { id }: Args<'exchange.get'>): Result<Value<'exchange.get'>> {
  const found = find(turn, id)
  return found.ok ? ok(exchangeView(turn, found.value.row, found.value.standing)) : found
}

/** Gives one's word for these very terms. It can't be taken back: it waits for the other's answer. */
export function accept(turn: Turn, args: Args<'exchange.accept'>): Done {
  const found = findOpen(turn, args.id)
  if (!found.ok) return found
  const { row, standing } = found.value
  if (standing.name !== '' && standing.name !== args.terms)
    return refuse('InvalidArguments', 'The terms have changed. Look at them again.')
  const terms = standing.terms ?? termsMade(turn, row, standing)
  if (!terms) return refuse('PayloadNotLoaded', 'What there is to agree on is not here yet.')
  const side = ownIndex(turn, terms)
  if (side === undefined) return refuse('NotSteward')
  if (standing.acceptedBy.includes(self(turn).player)) return ok({})
  if (statedNo(turn, row, terms, side)) return refuse('ExchangeClosed', 'You have rejected these terms.')
  const refusal = refusalOf(turn, terms, side)
  if (refusal) return refusal
  promise(turn, row, shownTo(turn, row, terms, side), side)
  return ok({})
}

/** Wants no exchange. Not possible any more for whoever has given their word: that waits for the other's. */
export function reject(turn: Turn, { id }: Args<'exchange.reject'>): Done {
  const found = findOpen(turn, id)
  if (!found.ok) return found
  const { row, standing } = found.value
  const { acceptedBy } = standing
  const terms = standing.terms ?? termsMade(turn, row, standing)
  const side = terms && ownIndex(turn, terms)
  if (!terms) return refuse('PayloadNotLoaded', 'What there is to agree on is not here yet.')
  if (side === undefined) return refuse('NotSteward')
  if (acceptedBy.includes(self(turn).player)) {
    return refuse('NotPermitted', 'You have accepted these terms; that waits for the other’s answer.')
  }
  say(turn, row, terms, side, true)
  return ok({})
}

/** Both have given their word: then it is done already. Asking again changes nothing. */
export function complete(turn: Turn, { id }: Args<'exchange.complete'>): Done {
  const found = find(turn, id)
  if (!found.ok) return found
  const { status } = found.value.standing
  if (status === 'completed') return ok({})
  return refuse(status === 'open' ? 'ExchangeNotFullyAccepted' : 'ExchangeClosed')
}

type Found = { readonly row: ArtifactRow; readonly standing: Standing }

function find(turn: Turn, id: ArtifactId): Result<Found> {
  const row = turn.tables.artifacts.byId(id)
  if (!row) return refuse('ArtifactNotFound')
  if (row.type !== 'exchange') return refuse('NotPermitted', 'This is not an Exchange.')
  const standing = exchangeStanding(turn, row)
  return standing ? ok({ row, standing }) : refuse('ArtifactNotFound', 'What is exchanged has not arrived yet.')
}

function findOpen(turn: Turn, id: ArtifactId): Result<Found> {
  const found = find(turn, id)
  if (!found.ok) return found
  if (found.value.row.status !== 'active') return refuse('NotActive')
  return found.value.standing.status === 'open' ? found : refuse('ExchangeClosed')
}

function ownSide(turn: Turn, id: ArtifactId): Result<ArtifactRow> {
  const me = self(turn)
  const row = recordNamed(turn, id)
  if (!row) return refuse(leafNamed(turn, id) ? 'NotSteward' : 'ArtifactNotFound')
  if (row.type === 'dm' || row.key === me.vault || row.key === me.inbox) {
    return refuse('NotPermitted', 'This cannot be given away.')
  }
  if (row.steward !== me.player) return refuse('NotSteward')
  if (row.status !== 'active') return refuse('NotActive')
  if (authorityOf(turn, row)?.lock) return refuse('NotPermitted', promised)
  return hasSeat(turn, row) ? ok(row) : refuse('NotPermitted', forked)
}

function ownIndex(turn: Turn, { sides }: Terms): SideIndex | undefined {
  const { player } = self(turn)
  if (sides[0].steward === player) return 0
  return sides[1].steward === player ? 1 : undefined
}

/** Only what this device may give, for what can be read here and is given by who decides over it. */
function refusalOf(turn: Turn, terms: Terms, side: SideIndex) {
  const own = ownSide(turn, terms.sides[side].artifact)
  if (!own.ok) return own
  const { artifact, steward } = terms.sides[otherSide(side)]
  const exchange = turn.tables.artifacts.byId(terms.exchange)
  if (!exchange || !isMemberOf(turn, exchange, steward)) {
    return refuse('InvalidArguments', 'What is given for it belongs to nobody in this exchange.')
  }
  const row = turn.tables.artifacts.byId(artifact)
  const authority = row && authorityOf(turn, row)
  const canRead = row && authority && turn.tables.keys.get(row.key, 'seat', authority.epoch) !== undefined
  if (row?.status !== 'active' || !canRead) return refuse('ArtifactNotFound', 'What they give has not arrived yet.')
  const isElsewhere = authority.lock !== undefined && authority.lock.terms.exchange !== terms.exchange
  if (isElsewhere) return refuse('NotPermitted', 'What they give is promised to somebody else.')
  if (!isMemberOf(turn, own.value, steward)) {
    const guest = guestOf(turn, steward, row)
    if (guest && own.value.type === 'leaf') return undefined
    return guest
      ? refuse('NotPermitted', 'They cannot see what you give yet: grant it to them first.')
      : refuse('NotPeered')
  }
  return undefined
}

/** Whoever was asked for a Leaf that lies in a Tree only makes its record, as granting on it does (NAME-2). */
function termsMade(turn: Turn, row: ArtifactRow, { swapped }: Standing): Terms | undefined {
  if (giverIn(turn, row) !== self(turn).player || !swapped[1].startsWith('blob:')) return undefined
  const record = recordNamed(turn, swapped[1])
  return record?.steward === self(turn).player ? exchangeStanding(turn, row)?.terms : undefined
}

/** The other sees the very record that is given, by this player's word for it; what is agreed on then names that. */
function shownTo(turn: Turn, row: ArtifactRow, terms: Terms, side: SideIndex): Terms {
  const own = turn.tables.artifacts.byId(terms.sides[side].artifact)
  const { steward } = terms.sides[otherSide(side)]
  const guest = own?.type === 'leaf' && !isMemberOf(turn, own, steward) ? guestOf(turn, steward, row) : undefined
  if (!own || !guest) return terms
  show(turn, own, guest)
  return exchangeStanding(turn, row)?.terms ?? terms
}

function statedNo(turn: Turn, row: ArtifactRow, terms: Terms, side: SideIndex): boolean {
  const { agreements } = statementsIn(turn, row)
  return agreements.some((each) => nameOfTerms(each.terms) === nameOfTerms(terms) && each.rejects[side] !== undefined)
}

function show(turn: Turn, row: ArtifactRow, guest: Guest): void {
  if (!isMemberOf(turn, row, guest.list.player)) admitAll(turn, rowOf(turn, row.key), [guest])
}

function isMemberOf(turn: Turn, row: ArtifactRow, player: PlayerId): boolean {
  return turn.tables.members.of(row.key).some((member) => member.player === player)
}
