import type { AccessMode } from '../../../shared/views.ts'
import type { Bytes } from '../../crypto/bytes.ts'
import { isBytes } from '../identity/device-list.ts'

/** [device, incarnation, envelopes that count] as known to the seat (AUTH-3) */
export type CutItem = readonly [device: Bytes, incarnation: number, length: number]

/** What begins an epoch: its key is wrapped in the entry, and `old` is the key before it, for those who come later. */
type Turning = { readonly cut: readonly CutItem[]; readonly old: Bytes; readonly at: number }

/** What follows the genesis. `at` is display; order is position. */
export type AuthorityOp =
  | {
      readonly op: 'grant'
      readonly mode: AccessMode
      readonly expiresAt: number | null
      readonly name: string
      readonly list: Bytes
      /** of somebody admitted by leave: from where they count (AUTH-5) */
      readonly since: number | undefined
      readonly at: number
    }
  /** AUTH-5: may admit so many people with these modes from here on; 0 takes it back, up to what `cut` still counts */
  | {
      readonly op: 'delegate'
      readonly player: Bytes
      readonly modes: readonly AccessMode[]
      readonly limit: number
      readonly cut: readonly CutItem[]
      readonly at: number
    }
  /** `expired` is the seat's word that a `timed` grant has ended (AUTH-7) */
  | ({ readonly op: 'revoke'; readonly player: Bytes } & Turning)
  | ({ readonly op: 'expired'; readonly player: Bytes } & Turning)
  | ({ readonly op: 'recall' } & Turning)
  | { readonly op: 'transfer'; readonly list: Bytes; readonly name: string; readonly at: number }
  | { readonly op: 'withdraw'; readonly at: number }
  /** `acceptance` is the recipient device's signature; `cut` what counts of the old steward's word on the spine */
  | {
      readonly op: 'handover'
      readonly device: Bytes
      readonly acceptance: Bytes
      readonly cut: readonly CutItem[]
      readonly at: number
    }
  /** KEY-1: a player's newer device list; where it leaves devices out, a new epoch begins */
  | {
      readonly op: 'devices'
      readonly list: Bytes
      readonly cut: readonly CutItem[]
      readonly old: Bytes | null
      readonly at: number
    }
  /** AUTH-1: another device of the steward's takes the seat, after the entry of that hash */
  | {
      readonly op: 'sit'
      readonly term: number
      readonly list: Bytes
      readonly after: Bytes
      readonly at: number
    }
  /** AUTH-9: from here on whoever has the link's key may read; `unpublish` begins an epoch that it does not open */
  | { readonly op: 'publish'; readonly link: Bytes; readonly at: number }
  | ({ readonly op: 'unpublish' } & Turning)
  /** the first word of a new seat */
  | { readonly op: 'took'; readonly at: number }
  /** EX-1; `side` is the artifact's own among the two of the terms */
  | { readonly op: 'lock'; readonly terms: Bytes; readonly side: 0 | 1; readonly at: number }
  | { readonly op: 'unlock'; readonly reject: Bytes; readonly at: number }
  /** `given` is the lock of the seat that gives it, `own` that of the one that takes it */
  | {
      readonly op: 'take'
      readonly terms: Bytes
      readonly side: 0 | 1
      readonly given: Given
      readonly own: Given
      readonly at: number
    }

type Given = { readonly cut: readonly CutItem[]; readonly signature: Bytes }

type Fields = Record<string, unknown>

/** Reads the body of an authority entry; `undefined` takes its position without effect. */
export function parseAuthorityOp(value: unknown): AuthorityOp | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { op, at, ...fields } = value as Fields
  if (typeof at !== 'number') return undefined
  if (op === 'grant') return parseGrant(fields, at)
  if (op === 'revoke' || op === 'expired') {
    const turning = parseTurning(fields, at)
    return turning && isBytes(fields['player'], 32) ? { op, player: fields['player'], ...turning } : undefined
  }
  if (op === 'recall' || op === 'unpublish') {
    const turning = parseTurning(fields, at)
    return turning && { op, ...turning }
  }
  if (op === 'delegate') return parseDelegate(fields, at)
  if (op === 'publish') return isBytes(fields['link'], 32) ? { op, link: fields['link'], at } : undefined
  if (op === 'transfer') return parseTransfer(fields, at)
  if (op === 'handover') return parseHandover(fields, at)
  if (op === 'devices') return parseDevices(fields, at)
  if (op === 'lock' || op === 'take' || op === 'unlock') return parseExchange(op, fields, at)
  if (op === 'sit') return parseSit(fields, at)
  return op === 'withdraw' || op === 'took' ? { op, at } : undefined
}

