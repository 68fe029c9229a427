import { type Bytes, fromHex, hex } from '../../crypto/bytes.ts'
import { encode } from '../../crypto/canonical.ts'
import { verify } from '../../crypto/signature.ts'
import { isCount } from '../logs/state-vector.ts'
import { bytesAt, type Frame, sendFrame } from '../meeting/frame.ts'
import type { Session } from '../meeting/session.ts'
import type { ArtifactRow, LogRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { envelopeItem, mailboxOf } from './depositing.ts'
import { accountKeys, type KeeperLink } from './keeper-link.ts'
import { logMark } from './keeper-marks.ts'
import { receiptBytes } from './keeping.ts'
import { type Mailbox, outerHash, sealOuter } from './outer-envelope.ts'

const page = 500

/** Everything this player left in the mailboxes followed on this connection. */
export function discardAll(turn: Turn, session: Session): void {
  for (const box of session.keeper?.boxes.values() ?? []) {
    sendFrame(turn, session.connection, 'discard', box.mailbox.address, null)
  }
}

/** What is to go from this keeper and was not yet confirmed gone: said again until it is. */
export function discardDue(turn: Turn, session: Session): void {
  const { keeper } = session
  if (!keeper) return
  const { marks, artifacts } = turn.tables
  for (const row of artifacts.recalled()) recallEntries(turn, session, keeper, row)
  for (const { name } of marks.all(keeper.player, 'gone:')) {
    sendFrame(turn, session.connection, 'discard', fromHex(name.slice(5)), null)
  }
}

/**
 * KEEP-1: a recall takes back what this device wrote there. Its steward's authority log stays for who has not heard;
 * so each item is named by its hash, which only those can compute who could read it.
 */
function recallEntries(turn: Turn, session: Session, keeper: KeeperLink, row: ArtifactRow): void {
  const { logs, marks, envelopes } = turn.tables
  const own = logs.of(row.key).filter((log) => log.device === self(turn).device && log.kind === 'writer')
  for (const log of own) {
    const end = marks.get(keeper.player, logMark(row, log)) ?? 0
    const done = marks.get(keeper.player, undoneMark(log)) ?? 0
    for (let from = done; from < end; from += page) {
      const held = envelopes.from(log.key, from, Math.min(page, end - from))
      for (const [box, hashes] of hashesByMailbox(turn, row, log, held)) {
        keeper.undoing.set(hex(box.address), { mark: undoneMark(log), value: end })
        sendFrame(turn, session.connection, 'discard', box.address, hashes)
      }
    }
  }
}

function undoneMark(log: LogRow): string {
  return `undone:${log.key}`
}

function hashesByMailbox(
  turn: Turn,
  row: ArtifactRow,
  log: LogRow,
  held: readonly { readonly bytes: Bytes }[],
): Map<Mailbox, Bytes[]> {
  const all = new Map<Mailbox, Bytes[]>()
  for (const { bytes } of held) {
    const box = mailboxOf(turn, row, log, bytes)
    if (box) all.set(box, [...(all.get(box) ?? []), outerHash(sealOuter(box, envelopeItem(bytes)))])
  }
  return all
}

/** The keeper's signed word: kept as long as the vault. */
export function discardedTold(turn: Turn, session: Session, frame: Frame): void {
  const { keeper } = session
  const mailbox = bytesAt(frame, 0, 32)
  const [, count, at] = frame.fields
  const signature = bytesAt(frame, 3, 64)
  if (!keeper || !mailbox || !signature || !isCount(count) || typeof at !== 'number') return
  const account = accountKeys(turn, keeper.player).publicKey
  const receipt = receiptBytes(account, mailbox, count, at)
  if (!verify(signature, receipt, fromHex(session.device))) return
  const name = hex(mailbox)
  const undoing = keeper.undoing.get(name)
  if (!undoing && turn.tables.marks.get(keeper.player, `gone:${name}`) === undefined) return
  keeper.undoing.delete(name)
  if (undoing) turn.tables.marks.put(keeper.player, undoing.mark, undoing.value)
  turn.tables.marks.drop(keeper.player, `gone:${name}`)
  turn.tables.facts.put(`receipt:${name}`, encode([fromHex(session.device), receipt, signature]))
}
