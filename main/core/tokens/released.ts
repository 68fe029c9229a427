import type { ArtifactId, EntryId } from '../../../shared/ids.ts'
import { type Bytes, equal, hex } from '../../crypto/bytes.ts'
import { decode, encode } from '../../crypto/canonical.ts'
import { openPrefix } from '../documents/spine.ts'
import { isBytes } from '../identity/device-list.ts'
import { type Entry, targetOf } from '../logs/entry.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { treeId } from '../trees/artifact-id.ts'
import { isUnderLimit, proofSaid } from '../trees/open-references.ts'
import { parseMint } from './mint.ts'

/**
 * Released attention (INT-2): `release` [proof, mint] in an Intention. A window goes once, by the hash of the link that
 * began it (INT-3): of two releases of one the earlier counts, for everyone. The receiver's device makes the Token of it.
 *
 * Notes of an Intention used here, all made again from its logs:
 *   release:<window>           what the window was released by   [rank, mint]
 *   given:<proof>:<window>     it may have been given for this proof
 */
export function takeRelease(turn: Turn, entry: Entry): void {
  const { row, player } = entry
  const [proof, bytes] = entry.fields
  if (row.type !== 'intention' || !isBytes(bytes) || !isUnderLimit(turn, entry)) return
  const mint = parseMint(bytes)?.mint
  if (!mint || mint.author !== player || mint.intention !== row.id || targetOf(proof) !== mint.proof) return
  if (!mint.begin.to || !equal(mint.begin.to, row.attentionTag)) return
  const window = hex(mint.begin.hash)
  const rank = `${String(entry.clock).padStart(17, '0')}:${hex(entry.hash)}`
  const known = turn.tables.notes.get(row.key, `release:${window}`)
  if (known && String((decode(known) as unknown[])[0]) <= rank) return
  turn.tables.notes.put(row.key, `release:${window}`, encode([rank, bytes]))
  turn.tables.notes.put(row.key, `given:${mint.proof}:${window}`, new Uint8Array(0))
  show(turn, row, window)
}

/** A proof came: what was given for it may have come before. */
export function showGiven(turn: Turn, row: ArtifactRow, proof: EntryId): void {
  const prefix = `given:${proof}:`
  for (const { name } of turn.tables.notes.all(row.key, prefix)) show(turn, row, name.slice(prefix.length))
}

/** Before an Intention is judged anew. */
export function forgetReleases(turn: Turn, row: ArtifactRow): void {
  if (row.type !== 'intention') return
  for (const prefix of ['release:', 'given:']) {
    for (const note of turn.tables.notes.all(row.key, prefix)) turn.tables.notes.drop(row.key, note.name)
  }
}

/** The Token a window was released as, where that is known. */
export function releasedAs(turn: Turn, intention: ArtifactId, window: Bytes): ArtifactId | undefined {
  const row = turn.tables.artifacts.byId(intention)
  const mint = row && mintOf(turn, row, hex(window))
  return mint && treeId(mint)
}

function show(turn: Turn, row: ArtifactRow, window: string): void {
  const signed = mintOf(turn, row, window)
  const genesis = signed && parseMint(signed)
  if (!signed || !genesis) return
  const { mint, list, seat } = genesis
  const said = proofSaid(turn, row.key, mint.proof)
  if (said?.author !== list.player) return
  const start = mint.begin.wallTime
  const label = `released:${mint.author}:${start}`
  const reference = {
    refId: `${openPrefix}released:${window.slice(0, 48)}`,
    child: treeId(signed),
    position: start,
    label,
  }
  turn.tables.references.put({ tree: row.key, ...reference })
  turn.changes.touched.add(row.key)
  if (list.player === self(turn).player && seat === self(turn).device) turn.due.mints.add(signed)
}

function mintOf(turn: Turn, row: ArtifactRow, window: string): Bytes | undefined {
  const note = turn.tables.notes.get(row.key, `release:${window}`)
  return note && ((decode(note) as unknown[])[1] as Bytes)
}
