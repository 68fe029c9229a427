import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import type { ExchangeView } from '../../../shared/views.ts'
import { equal } from '../../crypto/bytes.ts'
import { authorityOf } from '../authority/governance.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { shownId } from './exchange-sides.ts'
import { type Agreement, statementsIn, swappedIn } from './exchange-statement.ts'
import { nameOfTerms, nameToCome, type Side, type Terms, termsOf } from './exchange-terms.ts'

/** How an Exchange stands for whoever is in it. */
export type Standing = {
  readonly swapped: readonly [ArtifactId, ArtifactId]
  readonly status: ExchangeView['status']
  /** what there is to agree on, or what was agreed; `undefined` while one side is not here as far as it has to be */
  readonly terms: Terms | undefined
  /** names that; of a Leaf without a record what will be agreed on as soon as its giver makes one; else empty */
  readonly name: string
  readonly acceptedBy: readonly PlayerId[]
  readonly expiresAt: number | undefined
}

export function exchangeStanding(turn: Turn, row: ArtifactRow): Standing | undefined {
  const swapped = swappedIn(turn, row)
  if (!swapped) return undefined
  const { agreements, isClosed } = statementsIn(turn, row)
  const done = agreements.find((each) => isDone(turn, each))
  const terms = done?.terms ?? currentTerms(turn, row, swapped)
  const current = terms && agreements.find((each) => equal(each.terms.hash, terms.hash))
  const written = turn.tables.metadata.of(row.key)['expiresAt']
  const expiresAt = written === undefined || !/^\d{1,16}$/.test(written) ? undefined : Number(written)
  const isLapsed = expiresAt !== undefined && turn.now >= expiresAt && !agreements.some(isAwaited)
  const status = done ? 'completed' : isClosed ? 'rejected' : isLapsed ? 'lapsed' : 'open'
  const name = terms ? nameOfTerms(terms) : nameAhead(turn, row, swapped)
  return { swapped, status, terms, name, acceptedBy: acceptedIn(current), expiresAt }
}

export function exchangeView(turn: Turn, row: ArtifactRow, standing: Standing): ExchangeView {
  const { swapped, status, name, acceptedBy, expiresAt } = standing
  const references = turn.tables.references.page(row.key, 0, 16)
  const conversation = references.find((each) => each.label === 'conversation')?.child
  return {
    id: row.id,
    offered: shownId(turn, swapped[0]),
    requested: shownId(turn, swapped[1]),
    status,
    acceptedBy: [...acceptedBy],
    ...(conversation ? { conversationId: conversation } : {}),
    terms: name,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

/** As the two artifacts stand now. A lock of its seat is what was promised, so it stands where it stood before. */
function currentTerms(turn: Turn, row: ArtifactRow, swapped: Standing['swapped']): Terms | undefined {
  const [offered, requested] = [sideOf(turn, swapped[0]), sideOf(turn, swapped[1])]
  if (!offered || !requested || offered.steward === requested.steward) return undefined
  return termsOf(row.id, [offered, requested])
}

function nameAhead(turn: Turn, row: ArtifactRow, [offered, requested]: Standing['swapped']): string {
  const side = requested.startsWith('blob:') ? sideOf(turn, offered) : undefined
  return side ? nameToCome(row.id, side, requested) : ''
}

function sideOf(turn: Turn, id: ArtifactId): Side | undefined {
  const row = turn.tables.artifacts.byId(id)
  const authority = row && row.status === 'active' ? authorityOf(turn, row) : undefined
  if (!authority || authority.isForked) return undefined
  const { position, head } = authority.lock ?? { position: authority.length, head: authority.head }
  return { artifact: id, steward: authority.steward, seat: authority.seat, position, head }
}

/** Two locks are a swap, unless one was let go before the other's was there, by that other's own rejection. */
function isDone(turn: Turn, { terms, locks, rejects }: Agreement): boolean {
  if (!locks[0] || !locks[1]) return false
  if (!rejects[0] && !rejects[1]) return true
  return terms.sides.some(({ artifact }) => {
    const row = turn.tables.artifacts.byId(artifact)
    return row && authorityOf(turn, row)?.takes.some((take) => equal(take.terms.hash, terms.hash))
  })
}

/** One has given their word and waits. */
function isAwaited({ locks, rejects }: Agreement): boolean {
  return (locks[0] !== undefined && !rejects[1]) || (locks[1] !== undefined && !rejects[0])
}

function acceptedIn(agreement: Agreement | undefined): PlayerId[] {
  if (!agreement) return []
  return agreement.terms.sides.filter((_, index) => agreement.locks[index]).map((side) => side.steward)
}
