import type { Result } from '../../shared/fault.ts'
import { chance } from '../crypto/chance.ts'
import { confirmAdmissions, takeAdmission } from './admission.ts'
import { applyAdmissions, clearAdmissions } from './admissions.ts'
import { nextFetching } from './asking.ts'
import * as attention from './attention.ts'
import * as replica from './attention-replica.ts'
import * as witness from './attention-witness.ts'
import { forgetBlessings } from './blessings.ts'
import { bulkHappened, endBulk } from './bulk.ts'
import { fetchedTold, keptTold } from './collecting.ts'
import { command } from './commands.ts'
import { depositedTold } from './depositing.ts'
import { adoptAsked, adopted } from './device-joining.ts'
import { discardedTold } from './discarding.ts'
import { textToOpen } from './document.ts'
import { documentDue, documentOpened, forgetDocuments, openDocument, openWaiting, takeChange } from './documents.ts'
import type { Effect } from './effect.ts'
import { takeEntry } from './entries.ts'
import type { Entry } from './entry.ts'
import { takeHold } from './estate.ts'
import { settleExchanges } from './exchange-settling.ts'
import { forgetStatements } from './exchange-statement.ts'
import { expire, nextExpiry } from './expiry.ts'
import { parseFrame } from './frame.ts'
import * as sessions from './handshake.ts'
import { wakeIdentity } from './identity.ts'
import type { DocumentKey, Input } from './input.ts'
import * as introduction from './introduction.ts'
import { type Later, later } from './jobs.ts'
import { keeperTold } from './keeper-link.ts'
import { clearKeepers, takeKeepers } from './keeper-record.ts'
import * as keepers from './keepers.ts'
import * as keeping from './keeping.ts'
import { devicesTold } from './known-lists.ts'
import { clearLeaves, takeLeafEntry } from './leaves.ts'
import { forgetReferences } from './open-references.ts'
import { settleDevices } from './own-devices.ts'
import * as peering from './peering.ts'
import * as presence from './presence.ts'
import { takePrivate } from './private-notes.ts'
import { carryProposals, takeProposal } from './proposals.ts'
import * as reading from './public-reading.ts'
import * as quick from './quick-connect.ts'
import * as marks from './read-marks.ts'
import * as joining from './realm-joining.ts'
import * as recovery from './recovery.ts'
import { makeTokens } from './release.ts'
import { forgetReleases } from './released.ts'
import { removedTold } from './removal.ts'
import { seek } from './rendezvous.ts'
import type { ArtifactRow } from './rows.ts'
import { indexSome, nextIndexing } from './search.ts'
import type { Session } from './session.ts'
import { type Deferred, nothingDue, type State, type Turn } from './state.ts'
import { surfaceTold } from './surface.ts'
import * as sync from './sync.ts'
import * as transfer from './transfer.ts'
import { rebuild } from './verification.ts'
import { moreWelcomeAsked, seatsAsked } from './welcoming.ts'

/**
 * What was + what happened → what is + what to do. Asks nobody: time and chance come with the input, the tables are the
 * state. Called by `run` only, within one transaction.
 */
export function step(state: State, input: Input): Effect[] {
  const turn = beginTurn(state, input, input.type === 'asked' ? input : undefined)
  if (turn.state.me) expire(turn)
  happen(turn, input)
  if (turn.state.me) settleExchanges(turn)
  makeTokens(turn)
  carryProposals(turn, (what, args) => outcomeOf(command(turn, what, args)))
  if (turn.state.me) {
    transfer.takeSeats(turn)
    expire(turn)
  }
  settleDevices(turn)
  confirmAdmissions(turn)
  keepers.announceKeepers(turn)
  sync.pushGrowth(turn)
  endBulk(turn)
  if (turn.due.presence && turn.state.me) presence.tell(turn)
  if (turn.due.follow) replica.follow(turn)
  if (turn.due.seek && turn.state.me) {
    seek(turn)
    sessions.knockAgain(turn)
  }
  keepers.tend(turn)
  setWake(turn)
  return turn.effects
}

export function beginTurn(state: State, { now, random }: Pick<Input, 'now' | 'random'>, asked?: Turn['asked']): Turn {
  return {
    asked,
    state,
    tables: state.tables,
    now,
    chance: chance(random),
    effects: [],
    changes: state.changes,
    grown: new Map(),
    due: nothingDue(),
    projections: { take, clear },
  }
}

function outcomeOf(result: Result<unknown> | Later): string {
  return result === later || result.ok ? 'done' : result.fault.code
}

