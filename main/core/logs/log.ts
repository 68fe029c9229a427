import { seal } from '../../crypto/box.ts'
import { type Bytes, concat, uint, utf8 } from '../../crypto/bytes.ts'
import { type Canonical, encode } from '../../crypto/canonical.ts'
import { digest } from '../../crypto/digest.ts'
import type { ArtifactRow, LogRow } from '../rows.ts'
import { noteGrowth, self, type Turn } from '../state.ts'
import { type EnvelopeHead, envelopeHash, envelopeHead, signEnvelope } from './envelope.ts'
import { type Audience, scopeOf, type Wrapped, wrapKeys } from './keyring.ts'
import { countedLogs, standingOf } from './standing.ts'

export type Appended = { readonly log: LogRow; readonly seq: number; readonly hash: Bytes }

/** Seals, signs and keeps one entry of this device's own log. Durable before anyone hears of it: `run` commits first. */
export function append(
  turn: Turn,
  row: ArtifactRow,
  kind: LogRow['kind'],
  payload: Canonical,
  keys?: { epoch: number; key: Bytes; audience: Audience },
): Appended {
  const me = self(turn)
  const log = ownLog(turn, row, kind)
  const head: Omit<EnvelopeHead, 'open'> = {
    kind,
    tag: row.tag,
    device: me.deviceKeys.publicKey,
    incarnation: log.incarnation,
    seq: log.length,
    epoch: keys?.epoch ?? row.epoch,
    prev: log.head,
    nonce: turn.chance(24),
  }
  const key = keys?.key ?? turn.tables.keys.get(row.key, scopeOf(row, me.device), row.epoch)
  if (!key) throw new Error(`no key for epoch ${row.epoch}`)
  const content: Wrapped | undefined = keys && { id: row.id, secret: row.secret, epoch: keys.epoch, key: keys.key }
  const open = keys && content ? wrapKeys(turn, head, keys.audience, content) : new Uint8Array(0)
  const associated = envelopeHead({ ...head, open })
  const bytes = signEnvelope(associated, seal(key, head.nonce, encode(payload), associated), me.deviceKeys.secretKey)
  const hash = envelopeHash(bytes)
  if (keys) {
    turn.tables.keys.put(row.key, scopeOf(row, me.device), keys.epoch, keys.key)
    turn.due.holds.add(row.key)
  }
  turn.tables.envelopes.append(log.key, log.length, hash, bytes)
  const grown = { ...log, length: log.length + 1, head: hash }
  turn.tables.logs.update(grown)
  noteGrowth(turn, log)
  return { log: grown, seq: log.length, hash }
}

/**
 * This device's log of the present incarnation, begun when there is none. A forked one is never appended to. Authority
 * logs have one incarnation, 0, so that two of them can only be a fork.
 */
export function ownLog(turn: Turn, row: ArtifactRow, kind: LogRow['kind']): LogRow {
  const me = self(turn)
  const own = ownLogs(turn, row, kind)
  if (kind === 'authority') return own[0] ?? addLog(turn, row, kind, me.device, 0)
  const present = own.find(
    (log) =>
      log.incarnation >= me.incarnation &&
      log.forkAt === undefined &&
      turn.tables.notes.get(row.key, spentName(log.key)) === undefined,
  )
  if (present) return present
  const taken = own.map((log) => log.incarnation)
  const incarnation = taken.includes(me.incarnation) ? Math.max(...taken) + 1 : me.incarnation
  return addLog(turn, row, kind, me.device, incarnation)
}

export function ownLogs(turn: Turn, row: ArtifactRow, kind: LogRow['kind'] = 'writer'): LogRow[] {
  const { device } = self(turn)
  return turn.tables.logs.of(row.key).filter((log) => log.kind === kind && log.device === device)
}

/** Names the note on an own log whose changes were made again elsewhere. */
export function spentName(log: number): string {
  return `spent:${log}`
}

export function addLog(
  turn: Turn,
  row: ArtifactRow,
  kind: LogRow['kind'],
  device: LogRow['device'],
  incarnation: number,
): LogRow {
  return turn.tables.logs.add({
    artifact: row.key,
    kind,
    device,
    incarnation,
    length: 0,
    head: new Uint8Array(32),
    forkAt: undefined,
    judged: 0,
    clock: 0,
    position: 0,
    epoch: 0,
  })
}

/** 32 bytes equal exactly where the same of the same logs counts on both sides, with the same forks. */
export function logsDigest(turn: Turn, row: ArtifactRow): Bytes {
  const parts = countedLogs(turn, row)
    .map((log) => ({
      name: `${log.kind}:${log.device}:${String(log.incarnation).padStart(16, '0')}`,
      standing: standingOf(turn, row, log),
    }))
    .filter(({ standing }) => standing.length > 0 || standing.forkAt !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  return digest(
    concat(
      ...parts.flatMap(({ name, standing: { length, head, forkAt } }) => [
        utf8(`${name}${forkAt === undefined ? '' : 'forked'}`),
        uint(length, 6),
        head,
      ]),
    ),
  )
}
