import * as Automerge from '@automerge/automerge'
import { open } from '../crypto/box.ts'
import type { Bytes } from '../crypto/bytes.ts'
import { decode } from '../crypto/canonical.ts'
import { readChangeHeader } from './change-header.ts'
import { isSound } from './change-rule.ts'
import { isBytes } from './device-list.ts'
import { parseEnvelope } from './envelope.ts'
import { contentKey } from './keyring.ts'
import type { ArtifactRow } from './rows.ts'
import type { Turn } from './state.ts'

/** A change in its author's log that is not decided yet. */
export type Waiting = { readonly log: number; readonly seq: number; readonly hash: Bytes; readonly change: Bytes }

/** What one log has in a document: how many changes, and their bytes together. */
export type Tally = { readonly count: number; readonly bytes: number }

export type Verdicts = { readonly accepted: readonly Waiting[]; readonly refused: readonly Waiting[] }

/** Of one author in one document. */
const documentLimit = 67_108_864

/**
 * Decides as much of the queues as can be decided: each log's changes in their order, each as soon as all it depends on
 * is in the document. What depends on something refused, or never heard of, waits for ever and stops no other log.
 */
export function decide(
  doc: Automerge.Doc<unknown>,
  queues: readonly (readonly Waiting[])[],
  tallies: Map<number, Tally>,
): Verdicts {
  const past = Automerge.getBackend(doc).clone()
  const accepted: Waiting[] = []
  const refused: Waiting[] = []
  const left = queues.map((queue) => [...queue])
  for (let before = -1; before !== accepted.length; ) {
    before = accepted.length
    for (const queue of left) {
      for (let next = queue[0]; next; next = queue[0]) {
        const verdict = judgeChange(past, next, tallies.get(next.log) ?? { count: 0, bytes: 0 })
        if (verdict === 'wait') break
        queue.shift()
        if (verdict) tallies.set(next.log, verdict)
        ;(verdict ? accepted : refused).push(next)
      }
    }
  }
  past.free()
  return { accepted, refused }
}

/** The log's tally with this change, nothing when it is refused. */
function judgeChange(
  past: ReturnType<typeof Automerge.getBackend>,
  { change }: Waiting,
  tally: Tally,
): Tally | 'wait' | undefined {
  const header = readChangeHeader(change)
  const bytes = tally.bytes + change.length
  if (header?.seq !== tally.count + 1 || bytes > documentLimit) return undefined
  if (header.dependencies.some((dependency) => !past.getChangeMetaByHash(dependency))) return 'wait'
  if (!isSound(past, change)) return undefined
  past.applyChanges([change])
  return { count: header.seq, bytes }
}

/** The change in an envelope that is held; the payload is `[position, clock, time, 'change', document, change]`. */
export function changeAt(turn: Turn, row: ArtifactRow, log: number, seq: number): Waiting | undefined {
  const held = turn.tables.envelopes.at(log, seq)
  const envelope = held && parseEnvelope(held.bytes)
  const key = envelope && contentKey(turn, row, envelope)
  const plain = key && open(key, envelope.nonce, envelope.sealed, envelope.associated)
  const payload = plain && decode(plain)
  return held && Array.isArray(payload) && isBytes(payload[5])
    ? { log, seq, hash: held.hash, change: payload[5] }
    : undefined
}
