import { fromHex, hex } from '../../crypto/bytes.ts'
import type { BlobHappening } from '../input.ts'
import { pumpFetches } from '../logs/asking.ts'
import type { Turn } from '../state.ts'
import { dropBytes, sweepBytes } from './bytes-held.ts'
import { bytesCame, chunkKept, partFinished, partOpened, startFetch, stopFetch } from './fetching.ts'
import { fileImported, uploaded } from './importing.ts'
import { bytesHere, damaged, dismissJobs, exported } from './leaf-commands.ts'
import { bytesAsked } from './serving.ts'

/** What happened to bytes: on the disk, and on their way. */
export function bulkHappened(turn: Turn, input: BlobHappening): void {
  switch (input.type) {
    case 'blobs-listed':
      return listed(turn, input)
    case 'file-imported':
      return fileImported(turn, input)
    case 'uploaded':
      return uploaded(turn, input)
    case 'blob-exported':
      return exported(turn, input)
    case 'part-opened':
      return partOpened(turn, input)
    case 'chunk-kept':
      return chunkKept(turn, input)
    case 'part-finished': {
      const fetch = partFinished(turn, input)
      return fetch && bytesHere(turn, fetch.leaf)
    }
    case 'part-failed': {
      const fetch = turn.state.fetches.get(hex(input.address))
      return fetch && stopFetch(turn, fetch, { ok: false, fault: input.fault })
    }
    case 'blob-damaged':
      return damaged(turn, input)
    case 'bytes-asked':
      return bytesAsked(turn, input)
    case 'bytes-came':
      return bytesCame(turn, input)
    default:
      return input satisfies never
  }
}

/** At the end of every step: what nothing refers to goes, what is wanted is asked for, nobody waits too long. */
export function endBulk(turn: Turn): void {
  if (turn.due.sweep) sweepBytes(turn)
  if (turn.state.jobs.size > 0) dismissJobs(turn)
  if (turn.state.fetches.size > 0 || turn.state.asks.size > 0) pumpFetches(turn)
}

/** What the folder holds and the tables do not know is what a crash left; what they know and it lacks is lost. */
function listed(turn: Turn, input: Extract<BlobHappening, { type: 'blobs-listed' }>): void {
  const whole = new Set(input.whole.map(hex))
  for (const blob of turn.tables.blobs.all()) if (!whole.has(hex(blob.address))) dropBytes(turn, blob.address)
  for (const address of input.whole)
    if (!turn.tables.blobs.get(address)) turn.effects.push({ type: 'drop-blob', address })
  sweepBytes(turn)
  for (const note of turn.tables.notes.everywhere('want:')) resume(turn, note.artifact, note.name.slice(5))
  for (const address of input.parts) {
    const isKept = whole.has(hex(address)) || turn.state.fetches.has(hex(address))
    if (!isKept) turn.effects.push({ type: 'drop-blob', address })
  }
}

function resume(turn: Turn, artifact: number, address: string): void {
  const row = turn.tables.artifacts.byKey(artifact)
  const leaf = turn.tables.leaves.at(fromHex(address))
  const lying = leaf.find((each) => each.artifact === artifact)
  if (row && lying?.state === 'here' && startFetch(turn, { leaf: lying, row }).ok) return
  turn.tables.notes.drop(artifact, `want:${address}`)
}
