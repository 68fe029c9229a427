import { fromHex, hex } from '../crypto/bytes.ts'
import { encode } from '../crypto/canonical.ts'
import { verify } from '../crypto/signature.ts'
import { bytesAt, type Frame, sendFrame } from './frame.ts'
import { accountKeys } from './keeper-link.ts'
import { receiptBytes } from './keeping.ts'
import type { Session } from './session.ts'
import type { Turn } from './state.ts'
import { isCount } from './state-vector.ts'

/** Everything this player left in the mailboxes followed on this connection. */
export function discardAll(turn: Turn, session: Session): void {
  for (const box of session.keeper?.boxes.values() ?? []) {
    sendFrame(turn, session.connection, 'discard', box.mailbox.address, null)
  }
}

/** What is to go from a keeper and was not yet confirmed gone. */
export function discardDue(turn: Turn, session: Session): void {
  const { keeper } = session
  if (!keeper) return
  for (const { name } of turn.tables.marks.all(keeper.player, 'gone:')) {
    sendFrame(turn, session.connection, 'discard', fromHex(name.slice(5)), null)
  }
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
  if (turn.tables.marks.get(keeper.player, `gone:${name}`) === undefined) return
  turn.tables.marks.drop(keeper.player, `gone:${name}`)
  turn.tables.facts.put(`receipt:${name}`, encode([fromHex(session.device), receipt, signature]))
}
