import { open } from '../../crypto/box.ts'
import type { Bytes } from '../../crypto/bytes.ts'
import { decode } from '../../crypto/canonical.ts'
import { type Envelope, parseEnvelope } from '../logs/envelope.ts'
import { unwrapKeys } from '../logs/keyring.ts'
import type { ArtifactRow } from '../rows.ts'
import type { Turn } from '../state.ts'
import { olderKeyIn } from './authority-op.ts'

/**
 * The keys of all epochs that can be reached from what these entries wrap to this device: each entry that begins an
 * epoch seals the key before it under its own. A key counts only where it opened an entry of its epoch.
 */
export function keysIn(turn: Turn, row: Pick<ArtifactRow, 'id'>, envelopes: readonly Envelope[]): Keys {
  const keys = new Map<number, Bytes>()
  let secret: Bytes | undefined
  let meeting: Keys['meeting']
  for (const envelope of envelopes) {
    const wrapped = keys.has(envelope.epoch) ? undefined : unwrapKeys(turn, envelope)
    if (wrapped?.id !== row.id || wrapped.epoch !== envelope.epoch) continue
    keys.set(wrapped.epoch, wrapped.key)
    secret ??= wrapped.secret
    if (wrapped.meeting && wrapped.epoch >= (meeting?.epoch ?? 0)) {
      meeting = { epoch: wrapped.epoch, secret: wrapped.meeting }
    }
  }
  for (const envelope of envelopes.toSorted((a, b) => b.epoch - a.epoch)) {
    if (envelope.epoch < 2 || keys.has(envelope.epoch - 1)) continue
    const old = olderKeyIn(bodyOf(envelope, keys))
    if (old) keys.set(envelope.epoch - 1, old)
  }
  return { keys, secret, meeting }
}

type Keys = {
  readonly keys: ReadonlyMap<number, Bytes>
  readonly secret: Bytes | undefined
  /** KEY-3: epoch of the wrap it came with, and what the steward and this member share */
  readonly meeting: { readonly epoch: number; readonly secret: Bytes } | undefined
}

/** What an authority entry says; `undefined` where its key is not known or it says nothing that can be read. */
export function bodyOf(envelope: Envelope, keys: ReadonlyMap<number, Bytes>): unknown {
  return payloadOf(envelope, keys)?.[2]
}

export function payloadOf(envelope: Envelope, keys: ReadonlyMap<number, Bytes>): unknown[] | undefined {
  const key = keys.get(envelope.epoch)
  const plain = key && open(key, envelope.nonce, envelope.sealed, envelope.associated)
  const payload = plain && decode(plain)
  return Array.isArray(payload) ? payload : undefined
}

/** A latecomer holds the newest key only: goes back from it to that of the wanted entry, which has to open it. */
export function learnOlderKeys(turn: Turn, row: ArtifactRow, wanted: Envelope): Bytes | undefined {
  const later = turn.tables.logs
    .of(row.key)
    .filter((log) => log.kind === 'authority')
    .flatMap((log) => turn.tables.envelopes.from(log.key, 0, log.length))
    .flatMap(({ bytes }) => parseEnvelope(bytes) ?? [])
    .filter((envelope) => envelope.epoch >= wanted.epoch)
  const { keys } = keysIn(turn, row, later)
  const key = keys.get(wanted.epoch)
  if (!key || open(key, wanted.nonce, wanted.sealed, wanted.associated) === undefined) return undefined
  for (const envelope of later) {
    const found = keys.get(envelope.epoch)
    const isNew = found && turn.tables.keys.get(row.key, 'seat', envelope.epoch) === undefined
    if (isNew && open(found, envelope.nonce, envelope.sealed, envelope.associated)) {
      turn.tables.keys.put(row.key, 'seat', envelope.epoch, found)
      turn.due.holds.add(row.key)
    }
  }
  return key
}
