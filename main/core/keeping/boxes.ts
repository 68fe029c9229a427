import type { ArtifactId, DeviceId, PlayerId } from '../../../shared/ids.ts'
import type { Bytes } from '../../crypto/bytes.ts'
import { decode } from '../../crypto/canonical.ts'
import { authorityOf } from '../authority/governance.ts'
import { parseDeviceList } from '../identity/device-list.ts'
import { recall, recallAll } from '../logs/private-notes.ts'
import { pairSecret } from '../meeting/dm.ts'
import { openInvites } from '../realms/invite.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import type { KeeperLink } from './keeper-link.ts'
import { announcedIn, isOwnKeeper, keepersOfJoin } from './keeper-record.ts'
import { dmSecret, inviteSecret, letterSecret, mailbox, meetingBoxSecret, treeSecret } from './mailboxes.ts'
import type { Mailbox } from './outer-envelope.ts'

/** One mailbox this device reads at a keeper, and what it is for. */
export type Box = {
  readonly mailbox: Mailbox
  readonly kind: 'entries' | 'meeting' | 'letters' | 'invite' | 'reply'
  /** key of the artifact it is about; 0 where that is not here */
  readonly artifact: number
  /** whose letters, which invite, which realm's reply */
  readonly about: string
  /** position read up to on this connection */
  at: number
  /** read from the beginning again, because something before was missing: once for a connection */
  isReread: boolean
}

const mostEpochs = 64

/** Everything that may wait for this device at that keeper. */
export function boxesAt(turn: Turn, link: KeeperLink): Box[] {
  const isOwn = isOwnKeeper(turn, link.player)
  const rows = turn.tables.artifacts
    .shared()
    .filter((row) => isOpen(turn, row) && (isOwn || announcedIn(turn, row).some((each) => each.player === link.player)))
  return [
    ...rows.flatMap((row) => (row.type === 'dm' ? dmBoxes(turn, row) : treeBoxes(turn, link, row))),
    ...(isOwn ? inviteBoxes(turn) : []),
    ...replyBoxes(turn, link.player),
  ]
}

/** Is it shared, and with whom one is on speaking terms? */
export function isOpen(turn: Turn, row: ArtifactRow): boolean {
  if (row.status !== 'active' || row.others === 0) return false
  return row.type !== 'dm' || turn.tables.peers.get(otherOf(turn, row))?.status === 'confirmed'
}

function otherOf(turn: Turn, row: ArtifactRow): PlayerId {
  const me = self(turn).player
  return turn.tables.members.of(row.key).find((member) => member.player !== me)?.player ?? me
}

function treeBoxes(turn: Turn, link: KeeperLink, row: ArtifactRow): Box[] {
  const boxes: Box[] = []
  for (let epoch = Math.max(1, row.epoch - mostEpochs); epoch <= row.epoch; epoch += 1) {
    const key = turn.tables.keys.get(row.key, 'seat', epoch)
    if (key) boxes.push(box(treeSecret(row, epoch, key), 'entries', row.key))
  }
  for (const [epoch, secret] of link.located.get(row.key) ?? []) {
    if (!turn.tables.keys.get(row.key, 'seat', epoch)) boxes.push(box(secret, 'entries', row.key))
  }
  const meeting = turn.tables.keys.latest(row.key, 'meeting')
  if (meeting) boxes.push(box(meetingBoxSecret(meeting.key), 'meeting', row.key))
  return boxes
}

function dmBoxes(turn: Turn, row: ArtifactRow): Box[] {
  const peer = turn.tables.peers.get(otherOf(turn, row))
  const pair = peer && pairSecret(turn, peer)
  if (!peer || !pair) return []
  const devices = [self(turn).player, peer.player].flatMap((player) => devicesOf(turn, player))
  const boxes = devices.flatMap((device) => {
    const latest = turn.tables.keys.latest(row.key, device)?.epoch ?? 0
    return upTo(latest + 1).map((epoch) => box(dmSecret(row, device, epoch), 'entries', row.key))
  })
  return [...boxes, box(letterSecret(pair, peer.player), 'letters', row.key, peer.player)]
}

/** The epochs that are read, ending with this one. */
function upTo(last: number): number[] {
  const first = Math.max(1, last - mostEpochs)
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

function devicesOf(turn: Turn, player: PlayerId): DeviceId[] {
  const bytes = turn.tables.devices.listOf(player)
  return (bytes && parseDeviceList(bytes)?.devices.map((each) => each.device)) ?? []
}

/** Only the seat can let anybody in. */
function inviteBoxes(turn: Turn): Box[] {
  return openInvites(turn).flatMap((invite) => {
    const row = turn.tables.artifacts.byKey(invite.artifact)
    const isSeat = row && authorityOf(turn, row)?.seat === self(turn).device
    return isSeat ? [box(inviteSecret(invite.discovery), 'invite', row.key, invite.publicKey)] : []
  })
}

function replyBoxes(turn: Turn, keeper: PlayerId): Box[] {
  return recallAll(turn, undefined, 'join-keepers:').flatMap((note) => {
    const realm = note.name.slice('join-keepers:'.length) as ArtifactId
    const secret = (decode(note.value) as [unknown, Bytes])[1]
    if (!recall(turn, undefined, `join:${realm}`)) return []
    const isThere = keepersOfJoin(turn, realm).some((each) => each.player === keeper)
    return isThere ? [box(secret, 'reply', 0, realm)] : []
  })
}

function box(secret: Bytes, kind: Box['kind'], artifact: number, about = ''): Box {
  return { mailbox: mailbox(secret), kind, artifact, about, at: 0, isReread: false }
}