function parseExchange(op: 'lock' | 'take' | 'unlock', fields: Fields, at: number): AuthorityOp | undefined {
  const { terms, side, given, own, reject } = fields
  if (op === 'unlock') return isBytes(reject, 64) ? { op, reject, at } : undefined
  if (!isBytes(terms) || (side !== 0 && side !== 1)) return undefined
  if (op === 'lock') return { op, terms, side, at }
  const [from, to] = [parseGiven(given), parseGiven(own)]
  return from && to && { op, terms, side, given: from, own: to, at }
}

/** [what counts of the seat's player's writing, signature] */
export function parseGiven(value: unknown): Given | undefined {
  if (!Array.isArray(value) || value.length !== 2 || !isBytes(value[1], 64)) return undefined
  const cut = parseCut(value[0])
  return cut && { cut, signature: value[1] }
}

/** The key of the epoch before, in any entry that begins one. */
export function olderKeyIn(body: unknown): Bytes | undefined {
  const old = typeof body === 'object' && body !== null ? (body as Fields)['old'] : undefined
  return isBytes(old, 32) ? old : undefined
}

function parseGrant({ mode, expiresAt, name, list, since }: Fields, at: number): AuthorityOp | undefined {
  if (mode !== 'revocable' && mode !== 'permanent' && mode !== 'timed') return undefined
  if (typeof name !== 'string' || !isBytes(list)) return undefined
  if (expiresAt !== null && typeof expiresAt !== 'number') return undefined
  if (mode === 'timed' && !Number.isSafeInteger(expiresAt)) return undefined
  const from = typeof since === 'number' && Number.isSafeInteger(since) && since > 0 ? since : undefined
  return { op: 'grant', mode, expiresAt, name, list, since: from, at }
}

function parseDelegate({ player, modes, limit, cut }: Fields, at: number): AuthorityOp | undefined {
  const items = parseCut(cut)
  if (!items || !isBytes(player, 32) || !Array.isArray(modes) || modes.length > 3) return undefined
  if (!modes.every((mode) => mode === 'revocable' || mode === 'permanent' || mode === 'timed')) return undefined
  if (!Number.isSafeInteger(limit) || Number(limit) < 0) return undefined
  return { op: 'delegate', player, modes: modes as AccessMode[], limit: limit as number, cut: items, at }
}

function parseTransfer({ list, name }: Fields, at: number): AuthorityOp | undefined {
  return isBytes(list) && typeof name === 'string' ? { op: 'transfer', list, name, at } : undefined
}

function parseHandover({ device, acceptance, cut }: Fields, at: number): AuthorityOp | undefined {
  const items = parseCut(cut)
  if (!items || !isBytes(device, 32) || !isBytes(acceptance, 64)) return undefined
  return { op: 'handover', device, acceptance, cut: items, at }
}

function parseDevices({ list, cut, old }: Fields, at: number): AuthorityOp | undefined {
  const items = parseCut(cut)
  if (!items || !isBytes(list) || (old !== null && !isBytes(old, 32))) return undefined
  return { op: 'devices', list, cut: items, old, at }
}

function parseSit({ term, list, after }: Fields, at: number): AuthorityOp | undefined {
  if (!Number.isSafeInteger(term) || !isBytes(list) || !isBytes(after, 32)) return undefined
  return { op: 'sit', term: Number(term), list, after, at }
}

function parseTurning({ cut, old }: Fields, at: number): Turning | undefined {
  const items = parseCut(cut)
  return items && isBytes(old, 32) ? { cut: items, old, at } : undefined
}

function parseCut(value: unknown): CutItem[] | undefined {
  if (!Array.isArray(value)) return undefined
  const items = value.map(parseCutItem)
  return items.some((each) => !each) ? undefined : (items as CutItem[])
}

function parseCutItem(value: unknown): CutItem | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined
  const [device, incarnation, length] = value as unknown[]
  if (!isBytes(device, 32) || typeof incarnation !== 'number' || typeof length !== 'number') return undefined
  return [device, incarnation, length]
}
