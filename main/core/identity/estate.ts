import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import type { Bytes } from '../../crypto/bytes.ts'
import { type Canonical, encode } from '../../crypto/canonical.ts'
import type { Entry } from '../logs/entry.ts'
import { isCount } from '../logs/state-vector.ts'
import { sendVector } from '../logs/sync.ts'
import { write } from '../logs/writer.ts'
import { sessionsOf } from '../meeting/session.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { addArtifact, rowOf } from '../trees/tree.ts'
import { isBytes } from './device-list.ts'

/**
 * What one device of a player comes to hold, the others have to find: entries of kind `hold` in the Vault's log name
 * artifacts with their interface secret and the content keys known here, `[[id, secret, type, steward, createdAt,
 * [[scope, epoch, key]…]]…]`. A set that only grows: keys are never told twice differently. The artifacts' own logs
 * then come by the ordinary sync.
 */
const itemsTogether = 200
const bytesTogether = 262_144

/** At the end of a step: what is new here is written down, where there is another device to read it. */
export function tellEstate(turn: Turn): void {
  const keys = [...turn.due.holds]
  turn.due.holds.clear()
  if (self(turn).list.devices.length > 1) tell(turn, keys)
}

/** For a device that has just come: everything. */
export function tellWholeEstate(turn: Turn): void {
  turn.due.holds.clear()
  tell(
    turn,
    [...turn.tables.artifacts.all()].map((row) => row.key),
  )
}

export function takeHold(turn: Turn, entry: Entry): void {
  const [items] = entry.fields
  if (entry.row.key !== self(turn).vault || !Array.isArray(items)) return
  for (const item of items) {
    const held = parseItem(item)
    if (held) hold(turn, held)
  }
}

/** Artifacts that were only just heard of are asked for at once. */
export function seekEstate(turn: Turn): void {
  for (const key of turn.due.heirlooms) {
    for (const session of sessionsOf(turn, self(turn).player)) sendVector(turn, session, rowOf(turn, key), true)
  }
  turn.due.heirlooms.clear()
}

type Item = {
  readonly id: ArtifactId
  readonly secret: Bytes
  readonly type: string
  readonly steward: PlayerId
  readonly createdAt: number
  readonly keys: readonly (readonly [string, number, Bytes])[]
}

function hold(turn: Turn, item: Item): void {
  const known = turn.tables.artifacts.byId(item.id)
  if (known?.status === 'revoked') return
  const row = known ?? addArtifact(turn, item.id, item.secret, item.type, item.createdAt, item.steward)
  for (const [scope, epoch, key] of item.keys) {
    if (!turn.tables.keys.get(row.key, scope, epoch)) turn.tables.keys.put(row.key, scope, epoch, key)
  }
  if (known) return
  turn.due.holds.delete(row.key)
  turn.due.heirlooms.add(row.key)
  if (item.type !== 'dm') turn.tables.artifacts.update({ ...row, status: 'waiting' })
}

function tell(turn: Turn, keys: readonly number[]): void {
  const me = self(turn)
  let items: Canonical[] = []
  let size = 0
  for (const key of keys) {
    const row = turn.tables.artifacts.byKey(key)
    if (!row || row.key === me.vault || row.key === me.inbox || row.status === 'revoked') continue
    const item = itemOf(turn, row)
    items.push(item)
    size += encode(item).length
    if (items.length < itemsTogether && size < bytesTogether) continue
    write(turn, rowOf(turn, me.vault), 'hold', [items])
    items = []
    size = 0
  }
  if (items.length > 0) write(turn, rowOf(turn, me.vault), 'hold', [items])
}

function itemOf(turn: Turn, row: ArtifactRow): Canonical {
  const keys = turn.tables.keys.of(row.key).map(({ scope, epoch, key }): Canonical => [scope, epoch, key])
  return [row.id, row.secret, row.type, row.steward, row.createdAt, keys]
}

function parseItem(value: unknown): Item | undefined {
  if (!Array.isArray(value) || value.length !== 6) return undefined
  const [id, secret, type, steward, createdAt, keys] = value as unknown[]
  if (typeof id !== 'string' || !isBytes(secret, 32) || typeof type !== 'string') return undefined
  if (typeof steward !== 'string' || typeof createdAt !== 'number' || !Array.isArray(keys)) return undefined
  if (!keys.every(isKey)) return undefined
  return { id: id as ArtifactId, secret, type, steward: steward as PlayerId, createdAt, keys }
}

function isKey(value: unknown): value is readonly [string, number, Bytes] {
  if (!Array.isArray(value) || value.length !== 3) return false
  return typeof value[0] === 'string' && isCount(value[1]) && isBytes(value[2], 32)
}
