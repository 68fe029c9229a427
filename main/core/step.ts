import type { Result } from '../../shared/fault.ts'
import { chance } from '../crypto/chance.ts'
import * as attention from './attention/attention.ts'
import * as replica from './attention/attention-replica.ts'
import { confirmAdmissions, takeAdmission } from './authority/admission.ts'
import { applyAdmissions, clearAdmissions } from './authority/admissions.ts'
import { expire, nextExpiry } from './authority/expiry.ts'
import { carryProposals, takeProposal } from './authority/proposals.ts'
import * as transfer from './authority/transfer.ts'
import { command } from './commands.ts'
import { textToOpen } from './documents/document.ts'
import {
  documentDue,
  documentOpened,
  forgetDocuments,
  openDocument,
  openWaiting,
  takeChange,
} from './documents/documents.ts'
import { surfaceTold } from './documents/surface.ts'
import type { Effect } from './effect.ts'
import { settleExchanges } from './exchanges/exchange-settling.ts'
import { forgetStatements } from './exchanges/exchange-statement.ts'
import { takeHold } from './identity/estate.ts'
import { wakeIdentity } from './identity/identity.ts'
import { settleDevices } from './identity/own-devices.ts'
import * as recovery from './identity/recovery.ts'
import type { DocumentKey, Input } from './input.ts'
import { clearKeepers, takeKeepers } from './keeping/keeper-record.ts'
import * as keepers from './keeping/keepers.ts'
import * as keeping from './keeping/keeping.ts'
import { bulkHappened, endBulk } from './leaves/bulk.ts'
import { type Later, later } from './leaves/jobs.ts'
import { clearLeaves, takeLeafEntry } from './leaves/leaves.ts'
import { nextFetching } from './logs/asking.ts'
import type { Entry } from './logs/entry.ts'
import { takePrivate } from './logs/private-notes.ts'
import * as sync from './logs/sync.ts'
import * as sessions from './meeting/handshake.ts'
import * as introduction from './meeting/introduction.ts'
import * as presence from './meeting/presence.ts'
import * as quick from './meeting/quick-connect.ts'
import { seek } from './meeting/rendezvous.ts'
import { received } from './readers.ts'
import * as reading from './realms/public-reading.ts'
import * as joining from './realms/realm-joining.ts'
import type { ArtifactRow } from './rows.ts'
import { indexSome, nextIndexing } from './showing/search.ts'
import { type Deferred, nothingDue, type State, type Turn } from './state.ts'
import { forgetBlessings } from './tokens/blessings.ts'
import { makeTokens } from './tokens/release.ts'
import { forgetReleases } from './tokens/released.ts'
import { takeEntry } from './trees/entries.ts'
import { forgetReferences } from './trees/open-references.ts'
import * as marks from './trees/read-marks.ts'
import { rebuild } from './vault/verification.ts'

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
