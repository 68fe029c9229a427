import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { ArtifactId } from '../../../shared/ids.ts'
import { type Bytes, concat, fromHex, hex, toUint, uint } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { armor, unarmor } from '../../crypto/codes.ts'
import { digest } from '../../crypto/digest.ts'
import { signingKeys } from '../../crypto/signature.ts'
import { leftToAdmit } from '../authority/admission.ts'
import { isSeatedElsewhere } from '../authority/seat-entry.ts'
import { shareable } from '../authority/stewardship.ts'
import type { DeviceList } from '../identity/device-list.ts'
import { canonicalOf, type Keeper, readKeepers, servingKeepers } from '../keeping/keeper-record.ts'
import { recallEverywhere, remember } from '../logs/private-notes.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'

/** What an `indra:realm:` code says. The seed signs the request to join; it opens nothing. */
export type InviteCode = {
  readonly realm: ArtifactId
  readonly seed: Bytes
  /** secret under which the inviter is found */
  readonly discovery: Bytes
  /** BLAKE3(inviter's PlayerId ‖ recovery KEM key): checked against who answers */
  readonly commitment: Bytes
  readonly expiresAt: number
  readonly uses: number
  /** where the inviter looks for requests while they are away */
  readonly keepers?: readonly Keeper[]
}

/** An invite as its maker remembers it. */
export type Invite = {
  readonly artifact: number
  readonly publicKey: string
  readonly discovery: Bytes
  readonly mode: 'revocable' | 'permanent' | 'timed'
  /** of timed access: when it ends */
  readonly until: number | undefined
  readonly uses: number
  readonly used: readonly string[]
  readonly expiresAt: number
  readonly approve: boolean
}

const prefix = 'indra:realm:'
const version = 1
/** of a code that names keepers: the same, and a canonical list of them before the checksum */
const withKeepers = 2
const mostNamed = 2
/** what fits in a code */
const latest = 2 ** 48
const week = 7 * 24 * 3_600_000

export function invite(turn: Turn, args: Args<'realm.invite'>): Result<Value<'realm.invite'>> {
  const me = self(turn)
  const mode = args.mode ?? 'revocable'
  const found = invitable(turn, args.id, mode, args.uses ?? 1)
  if (!found.ok) return found
  const row = found.value
  if ((mode === 'timed') !== (args.until !== undefined) || (args.until ?? latest) <= turn.now) {
    return refuse('InvalidArguments', 'Access for a time needs to know until when, and nothing else does.')
  }
  const expiresAt = args.expiresAt ?? turn.now + week
  if (expiresAt <= turn.now) return refuse('InvalidArguments', 'That time has passed.')
  if (expiresAt >= latest) return refuse('InvalidArguments', 'That time is too far away.')
  const code: InviteCode = {
    realm: row.id,
    seed: turn.chance(32),
    discovery: turn.chance(32),
    commitment: commitmentOf(me.list),
    expiresAt,
    uses: args.uses ?? 1,
    keepers: servingKeepers(turn).slice(0, mostNamed),
  }
  keepInvite(turn, row.id, {
    artifact: row.key,
    publicKey: hex(signingKeys(code.seed).publicKey),
    discovery: code.discovery,
    mode,
    until: args.until,
    uses: code.uses,
    used: [],
    expiresAt,
    approve: args.approve ?? true,
  })
  turn.due.seek = true
  turn.due.keep = true
  return ok({ code: formatInvite(code) })
}

/** The steward's at the seat, or of a member who may let that many in. */
function invitable(turn: Turn, id: ArtifactId, mode: Invite['mode'], uses: number): Result<ArtifactRow> {
  const row = turn.tables.artifacts.byId(id)
  const isOthers = row && row.steward !== self(turn).player && row.status === 'active'
  if (isOthers && leftToAdmit(turn, row, mode) >= uses) return ok(row)
  return row?.status === 'active' && isSeatedElsewhere(turn, row) ? ok(row) : shareable(turn, id)
}

export function commitmentOf(list: DeviceList): Bytes {
  return digest(concat(fromHex(list.player), list.recovery))
}

/** `indra:realm:` ‖ base64url(version 1 ‖ realm 32 ‖ seed 32 ‖ discovery 32 ‖ commitment 32 ‖ expiry 6 ‖ uses 2 ‖ checksum 4) */
export function formatInvite(code: InviteCode): string {
  const realm = fromHex(code.realm.slice(4))
  const keepers = code.keepers?.length ? encode(code.keepers.map(canonicalOf)) : undefined
  const fields = [
    uint(keepers ? withKeepers : version, 1),
    realm,
    code.seed,
    code.discovery,
    code.commitment,
    uint(code.expiresAt, 6),
    uint(code.uses, 2),
    keepers ?? new Uint8Array(0),
  ]
  return prefix + armor(concat(...fields))
}

/** Trims spaces, quotes and line breaks people copy along. */
export function parseInvite(text: string): Result<InviteCode> {
  const code = text.replace(/[\s"'“”‘’«»<>]/gu, '')
  const scheme = /^indra:(\/\/)?/iu.exec(code)?.[0]
  if (!scheme) return refuse('InvalidCode', 'That is not an invitation to a realm.')
  if (code.slice(0, prefix.length).toLowerCase() !== prefix) {
    return refuse('InvalidCode', `“${code.slice(0, 24)}” is another kind of indra: code.`)
  }
  const bytes = unarmor(code.slice(prefix.length))
  if (!bytes) return refuse('InvalidCode', 'It is damaged or not whole.')
  if (bytes[0] !== version && bytes[0] !== withKeepers) return refuse('InvalidCode', 'It was made by a newer Indra.')
  if (bytes.length < 137 || (bytes[0] === version && bytes.length > 137))
    return refuse('InvalidCode', 'It is not whole.')
  const keepers = readKeepers(bytes[0] === withKeepers ? decode(bytes.subarray(137)) : undefined).slice(0, mostNamed)
  return ok({
    realm: `doc:${hex(bytes.subarray(1, 33))}` as ArtifactId,
    seed: bytes.slice(33, 65),
    discovery: bytes.slice(65, 97),
    commitment: bytes.slice(97, 129),
    expiresAt: toUint(bytes.subarray(129, 135)),
    uses: toUint(bytes.subarray(135, 137)),
    ...(keepers.length > 0 ? { keepers } : {}),
  })
}

/** Invites that have not expired: each keeps a topic announced, also when it is used up, to tell who comes too late. */
export function openInvites(turn: Turn): Invite[] {
  return recallEverywhere(turn, 'invite:')
    .map((note) => readInvite(note.artifact, note.name.slice(7), note.value))
    .filter((each) => each.expiresAt > turn.now)
}

export function findInvite(turn: Turn, publicKey: string): Invite | undefined {
  const note = recallEverywhere(turn, `invite:${publicKey}`)[0]
  return note && readInvite(note.artifact, publicKey, note.value)
}

export function keepInvite(turn: Turn, realm: ArtifactId, made: Invite): void {
  const { discovery, mode, uses, used, expiresAt, approve, until } = made
  const value = encode([discovery, mode, uses, used, expiresAt, approve, until ?? null])
  remember(turn, realm, `invite:${made.publicKey}`, value)
}

function readInvite(artifact: number, publicKey: string, value: Bytes): Invite {
  const [discovery, mode, uses, used, expiresAt, approve, until] = decode(value) as [
    Bytes,
    Invite['mode'],
    number,
    string[],
    number,
    boolean,
    (number | null)?,
  ]
  return { artifact, publicKey, discovery, mode, uses, used, expiresAt, approve, until: until ?? undefined }
}