/** Timers of the world around hold no more than 24 days. */
const longestSleep = 24 * 3_600_000

function setWake(turn: Turn): void {
  const times = [
    sync.nextSummary(turn),
    attention.nextWarming(turn),
    nextIndexing(turn),
    sessions.nextDismissal(turn),
    presence.nextChange(turn),
    marks.nextMark(turn),
    keepers.nextTending(turn),
    keeping.nextSweep(turn),
    quick.nextExpiry(turn),
    turn.state.seekAt,
    nextExpiry(turn),
    reading.nextReading(turn),
    nextFetching(turn),
  ]
  const known = times.filter((time) => time !== undefined)
  if (known.length === 0) return
  const at = Math.max(turn.now + 50, Math.min(...known, turn.now + longestSleep))
  if (turn.state.wakeAt !== 0 && turn.state.wakeAt <= at) return
  turn.state.wakeAt = at
  turn.effects.push({ type: 'wake', at })
}

/** Goes up whenever the same logs are to be shown otherwise than before. */
const projectionVersion = 2

function happen(turn: Turn, input: Input): void {
  switch (input.type) {
    case 'started':
      return started(turn)
    case 'asked':
      presence.notice(turn, input.command)
      return asked(turn, input)
    case 'projections-lost':
      return rebuild(turn)
    case 'woke':
      return woke(turn)
    case 'connected':
      return sessions.connected(turn, input)
    case 'disconnected':
      return sessions.disconnected(turn, input.connection)
    case 'received':
      return received(turn, input.connection, input.frame)
    case 'document-opened':
      documentOpened(turn, input.key, input.saved)
      return answerDeferred(turn, input.key)
    case 'document-due':
      documentDue(turn, input.key)
      return answerDeferred(turn, input.key)
    case 'surface-told':
      return told(turn, input)
    case 'attention-opened':
      return attention.opened(turn, input)
    case 'attention-arrived':
      return replica.arrived(turn, input)
    case 'network-changed':
      turn.state.online = input.online
      turn.due.seek ||= input.online
      turn.effects.push({ type: 'push', event: { type: 'online', online: input.online } })
      return
    default:
      return bulkHappened(turn, input)
  }
}

/** What asks for a text waits until that is open, and all that was known of it is decided. */
function asked(turn: Turn, question: Extract<Deferred, { call: number }>): void {
  const key = textToOpen(turn, question.command, question.args)
  if (key) waitFor(turn, key, question)
  else answer(turn, question)
}

function told(turn: Turn, deed: Extract<Deferred, { document: string }>): void {
  const surface = [...turn.state.surfaces.values()].find((each) => each.document === deed.document)
  const key: DocumentKey | undefined = surface && `${surface.artifact}/text`
  if (key && !turn.state.documents.has(key)) waitFor(turn, key, deed)
  else answer(turn, deed)
}

function waitFor(turn: Turn, key: DocumentKey, question: Deferred): void {
  turn.state.deferred.set(key, [...(turn.state.deferred.get(key) ?? []), question])
  openDocument(turn, key)
}

function answerDeferred(turn: Turn, key: DocumentKey): void {
  if (turn.state.settling.get(key) === 'opening') return
  const questions = turn.state.deferred.get(key) ?? []
  turn.state.deferred.delete(key)
  for (const question of questions) answer(turn, question)
}

function answer(turn: Turn, deferred: Deferred): void {
  if ('document' in deferred) return surfaceTold(turn, deferred.document, deferred.changes)
  const { client, call, command: name, args } = deferred
  const result = command(turn, name, args)
  if (result !== later) turn.effects.push({ type: 'answer', client, call, result })
}

function take(turn: Turn, entry: Entry): void {
  if (entry.kind === 'change') takeChange(turn, entry)
  else if (entry.kind === 'note') takePrivate(turn, entry)
  else if (entry.kind === 'admission') takeAdmission(turn, entry)
  else if (entry.kind === 'keepers') takeKeepers(turn, entry)
  else if (entry.kind === 'hold') takeHold(turn, entry)
  else if (entry.kind === 'propose') takeProposal(turn, entry)
  else {
    takeEntry(turn, entry)
    takeLeafEntry(turn, entry)
  }
}

