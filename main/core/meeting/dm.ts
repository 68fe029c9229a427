import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import { concat, equal, hex, utf8 } from '../../crypto/bytes.ts'
import { derive } from '../../crypto/digest.ts'
import { ownerIn } from '../authority/authority.ts'
import { authorityOf } from '../authority/governance.ts'
import { parseDeviceList } from '../identity/device-list.ts'
import { judge } from '../logs/judgement.ts'
import { append } from '../logs/log.ts'
import { recallAll } from '../logs/private-notes.ts'
import { entryPayload } from '../logs/writer.ts'
import type { ArtifactRow, PeerRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { attentionTag, dmStoryId, envelopeTag } from '../trees/artifact-id.ts'
import { addArtifact, composeIntoVault } from '../trees/tree.ts'

/**
 * The secret two peers share: from what each gave the other, sealed, in the request and its acceptance. Interface
 * secret, topics and tags of everything between the two come from it, so none follows from public ids.
 */
export function pairSecret(turn: Turn, peer: PeerRow): Uint8Array | undefined {
  if (!peer.taken) return undefined
  const isSmaller = self(turn).player < peer.player
  const both = isSmaller ? concat(peer.given, peer.taken) : concat(peer.taken, peer.given)
  return derive('indra pair v1', both)
}

/**
 * DM-1: the one Story of two peers, here in this player's copy. Made when they confirm; found ever after. Another of
 * one's own devices finds it composed already.
 */
export function openDm(turn: Turn, player: PlayerId, isComposed = true): ArtifactRow {
  const peer = turn.tables.peers.get(player)
  const pair = peer && pairSecret(turn, peer)
  if (!peer || !pair) throw new Error('a DM needs a confirmed peer')
  const id = dmStoryId(self(turn).player, player)
  const secret = derive('indra dm v1', pair)
  const known = turn.tables.artifacts.byId(id)
  const row = known ? rekey(turn, known, secret) : addArtifact(turn, id, secret, 'dm', turn.now)
  if (!known) turn.tables.artifacts.update({ ...row, others: 1, name: peer.name })
  writeParties(turn, row, peer)
  if (isComposed) composeIntoVault(turn, id)
  makeSendingKey(turn, row, player)
  return turn.tables.artifacts.byKey(row.key) ?? row
}

/** DM → the other of its two: peers, and who was one. */
export function dmPartners(turn: Turn): Map<ArtifactId, PlayerId> {
  const known = [
    ...recallAll(turn, undefined, 'list:').map((note) => note.name.slice(5) as PlayerId),
    ...turn.tables.peers.all().map((peer) => peer.player),
  ]
  return new Map(known.map((player) => [dmStoryId(self(turn).player, player), player]))
}

/** After everything made was deleted: who the two of a DM are, and under which key this device goes on. */
export function reopenDm(turn: Turn, row: ArtifactRow, player: PlayerId): void {
  const name = turn.tables.peers.get(player)?.name ?? ''
  const epoch = turn.tables.keys.latest(row.key, self(turn).device)?.epoch ?? 0
  turn.tables.artifacts.update({ ...row, others: 1, name, epoch })
  writeParties(turn, row, { player, name })
}

/** Is everything there that `openDm` would make? */
export function isReadyDm(turn: Turn, player: PlayerId): boolean {
  const peer = turn.tables.peers.get(player)
  const pair = peer && pairSecret(turn, peer)
  const row = turn.tables.artifacts.byId(dmStoryId(self(turn).player, player))
  if (!pair || !row || turn.tables.members.of(row.key).length < 2) return false
  return hasSendingKey(turn, row) && equal(row.tag, envelopeTag(derive('indra dm v1', pair), row.id))
}

/** In a DM, does this device have a key of its own that the other side was given? */
export function hasSendingKey(turn: Turn, row: ArtifactRow): boolean {
  if (row.type !== 'dm') return turn.tables.keys.get(row.key, 'seat', row.epoch) !== undefined && isWriter(turn, row)
  return turn.tables.keys.latest(row.key, self(turn).device) !== undefined
}

/** A device that has just come is none until the seat has heard of it. */
function isWriter(turn: Turn, row: ArtifactRow): boolean {
  const authority = authorityOf(turn, row)
  return authority !== undefined && ownerIn(authority, self(turn).device) !== undefined
}

/** Each author device makes its own key and wraps it to both players' devices; made once, and again on rotation. */
export function makeSendingKey(turn: Turn, row: ArtifactRow, player: PlayerId, isRotation = false): void {
  const me = self(turn)
  const latest = turn.tables.keys.latest(row.key, me.device)
  if (latest && !isRotation) return
  const bytes = turn.tables.devices.listOf(player)
  const list = bytes && parseDeviceList(bytes)
  if (!list) return
  const epoch = (latest?.epoch ?? 0) + 1
  const present = turn.tables.artifacts.byKey(row.key) ?? row
  append(turn, present, 'writer', entryPayload(turn, present, 'key', []), {
    epoch,
    key: turn.chance(32),
    audience: { lists: [list], own: true },
  })
  turn.tables.artifacts.update({ ...present, epoch })
  judge(turn, present)
}

function writeParties(turn: Turn, row: ArtifactRow, peer: Pick<PeerRow, 'player' | 'name'>): void {
  const me = self(turn)
  turn.tables.members.clear(row.key)
  for (const party of [
    { player: me.player, name: me.name },
    { player: peer.player, name: peer.name },
  ]) {
    turn.tables.members.put({
      artifact: row.key,
      ...party,
      role: party.player === me.player ? 'steward' : 'member',
      mode: 'permanent',
      expiresAt: undefined,
      grantedAt: row.createdAt,
      grantedBy: party.player,
    })
  }
}

/** Two who peer again share a new secret; envelopes under the old tag stay good. */
function rekey(turn: Turn, row: ArtifactRow, secret: Uint8Array): ArtifactRow {
  const tag = envelopeTag(secret, row.id)
  if (hex(tag) === hex(row.tag)) return row
  turn.tables.notes.put(row.key, `tag:${hex(row.tag)}`, utf8(hex(row.tag)))
  const renewed = { ...row, secret, tag, attentionTag: attentionTag(secret, row.id) }
  turn.tables.artifacts.update(renewed)
  return renewed
}
