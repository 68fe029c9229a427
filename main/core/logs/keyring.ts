import type { ArtifactId, DeviceId } from '../../../shared/ids.ts'
import { open, seal } from '../../crypto/box.ts'
import { type Bytes, concat, equal, utf8 } from '../../crypto/bytes.ts'
import { type Canonical, decode, encode } from '../../crypto/canonical.ts'
import { derive, digest, keyedDigest } from '../../crypto/digest.ts'
import { unwrap, wrap } from '../../crypto/kem.ts'
import { type DeviceList, isBytes } from '../identity/device-list.ts'
import { meetingSecret } from '../keeping/mailboxes.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { type Envelope, type EnvelopeHead, envelopeHead } from './envelope.ts'

/** What a wrap tells its reader: which artifact, its interface secret, and the content key of one epoch. */
export type Wrapped = {
  readonly id: ArtifactId
  readonly secret: Bytes
  readonly epoch: number
  readonly key: Bytes
  /** KEY-3: what the steward and this reader share, which nobody else's coming and going changes */
  readonly meeting?: Bytes
}

/** Content keys are made by the seat of a Tree, or in a DM by each author device (DM-1). */
export function scopeOf(row: { type: string }, device: DeviceId): string {
  return row.type === 'dm' ? device : 'seat'
}

export type Audience = {
  readonly lists: readonly DeviceList[]
  readonly own: boolean
  /** of what is published: whoever has the link's key reads too (AUTH-9) */
  readonly link?: Bytes | undefined
}

/**
 * The `open` part of an envelope: canonical [commitment to the key, list of [hint 8, form, sealed]]. Form 0 is sealed to
 * one hybrid public key (each device of each list, and each recovery key, KEY-1); form 2 under a link's (AUTH-9); form 1 under this player's own Vault
 * key, with one's own recovery key beside it where others keep the entry. The hint is blind to all but the key's holder:
 * BLAKE3 keyed by the (hash of the) key over the envelope's nonce. The commitment is what makes it one key for everyone: a seat that wraps different keys is not read by some.
 */
export function wrapKeys(turn: Turn, head: Omit<EnvelopeHead, 'open'>, audience: Audience, content: Wrapped): Bytes {
  const fields = [content.id, content.secret, content.epoch, content.key]
  const context = wrapContext(head)
  const items: Canonical[] = []
  for (const list of audience.lists) {
    const plain = encode([...fields, meetingSecret(turn, content.id, list.player)])
    for (const kem of [...list.devices.map((device) => device.kem), list.recovery]) {
      items.push([kemHint(kem, head.nonce), 0, wrap(kem, plain, context, turn.chance(64))])
    }
  }
  if (audience.own && audience.lists.length > 0) {
    const { recovery } = self(turn).list
    items.push([kemHint(recovery, head.nonce), 0, wrap(recovery, encode(fields), context, turn.chance(64))])
  }
  const vaultKey = audience.own ? ownKeys(turn).at(-1) : undefined
  if (vaultKey) items.push([ownHint(vaultKey, head.nonce), 1, seal(vaultKey, head.nonce, encode(fields), context)])
  const linkKey = audience.link && linkWrap(audience.link)
  if (linkKey) items.push([ownHint(linkKey, head.nonce), 2, seal(linkKey, head.nonce, encode(fields), context)])
  return encode([commitmentTo(content.key), items])
}

/** Tries every key this device holds. */
export function unwrapKeys(turn: Turn, envelope: Envelope): Wrapped | undefined {
  const outer = envelope.open.length === 0 ? undefined : decode(envelope.open)
  if (!Array.isArray(outer) || outer.length !== 2 || !isBytes(outer[0], 32) || !Array.isArray(outer[1]))
    return undefined
  const context = wrapContext({ ...envelope, device: envelope.bytes.subarray(18, 50) })
  const openers = openersFor(turn, envelope.nonce, context)
  for (const item of outer[1]) {
    if (!Array.isArray(item) || item.length !== 3 || !isBytes(item[0], 8) || !isBytes(item[2])) continue
    const [hint, form, sealed] = item as [Bytes, unknown, Bytes]
    const opener = openers.find((each) => each.form === form && equal(each.hint, hint))
    if (!opener) continue
    const wrapped = parseWrapped(opener.open(sealed))
    return wrapped && equal(commitmentTo(wrapped.key), outer[0]) ? wrapped : undefined
  }
  return undefined
}

