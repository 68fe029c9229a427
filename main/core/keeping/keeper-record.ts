import type { ArtifactId, DeviceId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, fromHex, hex } from '../../crypto/bytes.ts'
import { type Canonical, decode, encode } from '../../crypto/canonical.ts'
import { isBytes } from '../identity/device-list.ts'
import type { Entry } from '../logs/entry.ts'
import { recall, recallAll, recallEverywhere, remember } from '../logs/private-notes.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { dmStoryId } from '../trees/artifact-id.ts'

/** A keeper as people tell each other of it: who it is, and where it is found when its devices are known. */
export type Keeper = {
  readonly player: PlayerId
  readonly devices: readonly DeviceId[]
  /** where it listens for WebSockets; empty when it does not */
  readonly url: string
}

export const mostKeepers = 4
const mostDevices = 4
const urlLimit = 256

export function ownKeepers(turn: Turn): Keeper[] {
  return recallAll(turn, undefined, 'keeper:').flatMap((note) => readKeepers(decode(note.value)))
}

export function isOwnKeeper(turn: Turn, player: PlayerId): boolean {
  return recall(turn, undefined, `keeper:${player}`) !== undefined
}

export function keepOwn(turn: Turn, keeper: Keeper): void {
  remember(turn, undefined, `keeper:${keeper.player}`, encode([canonicalOf(keeper)]))
}

/** Own keepers that said that they keep for this player. */
export function servingKeepers(turn: Turn): Keeper[] {
  return ownKeepers(turn).filter((keeper) => turn.tables.marks.get(keeper.player, 'accepted') === 1)
}

/**
 * Keepers of others at which an artifact's things may lie: those its members told of, and while none of that is here,
 * those its code named, or its steward told of in the conversation of two.
 */
export function announcedIn(turn: Turn, row: ArtifactRow): Keeper[] {
  const told = recallAll(turn, row.id, 'keeper-of:').flatMap((note) => readKeepers(decode(note.value)))
  if (row.type === 'dm') return told
  const dm = dmStoryId(self(turn).player, row.steward)
  const ofSteward = recall(turn, dm, `keeper-of:${row.steward}`)
  return [...told, ...keepersOfJoin(turn, row.id), ...(ofSteward ? readKeepers(decode(ofSteward)) : [])]
}

/** Those named in the code of a realm that this player asked to join. */
export function keepersOfJoin(turn: Turn, realm: ArtifactId): Keeper[] {
  const note = recall(turn, undefined, `join-keepers:${realm}`)
  const value = note && decode(note)
  return Array.isArray(value) ? readKeepers(value[0]) : []
}

/** Everyone's this device may find something at, each once, one's own first. */
export function knownKeepers(turn: Turn): Keeper[] {
  const joins = recallAll(turn, undefined, 'join-keepers:').flatMap((note) => {
    const value = decode(note.value)
    return Array.isArray(value) ? readKeepers(value[0]) : []
  })
  const announced = recallEverywhere(turn, 'keeper-of:')
    .filter((note) => turn.tables.artifacts.byKey(note.artifact)?.status === 'active')
    .flatMap((note) => readKeepers(decode(note.value)))
  const all = new Map<PlayerId, Keeper>()
  for (const keeper of [...ownKeepers(turn), ...joins, ...announced]) {
    if (!all.has(keeper.player) && all.size < mostKnown) all.set(keeper.player, keeper)
  }
  all.delete(self(turn).player)
  return [...all.values()]
}

/** Members may name any number of keepers that do not exist: so many are tried. */
const mostKnown = 64

/** Reception of a member's word on where they leave things: the newest word of each counts. */
export function takeKeepers(turn: Turn, entry: Entry): void {
  const value = entry.fields[0]
  if (!Array.isArray(value) || value.length > mostKeepers || readKeepers(value).length !== value.length) return
  const name = `keeper-of:${entry.player}`
  const known = turn.tables.notes.get(entry.row.key, name)
  if (known && !isNewer(entry, known)) return
  const note = encode([entry.clock, hex(entry.hash), encode(value as Canonical)])
  turn.tables.notes.put(entry.row.key, name, note)
  turn.due.seek = true
}

export function clearKeepers(turn: Turn, row: ArtifactRow): void {
  for (const note of turn.tables.notes.all(row.key, 'keeper-of:')) turn.tables.notes.drop(row.key, note.name)
}

function isNewer(entry: Entry, known: Bytes): boolean {
  const [clock, hash] = decode(known) as [number, string]
  return entry.clock > clock || (entry.clock === clock && hex(entry.hash) > hash)
}

export function canonicalOf(keeper: Keeper): Canonical {
  return [fromHex(keeper.player), keeper.devices.map(fromHex), keeper.url]
}

/** Those of a list that have the form of one. */
export function readKeepers(value: unknown): Keeper[] {
  return Array.isArray(value) ? value.flatMap((each) => readKeeper(each) ?? []) : []
}

/** Empty, or where one can be called by WebSocket. */
export function isSocketUrl(value: unknown): value is string {
  return typeof value === 'string' && value.length <= urlLimit && /^(wss?:\/\/[^\s@]+)?$/u.test(value)
}

function readKeeper(value: unknown): Keeper | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined
  const [player, devices, url] = value as unknown[]
  if (!isBytes(player, 32) || !isSocketUrl(url)) return undefined
  if (!Array.isArray(devices) || devices.length > mostDevices) return undefined
  if (!devices.every((device) => isBytes(device, 32))) return undefined
  return { player: hex(player) as PlayerId, devices: devices.map((device) => hex(device) as DeviceId), url }
}
