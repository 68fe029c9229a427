import type { DeviceId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, fromHex, hex } from '../../crypto/bytes.ts'
import { decode } from '../../crypto/canonical.ts'
import { derive } from '../../crypto/digest.ts'
import type { Effect, Topic } from '../effect.ts'
import { deviceMeetings } from '../identity/device-joining.ts'
import { parseDeviceList } from '../identity/device-list.ts'
import { settingsOf } from '../identity/settings.ts'
import { knownKeepers } from '../keeping/keeper-record.ts'
import { keepingFor } from '../keeping/keeping.ts'
import { recallAll, recallEverywhere } from '../logs/private-notes.ts'
import { openInvites } from '../realms/invite.ts'
import { openMeeting, published } from '../realms/open-link.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { pairSecret } from './dm.ts'
import { introductions } from './introduction.ts'
import { type Place, placesNow } from './places.ts'
import { quickSecrets } from './quick-code.ts'

/** A secret two devices may meet over, and whom it is expected to lead to, where that is known. */
export type Basis = {
  readonly kind:
    | 'door'
    | 'pair'
    | 'realm'
    | 'invite'
    | 'keeper'
    | 'quick'
    | 'introduction'
    | 'device'
    | 'own'
    | 'place'
    | 'open'
  readonly secret: Bytes
  readonly player?: PlayerId | undefined
  /** of a realm's place: it has to lead to a member of it; of an open link: what it opens here */
  readonly artifact?: number | undefined
  /** of an invite: to whom it has to lead */
  readonly commitment?: Bytes
}

/** Whom nothing is heard of for long is looked for otherwise: as often is that considered, in milliseconds. */
const lookAgain = 5 * 60_000

/** Public by nature: whoever has the identity code may knock at its door. */
function door(player: PlayerId): Bytes {
  return derive('indra door v1', fromHex(player))
}

/** Where who has something kept by this player knocks: they learn who the keeper is, and do not say who they are. */
function keepersDoor(player: PlayerId): Bytes {
  return derive('indra keeper door v1', fromHex(player))
}

function topicOf(secret: Bytes): Bytes {
  return derive('indra topic v1', secret)
}

/** What to knock with at a device found under these topics, or dialled because it is known. */
export function basesFor(turn: Turn, device: DeviceId, topics: readonly string[]): Basis[] {
  const bases: Basis[] = []
  const owner = turn.tables.devices.ownerOf(device)
  if (owner === self(turn).player) bases.push(ownBasis(turn))
  else if (owner) bases.push(...introductionBases(turn, owner), ...sharedBases(turn, owner))
  for (const keeper of knownKeepers(turn)) {
    // called by WebSocket before its device is known: whoever that led to may be it
    const mayBe = !owner && keeper.devices.length === 0 && keeper.url !== ''
    if (mayBe || keeper.devices.includes(device)) bases.push(keeperBasis(keeper.player))
  }
  for (const place of placesNow(turn))
    if (place.topics.some((topic) => topics.includes(hex(topic)))) bases.push(placeBasis(place))
  for (const wanted of lookups(turn)) {
    if (topics.includes(hex(topicOf(wanted.secret)))) bases.push(wanted)
  }
  if (owner && bases.length === 0 && turn.tables.peers.get(owner)?.direction === 'out') {
    bases.push({ kind: 'door', secret: door(owner), player: owner })
  }
  return bases
}