type Opener = { readonly form: 0 | 1 | 2; readonly hint: Bytes; open(sealed: Bytes): Bytes | undefined }

function openersFor(turn: Turn, nonce: Bytes, context: Bytes): Opener[] {
  const me = self(turn)
  const kems = me.recoveryKem ? [me.deviceKem, me.recoveryKem] : [me.deviceKem]
  const openers = kems.map(
    (kem): Opener => ({
      form: 0,
      hint: kemHint(kem.publicKey, nonce),
      open: (sealed) => unwrap(kem.secretKey, sealed, context),
    }),
  )
  const own = ownKeys(turn).map(
    (key): Opener => ({
      form: 1,
      hint: ownHint(key, nonce),
      open: (sealed) => open(key, nonce, sealed, context),
    }),
  )
  return [...openers, ...own, ...linkOpeners(turn, nonce, context)]
}

/** By the keys of links this player opened. */
function linkOpeners(turn: Turn, nonce: Bytes, context: Bytes): Opener[] {
  return turn.tables.notes.all(0, 'reading:').flatMap(({ value }): Opener[] => {
    const [, , link] = decode(value) as unknown[]
    const key = isBytes(link, 32) ? linkWrap(link) : undefined
    if (!key) return []
    return [{ form: 2, hint: ownHint(key, nonce), open: (sealed) => open(key, nonce, sealed, context) }]
  })
}

function linkWrap(link: Bytes): Bytes {
  return derive('indra open wrap v1', link)
}

/**
 * The key an envelope's sealed part opens with, learning it from the envelope's own wraps when new. Only who makes the
 * keys can teach one: the seat of a Tree in its authority log, in a DM each author device its own.
 */
export function contentKey(turn: Turn, row: ArtifactRow, envelope: Envelope): Bytes | undefined {
  const scope = scopeOf(row, envelope.device)
  const known = turn.tables.keys.get(row.key, scope, envelope.epoch)
  if (known || envelope.open.length === 0) return known
  if (row.type !== 'dm' && envelope.kind !== 'authority') return undefined
  const wrapped = unwrapKeys(turn, envelope)
  if (!wrapped || wrapped.id !== row.id || wrapped.epoch !== envelope.epoch) return undefined
  turn.tables.keys.put(row.key, scope, wrapped.epoch, wrapped.key)
  turn.due.keep = true
  turn.due.holds.add(row.key)
  if (wrapped.meeting) turn.tables.keys.put(row.key, 'meeting', wrapped.epoch, wrapped.meeting)
  return wrapped.key
}

function commitmentTo(key: Bytes): Bytes {
  return digest(concat(utf8('indra key commitment v1'), key))
}

/** Of every epoch of the Vault, the present one last. */
function ownKeys(turn: Turn): Bytes[] {
  const { vault } = self(turn)
  return vault ? turn.tables.keys.of(vault).map(({ key }) => derive('indra own wrap v1', key)) : []
}

function wrapContext(head: Omit<EnvelopeHead, 'open'>): Bytes {
  return digest(envelopeHead({ ...head, open: new Uint8Array(0) }))
}

function kemHint(kem: Bytes, nonce: Bytes): Bytes {
  return keyedDigest(digest(kem), nonce).subarray(0, 8)
}

function ownHint(key: Bytes, nonce: Bytes): Bytes {
  return keyedDigest(key, nonce).subarray(0, 8)
}

function parseWrapped(plain: Bytes | undefined): Wrapped | undefined {
  const value = plain && decode(plain)
  if (!Array.isArray(value) || (value.length !== 4 && value.length !== 5)) return undefined
  const [id, secret, epoch, key, meeting] = value as unknown[]
  if (typeof id !== 'string' || !/^doc:[0-9a-f]{64}$/.test(id)) return undefined
  if (!isBytes(secret, 32) || !isBytes(key, 32) || typeof epoch !== 'number') return undefined
  if (meeting !== undefined && !isBytes(meeting, 32)) return undefined
  return { id: id as ArtifactId, secret, epoch, key, ...(meeting ? { meeting } : {}) }
}
