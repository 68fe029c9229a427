import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { digest } from '../../crypto/digest.ts'
import { mayAdmit } from '../authority/admission.ts'
import { admitOrPropose } from '../authority/proposals.ts'
import { forked, hasSeat, isSeatedElsewhere } from '../authority/seat-entry.ts'
import { stewarded } from '../authority/stewardship.ts'
import { parseDeviceList } from '../identity/device-list.ts'
import { askThrough } from '../keeping/keeper-joining.ts'
import { forget, recall, recallAll, remember } from '../logs/private-notes.ts'
import { sendFrame } from '../meeting/frame.ts'
import { dropLetter } from '../meeting/inbox.ts'
import { nameOf } from '../meeting/peering.ts'
import { sessionsOf } from '../meeting/session.ts'
import type { ArtifactRow } from '../rows.ts'
import { cleanName, nameLimit, utf8Length } from '../showing/text.ts'
import { self, type Turn } from '../state.ts'
import { composeIntoVault, createTree } from '../trees/tree.ts'
import { findInvite, keepInvite, parseInvite } from './invite.ts'
import { joinBegun } from './join-state.ts'
import { askToJoin } from './realm-joining.ts'

export function create(turn: Turn, args: Args<'realm.create'>): Result<Value<'realm.create'>> {
  const name = cleanName(args.name)
  if (name === '') return refuse('InvalidArguments', 'A name needs at least one visible character.')
  if (utf8Length(name) > nameLimit) return refuse('TooLarge', 'A name may have 1,024 bytes.')
  const row = createTree(turn, args.type ?? 'story', name, { realm: 'yes' })
  composeIntoVault(turn, row.id)
  return ok({ id: row.id })
}

/** Answers at once and goes on in the background, also after a restart, until someone lets us in or refuses. */
export function join(turn: Turn, args: Args<'realm.join'>): Result<Value<'realm.join'>> {
  const parsed = parseInvite(args.code)
  if (!parsed.ok) return parsed
  const code = parsed.value
  const row = turn.tables.artifacts.byId(code.realm)
  if (row?.status === 'active') return ok({ id: row.id, status: 'joined' })
  if (code.expiresAt <= turn.now) return refuse('CodeExpired')
  const known = recall(turn, undefined, `join:${code.realm}`)
  if (known) return ok({ id: code.realm, status: (decode(known) as unknown[])[5] === 'waiting' ? 'waiting' : 'asking' })
  const note = [code.realm, code.seed, code.discovery, code.commitment, code.expiresAt, 'asking']
  remember(turn, undefined, `join:${code.realm}`, encode(note))
  if (code.keepers) askThrough(turn, code.realm, code.keepers)
  joinBegun(turn, code.realm)
  composeIntoVault(turn, code.realm)
  for (const session of turn.state.sessions.values()) askToJoin(turn, session)
  turn.due.seek = true
  return ok({ id: code.realm, status: 'asking' })
}

export function requests(turn: Turn, args: Args<'realm.requests'>): Result<Value<'realm.requests'>> {
  const row = hosted(turn, args.id)
  if (!row.ok) return row
  return ok(
    recallAll(turn, args.id, 'request:').map((note) => {
      const [name, at] = decode(note.value) as [string, number]
      return { playerId: note.name.slice(8) as PlayerId, name, at }
    }),
  )
}

export function admitRequest(turn: Turn, args: Args<'realm.admit'>): Result<Record<string, never>> {
  const row = hosted(turn, args.id)
  if (!row.ok) return row
  const note = recall(turn, args.id, `request:${args.playerId}`)
  const bytes = turn.tables.devices.listOf(args.playerId)
  const list = bytes && parseDeviceList(bytes)
  if (!note || !list) return refuse('InvalidArguments', 'This person has not asked to join.')
  const [name, , publicKey] = decode(note) as [string, number, string]
  const isSteward = row.value.steward === self(turn).player
  const hasHand = hasSeat(turn, row.value) || isSeatedElsewhere(turn, row.value)
  if (isSteward && !hasHand) return refuse('NotPermitted', forked)
  const invite = findInvite(turn, publicKey)
  const isOpen = invite && invite.used.length < invite.uses && mayAdmit(turn, row.value, invite.mode)
  if (!isOpen) return refuse('CodeExpired')
  keepInvite(turn, args.id, { ...invite, used: [...invite.used, args.playerId] })
  forget(turn, args.id, `request:${args.playerId}`)
  dropLetter(turn, `join-request:${args.id}:${args.playerId}`)
  admitOrPropose(turn, row.value, list, name, invite.mode, invite.until)
  return ok({})
}

export function refuseRequest(turn: Turn, args: Args<'realm.refuse'>): Result<Record<string, never>> {
  const row = hosted(turn, args.id)
  if (!row.ok) return row
  const note = recall(turn, args.id, `request:${args.playerId}`)
  if (!note) return refuse('InvalidArguments', 'This person has not asked to join.')
  const [, , publicKey] = decode(note) as [string, number, string]
  forget(turn, args.id, `request:${args.playerId}`)
  dropLetter(turn, `join-request:${args.id}:${args.playerId}`)
  remember(turn, args.id, `refused:${args.playerId}`, digest(new Uint8Array(0)))
  turn.due.keep = true
  for (const session of sessionsOf(turn, args.playerId))
    sendFrame(turn, session.connection, 'joining', publicKey, 'refused')
  return ok({})
}

export function members(turn: Turn, args: Args<'realm.members'>): Result<Value<'realm.members'>> {
  const row = turn.tables.artifacts.byId(args.id)
  if (!row) return refuse('ArtifactNotFound')
  const me = self(turn)
  return ok(
    turn.tables.members.of(row.key).map((member) => ({
      playerId: member.player,
      name: nameOf(turn, member.player) || member.name,
      role: member.role,
      online: member.player === me.player || sessionsOf(turn, member.player).length > 0,
      mode: member.mode,
      ...(member.expiresAt === undefined ? {} : { expiresAt: member.expiresAt }),
    })),
  )
}

/** The steward's, or of a member who was let to invite others. */
function hosted(turn: Turn, id: ArtifactId): Result<ArtifactRow> {
  const row = turn.tables.artifacts.byId(id)
  const isHost = row && row.status === 'active' && recallAll(turn, id, 'invite:').length > 0
  return isHost ? ok(row) : stewarded(turn, id)
}