/** What this side answers to. A device never met may come by the door, an invite, or as a member not yet heard of. */
export function basesHere(turn: Turn, device: DeviceId): Basis[] {
  const me = self(turn)
  const bases: Basis[] = settingsOf(turn).door ? [{ kind: 'door', secret: door(me.player) }] : []
  if (keepingFor(turn) !== 'nobody') bases.push(keeperBasis(me.player))
  for (const secret of quickSecrets(turn.state.quick, turn.now).shown) bases.push({ kind: 'quick', secret })
  bases.push(...openBases(turn), ...introductionBases(turn, turn.tables.devices.ownerOf(device)))
  for (const invite of openInvites(turn)) bases.push({ kind: 'invite', secret: invite.discovery })
  for (const { secret, side } of deviceMeetings(turn)) if (side === 'inviter') bases.push({ kind: 'device', secret })
  bases.push(...placesNow(turn).map(placeBasis))
  const own = ownBasis(turn)
  const owner = turn.tables.devices.ownerOf(device)
  if (owner === me.player) return [...bases, own]
  if (owner) return [...bases, ...sharedBases(turn, owner)]
  bases.push(own)
  for (const peer of turn.tables.peers.all()) {
    const secret = peer.status === 'blocked' ? undefined : pairSecret(turn, peer)
    if (secret) bases.push({ kind: 'pair', secret: derive('indra knock v1', secret), player: peer.player })
  }
  // a fellow member's new device, of which nobody has told yet
  const realms = [...turn.tables.artifacts.all()].filter((row) => row.others > 0 && row.type !== 'dm')
  for (const row of realms.slice(0, mostRealms)) {
    bases.push({ kind: 'realm', secret: derive('indra knock v1', row.secret) })
  }
  return bases
}

/** Realms that a device nobody knows may come by: it costs a hash each to see whether it does. */
const mostRealms = 1_000

/** The whole of what the swarm should look for and be found under. */
export function seek(turn: Turn): void {
  const me = self(turn)
  const topics: Topic[] = []
  if (turn.tables.facts.get('removed')) {
    return void turn.effects.push({ type: 'seek', topics, devices: [], sockets: [] })
  }
  if (settingsOf(turn).door) topics.push({ topic: topicOf(door(me.player)), announce: true, lookup: false })
  if (keepingFor(turn) !== 'nobody') {
    topics.push({ topic: topicOf(keepersDoor(me.player)), announce: true, lookup: false })
  }
  for (const invite of openInvites(turn))
    topics.push({ topic: topicOf(invite.discovery), announce: true, lookup: false })
  for (const secret of quickSecrets(turn.state.quick, turn.now).shown)
    topics.push({ topic: topicOf(secret), announce: true, lookup: false })
  for (const { secret, side } of deviceMeetings(turn)) {
    if (side === 'inviter') topics.push({ topic: topicOf(secret), announce: true, lookup: false })
  }
  for (const { secret } of openBases(turn)) topics.push({ topic: topicOf(secret), announce: true, lookup: false })
  for (const wanted of lookups(turn)) topics.push({ topic: topicOf(wanted.secret), announce: false, lookup: true })
  for (const place of placesNow(turn)) {
    for (const topic of place.topics) topics.push({ topic, announce: true, lookup: true })
  }
  turn.state.seekAt = turn.now + lookAgain
  const devices = new Set<DeviceId>(me.list.devices.map((each) => each.device))
  for (const player of companions(turn)) {
    const bytes = turn.tables.devices.listOf(player)
    for (const device of (bytes && parseDeviceList(bytes)?.devices) || []) devices.add(device.device)
  }
  for (const keeper of knownKeepers(turn)) for (const device of keeper.devices) devices.add(device)
  devices.delete(me.device)
  turn.effects.push({ type: 'seek', topics, devices: [...devices], sockets: socketsOf(turn) })
}

function placeBasis({ secret, player, artifact }: Place): Basis {
  return { kind: 'place', secret: derive('indra knock v1', secret), player, artifact }
}

/** Where keepers listen besides: whoever answers there has to prove to be the keeper, as everywhere. */
function socketsOf(turn: Turn): Extract<Effect, { type: 'seek' }>['sockets'] {
  return knownKeepers(turn)
    .filter((keeper) => keeper.url !== '')
    .flatMap(({ url, devices }) => (devices.length > 0 ? devices : [undefined]).map((device) => ({ url, device })))
}

/** Links that lead here: who comes by one only reads. */
function openBases(turn: Turn): Basis[] {
  return published(turn).map(({ artifact, key }) => ({ kind: 'open', secret: openMeeting(key), artifact }))
}

