import { open } from '../crypto/box.ts'
import { decode } from '../crypto/canonical.ts'
import { treeId } from './artifact-id.ts'
import { type Authority, advance, found, membersNow, parseAuthorityOp, parseGenesis } from './authority.ts'
import { isBytes } from './device-list.ts'
import { type Envelope, parseEnvelope } from './envelope.ts'
import { contentKey } from './keyring.ts'
import type { ArtifactRow, LogRow } from './rows.ts'
import { self, type Turn } from './state.ts'
import { boundedName } from './text.ts'

/** The authority of a Tree as far as its log is held and can be read; `undefined` before its genesis can be. */
export function authorityOf(turn: Turn, row: ArtifactRow): Authority | undefined {
  const known = turn.state.authorities.get(row.key)
  if (known) return known
  if (row.type === 'dm') return undefined
  const authority = fold(turn, row, undefined)
  if (authority) turn.state.authorities.set(row.key, authority)
  return authority
}

/**
 * Takes up what came to the authority log, and writes down who is a member now. True when it grew: then every writer
 * log is judged again where it waited, and from the beginning where a cut took something back.
 */
export function govern(turn: Turn, row: ArtifactRow): { grew: boolean; shrank: boolean } {
  if (row.type === 'dm') return { grew: false, shrank: false }
  const before = turn.state.authorities.get(row.key)
  const length = before?.length ?? 0
  const spans = before ? closedSpans(before) : 0
  const isSplit = before !== undefined && length > countedAuthority(turn, row, before)
  const authority = fold(turn, row, isSplit ? undefined : before)
  if (!authority || (authority.length === length && !isSplit)) return { grew: false, shrank: false }
  turn.state.authorities.set(row.key, authority)
  writeMembers(turn, row, authority)
  return { grew: true, shrank: isSplit || closedSpans(authority) > spans }
}

/** How much of the seat's log counts. The genesis always does: the id is its hash. */
function countedAuthority(turn: Turn, row: ArtifactRow, authority: Authority): number {
  const log = turn.tables.logs.of(row.key).find((each) => each.kind === 'authority' && each.device === authority.seat)
  return log ? countedLength(log) : 0
}

function countedLength(log: LogRow): number {
  return Math.min(log.length, Math.max(1, log.forkAt ?? log.length))
}

function closedSpans(authority: Authority): number {
  let closed = 0
  for (const member of authority.members.values())
    for (const span of member.spans) if (span.until !== undefined) closed += 1
  return closed
}

function writeMembers(turn: Turn, row: ArtifactRow, authority: Authority): void {
  const me = self(turn)
  turn.tables.members.clear(row.key)
  const members = membersNow(authority)
  for (const member of members) {
    turn.tables.members.put({
      artifact: row.key,
      player: member.player,
      name: boundedName(member.name),
      role: member.role,
      mode: member.mode,
      expiresAt: member.expiresAt,
      grantedAt: member.grantedAt,
      grantedBy: authority.steward,
    })
    const list = [...member.devices.values()].at(-1)
    if (list && member.player !== me.player) {
      turn.tables.devices.put(
        member.player,
        list.version,
        list.bytes,
        list.devices.map((each) => each.device),
      )
    }
  }
  const present = turn.tables.artifacts.byKey(row.key) ?? row
  const isIn = members.some((member) => member.player === me.player)
  turn.tables.artifacts.update({
    ...present,
    status: isIn ? 'active' : 'revoked',
    others: members.filter((member) => member.player !== me.player).length,
    epoch: authority.epoch,
  })
  turn.changes.touched.add(row.key)
}

function fold(turn: Turn, row: ArtifactRow, before: Authority | undefined): Authority | undefined {
  const logs = turn.tables.logs.of(row.key).filter((log) => log.kind === 'authority')
  const log = before ? logs.find((each) => each.device === before.seat) : logs[0]
  if (!log) return before
  let authority = before
  for (let seq = authority?.length ?? 0; seq < countedLength(log); seq += 1) {
    const payload = readAuthority(turn, row, log, seq)
    if (payload === undefined) break
    if (!authority) {
      authority = begin(row, payload)
      if (!authority || authority.seat !== log.device) return undefined
      continue
    }
    advance(authority, parseAuthorityOp(payload.body), payload.epoch)
  }
  if (authority) authority.isForked = log.forkAt !== undefined
  return authority
}

type AuthorityPayload = { readonly epoch: number; readonly body: unknown }

function begin(row: ArtifactRow, payload: AuthorityPayload): Authority | undefined {
  const signed = (payload.body as { signed?: unknown } | undefined)?.signed
  if (!isBytes(signed) || treeId(signed) !== row.id) return undefined
  const genesis = parseGenesis(signed)
  return genesis && found(genesis)
}

/** `undefined` while its key is not here; a body that is nonsense still takes its position. */
function readAuthority(turn: Turn, row: ArtifactRow, log: LogRow, seq: number): AuthorityPayload | undefined {
  const held = turn.tables.envelopes.at(log.key, seq)
  const envelope = held && parseEnvelope(held.bytes)
  if (!envelope) return undefined
  const key = contentKey(turn, row, envelope) ?? olderKey(turn, row, log, envelope)
  if (!key) return undefined
  const plain = open(key, envelope.nonce, envelope.sealed, envelope.associated)
  const payload = plain && decode(plain)
  if (!Array.isArray(payload) || payload.length !== 3) return { epoch: envelope.epoch, body: undefined }
  return { epoch: envelope.epoch, body: payload[2] }
}

/**
 * A latecomer holds the newest key only; each rotation seals the key before it under its own. Walks back from the
 * first rotation whose key is known until the wanted epoch is.
 */
function olderKey(turn: Turn, row: ArtifactRow, log: LogRow, wanted: Envelope): Uint8Array | undefined {
  const rotations: Envelope[] = []
  for (let seq = wanted.seq + 1, epoch = wanted.epoch; seq < log.length; seq += 1) {
    const held = turn.tables.envelopes.at(log.key, seq)
    const envelope = held && parseEnvelope(held.bytes)
    if (!envelope) return undefined
    if (envelope.epoch > epoch) rotations.push(envelope)
    epoch = Math.max(epoch, envelope.epoch)
    contentKey(turn, row, envelope)
  }
  for (const rotation of rotations.reverse()) {
    const key = contentKey(turn, row, rotation)
    const plain = key && open(key, rotation.nonce, rotation.sealed, rotation.associated)
    const payload = plain && decode(plain)
    const op = Array.isArray(payload) ? parseAuthorityOp(payload[2]) : undefined
    if (op?.op === 'revoke' && !turn.tables.keys.get(row.key, 'seat', rotation.epoch - 1)) {
      turn.tables.keys.put(row.key, 'seat', rotation.epoch - 1, op.old)
    }
  }
  return turn.tables.keys.get(row.key, 'seat', wanted.epoch)
}
