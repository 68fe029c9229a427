import type { DeviceId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, concat, fromHex, hex, utf8 } from '../../crypto/bytes.ts'
import { type Canonical, encode } from '../../crypto/canonical.ts'
import { sign, verify } from '../../crypto/signature.ts'
import { isBytes } from '../identity/device-list.ts'
import type { Box } from '../keeping/boxes.ts'
import type { Deposit } from '../keeping/depositing.ts'
import { letterItem } from '../keeping/letters.ts'
import type { Mailbox } from '../keeping/outer-envelope.ts'
import type { ArtifactRow, LogRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { agrees } from './holdings.ts'
import { logName } from './reception.ts'
import { countedLogs, standingOf } from './standing.ts'
import { readVector, vectorOf } from './state-vector.ts'

/**
 * STORY-7 through a keeper: who fetched something there leaves word, signed by their device, of how much of each log
 * they hold, so that its author learns that it arrived from someone they never meet.
 */
const context = utf8('indra have by keeper v1')

/** What this device holds of others' logs, for the mailbox that everyone in it reads; nothing when it holds none. */
export function acknowledgement(turn: Turn, row: ArtifactRow, mailbox: Mailbox): Deposit | undefined {
  const { device, deviceKeys } = self(turn)
  const logs = countedLogs(turn, row).filter((log) => log.device !== device && log.kind === 'writer')
  const held = logs.map((log) => ({ log, standing: standingOf(turn, row, log) }))
  const value = held.reduce((sum, { standing }) => sum + standing.length, 0)
  if (value === 0) return undefined
  const vector = encode(vectorOf(held))
  const signature = sign(signedBytes(row, vector), deviceKeys.secretKey)
  const letter: Canonical = ['have', deviceKeys.publicKey, vectorOf(held), signature]
  return { mailbox, item: letterItem(letter), mark: `have:${row.key}`, value }
}

/** Believed of a member's own device alone, and never more than is here. */
export function acknowledged(turn: Turn, box: Box, fields: readonly unknown[]): void {
  const [device, list, signature] = fields
  const row = turn.tables.artifacts.byKey(box.artifact)
  const vector = Array.isArray(list) ? readVector(list.slice(0, 4_096)) : undefined
  if (!row || !vector || !isBytes(device, 32) || !isBytes(signature, 64)) return
  const holder = hex(device) as DeviceId
  const player = turn.tables.devices.ownerOf(holder)
  const isMember = turn.tables.members.of(row.key).some((member) => member.player === player)
  if (!player || !isMember || holder === self(turn).device) return
  if (!verify(signature, signedBytes(row, encode(list as Canonical)), device)) return
  const mine = new Map(turn.tables.logs.of(row.key).map((log) => [logName(log), log]))
  for (const entry of vector) {
    const log = mine.get(logName(entry))
    if (log && agrees(turn, log, entry)) hold(turn, row, log, { holder, player, told: entry.length })
  }
}

function hold(
  turn: Turn,
  row: ArtifactRow,
  log: LogRow,
  { holder, player, told }: { holder: DeviceId; player: PlayerId; told: number },
): void {
  const length = Math.min(told, log.length)
  const known = turn.tables.holdings.of(row.key).find((each) => each.holder === holder && each.log === log.key)
  const before = known?.length ?? 0
  if (length <= before) return
  turn.tables.holdings.put({ artifact: row.key, holder, player, log: log.key, length, at: turn.now })
  const from = Math.min(before, turn.changes.held.get(log.key)?.from ?? before)
  turn.changes.held.set(log.key, { log, from, to: Math.max(length, turn.changes.held.get(log.key)?.to ?? 0) })
}

function signedBytes(row: ArtifactRow, vector: Bytes): Bytes {
  return concat(context, fromHex(row.id.slice(4)), vector)
}
