import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import { type Bytes, concat, fromHex } from '../../crypto/bytes.ts'
import { type Canonical, decode, encode } from '../../crypto/canonical.ts'
import { sign } from '../../crypto/signature.ts'
import { authorityChain, authorityOf } from '../authority/governance.ts'
import { removalIn, removedBytes } from '../authority/removal.ts'
import { recall, recallAll } from '../logs/private-notes.ts'
import { pairSecret } from '../meeting/dm.ts'
import type { ArtifactRow, MemberRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import type { Deposit } from './depositing.ts'
import { letterSecret, mailbox, meetingBoxSecret, meetingSecret, treeSecret } from './mailboxes.ts'
import type { Mailbox } from './outer-envelope.ts'

/**
 * What waits at a keeper beside the logs: how a steward lets someone find the way in, back, or learn that they are out.
 * All of it follows from what is held, so that it is left again wherever it may be lacking.
 *
 *   ['welcome', realm, part, of, envelopes]   the whole authority log, in which the newcomer finds the wrapped keys
 *   ['epoch', realm, epoch, secret]           KEY-3: in which mailbox the new epoch's items lie
 *   ['removed', realm, position, signature]
 *   ['joining', invite key, state]
 *   ['have', device, vector, signature]           STORY-7: what someone holds who fetched it there
 */
const partBytes = 196_608
const mostNotices = 64
const mostAuthority = 10_000
export function letterItem(letter: Canonical): Bytes {
  return concat(new Uint8Array([itemKinds.letter]), encode(letter))
}

/** An item begins with what it is: an envelope of an artifact, or a canonical letter. */
export const itemKinds = { envelope: 0, letter: 1 } as const

export function* lettersFor(turn: Turn, row: ArtifactRow, isThere: IsThere): Generator<Deposit> {
  const me = self(turn)
  const authority = row.type === 'dm' ? undefined : authorityOf(turn, row)
  if (!authority || authority.seat !== me.device) return
  const members = turn.tables.members.of(row.key).filter((member) => member.player !== me.player)
  for (const member of members) yield* notices(turn, row, member, isThere)
  const others = [removals(turn, row), ...members.map((member) => welcome(turn, row, member)), answers(turn, row)]
  for (const letter of others.flat()) if (!isThere(letter.mark, letter.value)) yield letter
}

/** Was this left there before? */
type IsThere = (mark: string, value: number) => boolean

/** Which epochs there are, for a member who was away when they began. */
function* notices(turn: Turn, row: ArtifactRow, member: MemberRow, isThere: IsThere): Generator<Deposit> {
  const realm = fromHex(row.id.slice(4))
  for (let epoch = Math.max(2, row.epoch - mostNotices); epoch <= row.epoch; epoch += 1) {
    const mark = `epoch:${row.key}:${member.player}:${epoch}`
    const key = isThere(mark, 1) ? undefined : turn.tables.keys.get(row.key, 'seat', epoch)
    if (!key) continue
    const item = letterItem(['epoch', realm, epoch, treeSecret(row, epoch, key)])
    yield { mailbox: meetingBox(turn, row, member.player), item, mark, value: 1 }
  }
}

function removals(turn: Turn, row: ArtifactRow): Deposit[] {
  const realm = fromHex(row.id.slice(4))
  return recallAll(turn, row.id, 'removed:').map((note): Deposit => {
    const player = note.name.slice('removed:'.length) as PlayerId
    const removal = removalIn(note.value)
    const signature = sign(removedBytes(realm, player, removal), self(turn).deviceKeys.secretKey)
    return {
      mailbox: meetingBox(turn, row, player),
      item: letterItem(['removed', realm, removal.position, signature, removal.why]),
      mark: `removed:${row.key}:${player}`,
      value: removal.position,
    }
  })
}

function meetingBox(turn: Turn, row: ArtifactRow, player: PlayerId): Mailbox {
  return mailbox(meetingBoxSecret(meetingSecret(turn, row.id, player)))
}

/** For who was let in and was not yet heard to hold any of it: where they said they look, or beside the pair's DM. */
function welcome(turn: Turn, row: ArtifactRow, member: MemberRow): Deposit[] {
  const isHeard = turn.tables.holdings.of(row.key).some((holding) => holding.player === member.player)
  const box = isHeard ? undefined : replyBox(turn, row.id, member.player)
  if (!box) return []
  const parts = partsOf(authorityChain(turn, row, 0, mostAuthority))
  return parts.map((part, index) => ({
    mailbox: box,
    item: letterItem(['welcome', fromHex(row.id.slice(4)), index, parts.length, part]),
    mark: `welcome:${row.key}:${member.player}:${index}`,
    value: Math.trunc(member.grantedAt),
  }))
}

function partsOf(envelopes: readonly Bytes[]): Bytes[][] {
  const parts: Bytes[][] = []
  let size = partBytes
  for (const bytes of envelopes) {
    if (size + bytes.length > partBytes) {
      parts.push([])
      size = 0
    }
    parts.at(-1)?.push(bytes)
    size += bytes.length
  }
  return parts
}

function replyBox(turn: Turn, realm: ArtifactId, player: PlayerId): Mailbox | undefined {
  const secret = replySecretOf(turn, realm, player)
  if (secret) return mailbox(secret)
  const peer = turn.tables.peers.get(player)
  const pair = peer?.status === 'confirmed' ? pairSecret(turn, peer) : undefined
  return pair && mailbox(letterSecret(pair, self(turn).player))
}

/** Where someone who asked through a keeper looks for the answer. */
export function replySecretOf(turn: Turn, realm: ArtifactId, player: PlayerId): Bytes | undefined {
  const note = recall(turn, realm, `reply:${player}`)
  const value = note && decode(note)
  return Array.isArray(value) && value[0] instanceof Uint8Array ? value[0] : undefined
}

/** How it stands with those who asked through a keeper and are not in. */
function answers(turn: Turn, row: ArtifactRow): Deposit[] {
  return recallAll(turn, row.id, 'reply:').flatMap((note) => {
    const player = note.name.slice('reply:'.length) as PlayerId
    const [secret, publicKey] = decode(note.value) as [Bytes, string]
    const isRefused = recall(turn, row.id, `refused:${player}`) !== undefined
    const isWaiting = recall(turn, row.id, `request:${player}`) !== undefined
    if (!isRefused && !isWaiting) return []
    return {
      mailbox: mailbox(secret),
      item: letterItem(['joining', publicKey, isRefused ? 'refused' : 'waiting']),
      mark: `answer:${row.key}:${player}`,
      value: isRefused ? 2 : 1,
    }
  })
}