/** Doors and invites this side is trying: each until it led to an answer. */
function lookups(turn: Turn): Basis[] {
  const doors = turn.tables.peers
    .all()
    .filter((peer) => peer.status === 'pending' && peer.direction === 'out')
    .map((peer): Basis => ({ kind: 'door', secret: door(peer.player), player: peer.player }))
  const joins = recallAll(turn, undefined, 'join:').map((note): Basis => {
    const [, , discovery, commitment] = decode(note.value) as [string, Bytes, Bytes, Bytes]
    return { kind: 'invite', secret: discovery, commitment }
  })
  const becoming = deviceMeetings(turn)
    .filter((each) => each.side === 'newcomer')
    .map(({ secret, player }): Basis => ({ kind: 'device', secret, player }))
  const keepers = knownKeepers(turn).filter((keeper) => keeper.devices.length === 0)
  const typed = quickSecrets(turn.state.quick, turn.now).typed.map((secret): Basis => ({ kind: 'quick', secret }))
  const reading = recallAll(turn, undefined, 'reading:').map(
    (note): Basis => ({ kind: 'open', secret: openMeeting(note.value) }),
  )
  return [...doors, ...joins, ...typed, ...becoming, ...keepers.map((keeper) => keeperBasis(keeper.player)), ...reading]
}

/** What every device of this player knows, also before it has heard of the others: a new list is shown after it. */
function ownBasis(turn: Turn): Basis {
  const { player, vault } = self(turn)
  const secret = turn.tables.artifacts.byKey(vault)?.secret ?? new Uint8Array(32)
  return { kind: 'own', secret: derive('indra own devices v1', secret), player }
}

function keeperBasis(player: PlayerId): Basis {
  return { kind: 'keeper', secret: keepersDoor(player), player }
}

/** Everyone whose devices are worth dialling: peers who confirmed or asked, and members of common realms. */
function companions(turn: Turn): Set<PlayerId> {
  const all = new Set<PlayerId>()
  for (const peer of turn.tables.peers.all()) {
    const isAsked = peer.status === 'pending' && peer.direction === 'in' && !peer.taken
    if (peer.status !== 'blocked' && !isAsked) all.add(peer.player)
  }
  for (const player of turn.tables.members.companions()) {
    if (player !== self(turn).player && turn.tables.peers.get(player)?.status !== 'blocked') all.add(player)
  }
  return all
}

function sharedBases(turn: Turn, owner: PlayerId): Basis[] {
  const peer = turn.tables.peers.get(owner)
  const pair = peer && peer.status !== 'blocked' ? pairSecret(turn, peer) : undefined
  const own: Basis[] = pair ? [{ kind: 'pair', secret: derive('indra knock v1', pair), player: owner }] : []
  const realms = [...turn.tables.artifacts.sharedWith(owner), ...lostRealms(turn, owner)]
    .filter((row) => row.type !== 'dm' && row.status !== 'revoked')
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((row): Basis => ({ kind: 'realm', secret: derive('indra knock v1', row.secret), player: owner }))
  return [...own, ...doorBack(turn, owner), ...realms]
}

/** Realms this player was removed from: they still knock with them, and have to be told. */
function lostRealms(turn: Turn, owner: PlayerId): ArtifactRow[] {
  return recallEverywhere(turn, `removed:${owner}`).flatMap((note) => turn.tables.artifacts.byKey(note.artifact) ?? [])
}

/** What a common peer gave both: it leads to who was introduced, also through a closed door. */
function introductionBases(turn: Turn, owner: PlayerId | undefined): Basis[] {
  return introductions(turn)
    .filter((each) => owner === undefined || each.player === owner)
    .map(({ player, secret }): Basis => ({ kind: 'introduction', secret: derive('indra knock v1', secret), player }))
}

/** Someone confirmed on one side only is still knocking, or still answering, at a door. */
function doorBack(turn: Turn, owner: PlayerId): Basis[] {
  return turn.tables.peers.get(owner) ? [{ kind: 'door', secret: door(owner), player: owner }] : []
}
