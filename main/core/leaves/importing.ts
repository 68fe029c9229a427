import type { Args } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { ArtifactId } from '../../../shared/ids.ts'
import { type Bytes, equal, hex } from '../../crypto/bytes.ts'
import { authorityOf } from '../authority/governance.ts'
import { mayAddLeaf } from '../authority/rights.ts'
import type { KeptFile } from '../input.ts'
import { write } from '../logs/writer.ts'
import { hasSendingKey } from '../meeting/dm.ts'
import type { ArtifactRow } from '../rows.ts'
import { boundedName, cleanName } from '../showing/text.ts'
import { self, type Turn } from '../state.ts'
import { dropBytes, heldBytes, room } from './bytes-held.ts'
import { answerJob, type Later, later, openJob, type Work } from './jobs.ts'
import { leafFields } from './leaf.ts'
import { leafTypeOf, mimeOf } from './media.ts'
import { pictureSize } from './picture-size.ts'

export type ImportValue = { id: ArtifactId; size: number; mime: string }
type ImportWork = Extract<Work, { work: 'import' }>

/** Puts a file into a Tree. Answered when both its bytes and the entry that names them are durable. */
export function importLeaf(turn: Turn, args: Args<'artifact.import'>): Result<ImportValue> | Later {
  const parent = parentOf(turn, args.parentId)
  if (!parent.ok) return parent
  const hasOne = (args.path === undefined) !== (args.uploadId === undefined)
  if (Math.abs(args.position ?? 0) >= 1e15) return refuse('InvalidArguments', 'That position is too far away.')
  if (!hasOne) return refuse('InvalidArguments', 'Give either a path or an upload.')
  const label = args.label === undefined ? undefined : cleanName(args.label)
  const place = { work: 'import', parent: parent.value.key, label, position: args.position } as const
  if (args.uploadId !== undefined) return takeUpload(turn, args.uploadId, place)
  const path = args.path ?? ''
  if (!isAbsolute(path)) return refuse('InvalidArguments', 'The path has to be a whole one, from the root.')
  const key = turn.chance(32)
  const job = openJob(turn, { ...place, key, name: nameIn(path) })
  turn.effects.push({ type: 'import-file', job, path, key, limit: room(turn) })
  return later
}

/** The store has read it, or could not. */
export function fileImported(turn: Turn, input: { job: number; result: Result<KeptFile> }): void {
  const job = turn.state.jobs.get(input.job)
  if (!input.result.ok) return answerJob(turn, input.job, input.result)
  if (job?.work !== 'import') return dropUnused(turn, input.result.value.address)
  answerJob(turn, input.job, placeLeaf(turn, job, input.result.value))
}

export type Upload = { readonly file: KeptFile; readonly key: Bytes; readonly name: string; readonly at: number }

/** Bytes came through a door and wait to be put somewhere: an hour, and not beyond a restart. */
export function uploaded(turn: Turn, input: { upload: string; file: KeptFile; key: Bytes; name: string }): void {
  const { upload, file, key, name } = input
  turn.state.uploads.set(upload, { file, key, name, at: turn.now })
  for (const [id, each] of turn.state.uploads) {
    if (turn.now - each.at < uploadPatience) continue
    turn.state.uploads.delete(id)
    dropUnused(turn, each.file.address)
  }
}

const uploadPatience = 3_600_000

function takeUpload(turn: Turn, id: string, place: Omit<ImportWork, 'key' | 'name'>): Result<ImportValue> {
  const upload = turn.state.uploads.get(id)
  if (!upload) return refuse('InvalidArguments', 'There is no such upload any more.')
  turn.state.uploads.delete(id)
  return placeLeaf(turn, { ...place, key: upload.key, name: upload.name }, upload.file)
}

function placeLeaf(turn: Turn, work: ImportWork, file: KeptFile): Result<ImportValue> {
  const row = turn.tables.artifacts.byKey(work.parent)
  const refusal = row ? refusalIn(turn, row) : refuse('ArtifactNotFound')
  const isTooMuch = file.size > room(turn) && !turn.tables.blobs.get(file.address)
  if (!row || refusal || isTooMuch) {
    dropUnused(turn, file.address)
    return refusal ?? refuse('TooLarge', 'There is no room for it in this vault.')
  }
  const leaf = `blob:${hex(file.hash)}` as ArtifactId
  const { address, key } = keepOnce(turn, leaf, file, work.key)
  const name = boundedName(work.name)
  const mime = mimeOf(file.head, name)
  const position = work.position ?? turn.tables.references.count(row.key)
  const size = pictureSize(mime, file.head)
  const facts = {
    leaf,
    type: leafTypeOf(mime),
    size: file.size,
    mime,
    name,
    key,
    address,
    position,
    label: work.label,
    width: size?.width,
    height: size?.height,
  }
  turn.tables.blobs.use(address, row.key)
  write(turn, row, 'leaf', [turn.chance(16), leafFields(facts)])
  return ok({ id: leaf, size: file.size, mime })
}

/** The same content is stored once: what is here already serves, and the copy just made goes. */
function keepOnce(turn: Turn, leaf: ArtifactId, file: KeptFile, key: Bytes): { address: Bytes; key: Bytes } {
  const held = heldBytes(turn, leaf)
  if (!held) {
    turn.tables.blobs.put({ address: file.address, leaf, size: file.size, key })
    return { address: file.address, key }
  }
  if (!equal(held.address, file.address)) dropBytes(turn, file.address)
  return held
}

function dropUnused(turn: Turn, address: Bytes): void {
  if (!turn.tables.blobs.get(address)) turn.effects.push({ type: 'drop-blob', address })
}

function parentOf(turn: Turn, id: ArtifactId | undefined): Result<ArtifactRow> {
  if (id?.startsWith('blob:')) return refuse('NotATree')
  const row = id ? turn.tables.artifacts.byId(id) : turn.tables.artifacts.byKey(self(turn).vault)
  if (!row) return refuse('ArtifactNotFound')
  return refusalIn(turn, row) ?? ok(row)
}

function refusalIn(turn: Turn, row: ArtifactRow) {
  if (row.type === 'leaf') return refuse('NotATree')
  if (row.status !== 'active') return refuse('NotActive')
  if (!mayAddLeaf(row, authorityOf(turn, row), self(turn).player)) return refuse('NotSteward')
  return hasSendingKey(turn, row) ? undefined : refuse('NotPeered', 'The keys to share it are not here yet.')
}

export function isAbsolute(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path) && !path.includes('\0')
}

function nameIn(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? ''
}