function clear(turn: Turn, row: ArtifactRow): void {
  turn.tables.entries.clear(row.key)
  turn.tables.search.clear(row.key)
  turn.tables.amendments.clear(row.key)
  clearLeaves(turn, row)
  forgetReferences(turn, row)
  marks.clearMarks(turn, row)
  forgetStatements(turn, row)
  forgetReleases(turn, row)
  forgetBlessings(turn, row)
  forgetDocuments(turn, row)
  clearKeepers(turn, row)
  clearAdmissions(turn, row)
  const authority = turn.state.authorities.get(row.key)
  if (authority) applyAdmissions(turn, row, authority)
}

function started(turn: Turn): void {
  turn.state.startedAt = turn.now
  const isNew = wakeIdentity(turn)
  recovery.becomeAnother(turn)
  const made = turn.tables.facts.get('projections')?.[0]
  if (made !== projectionVersion) turn.tables.facts.put('projections', new Uint8Array([projectionVersion]))
  if (!isNew && made !== projectionVersion) rebuild(turn)
  openWaiting(turn)
  turn.due.follow = true
  turn.due.seek = true
}

function woke(turn: Turn): void {
  turn.state.wakeAt = 0
  for (const session of sync.summariseDue(turn)) {
    joining.meetRealms(turn, session)
    recovery.askMissing(turn, session)
    recovery.takeOver(turn)
    introduction.tellIntroductions(turn, session)
  }
  reading.readOn(turn)
  sessions.dismissSilent(turn)
  presence.expire(turn)
  marks.tellMarks(turn)
  quick.expireQuick(turn)
  if (turn.now >= turn.state.seekAt) {
    joining.expireJoins(turn)
    turn.due.seek = true
  }
  attention.rewarm(turn)
  indexSome(turn)
  keepers.tendDue(turn)
  if (keeping.keepingFor(turn) !== 'nobody') keeping.sweep(turn)
}

type Reader = (turn: Turn, session: Session, frame: NonNullable<ReturnType<typeof parseFrame>>) => void

/** Between a keeper and those it keeps for, who need not say who they are. */
const keptFor: Record<string, Reader> = {
  account: keeping.accountShown,
  deposit: keeping.depositAsked,
  fetch: keeping.fetchAsked,
  discard: keeping.discardAsked,
  keeper: keeperTold,
  deposited: depositedTold,
  kept: keptTold,
  fetched: fetchedTold,
  discarded: discardedTold,
}

/** Before the other side has proved who they are, and after. */
/** With a link's key, before and without anything else. */
const byLink: Record<string, Reader> = {
  welcome: (turn, session, frame) => void reading.welcomeRead(turn, session, frame),
  'welcome?': moreWelcomeAsked,
  vector: sync.vectorTold,
  want: sync.wanted,
  envelopes: sync.envelopesTold,
}
const strangers: Record<string, Reader> = {
  knock: sessions.knocked,
  hello: sessions.greeted,
  'list?': sessions.listAsked,
  list: sessions.listTold,
  trust: sessions.trusted,
  newest: recovery.newestTold,
  ...keptFor,
  ...byLink,
}
const friends: Record<string, Reader> = {
  'list?': sessions.listAsked,
  request: peering.requested,
  accept: peering.accepted,
  profile: peering.profileTold,
  attention: replica.attentionTold,
  witness: witness.witnessTold,
  'testimony?': witness.testimonyAsked,
  testimony: witness.testimonyTold,
  summary: sync.summaryTold,
  tokens: sync.tokensTold,
  vector: sync.vectorTold,
  want: sync.wanted,
  envelopes: sync.envelopesTold,
  have: sync.haveTold,
  ephemeral: presence.told,
  quick: quick.quickTold,
  introduce: introduction.introduceTold,
  introduced: introduction.introducedTold,
  join: joining.joinAsked,
  joining: joining.joiningTold,
  welcome: (turn, session, frame) => {
    if (!reading.welcomeRead(turn, session, frame)) joining.welcomed(turn, session, frame)
  },
  knock: sessions.knocked,
  'welcome?': moreWelcomeAsked,
  removed: removedTold,
  'seats?': seatsAsked,
  offer: transfer.offerTold,
  taken: transfer.acceptanceTold,
  ...keptFor,
  devices: devicesTold,
  missing: recovery.missingAsked,
  adopt: adoptAsked,
  adopted,
}

function received(turn: Turn, connection: number, bytes: Uint8Array): void {
  const session = turn.state.sessions.get(connection)
  turn.state.bytes.received += bytes.length
  const frame = session && parseFrame(bytes)
  if (!session || !frame) return
  const readers = session.player ? friends : strangers
  if (Object.hasOwn(readers, frame.name)) readers[frame.name]?.(turn, session, frame)
}
