import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { ArtifactId } from '../../../shared/ids.ts'
import { type Bytes, equal, fromHex, hex } from '../../crypto/bytes.ts'
import { addressOf, chunkCount, hashAt, type Manifest, parseManifest, sealedLength } from '../../crypto/chunks.ts'
import { digest } from '../../crypto/digest.ts'
import type { ConnectionId } from '../input.ts'
import type { Turn } from '../state.ts'
import { heldBytes, room, wantName } from './bytes-held.ts'
import { answerJob, patience } from './jobs.ts'
import { factsOf } from './leaf.ts'
import type { Lying } from './leaf-access.ts'

/** Bytes on their way: what is known of them, which of them are here, and who was asked for which. */
export type Fetch = {
  readonly leaf: ArtifactId
  readonly address: Bytes
  readonly size: number
  readonly key: Bytes
  manifest: Manifest | undefined
  /** chunks are taken: the part's file is open */
  isOpen: boolean
  readonly has: Set<number>
  /** chunks handed to the store and not yet reported to be on the disk */
  readonly writing: Set<number>
  /** every chunk before it is here or asked for */
  next: number
  /** artifacts it was asked for through: there it may be handed on */
  readonly through: Set<number>
  readonly sources: Map<ConnectionId, Source>
  shownAt: number
}

export type Source = {
  /** chunks it may be asked for at once: one more with each that comes, one again when it is late */
  window: number
  /** gave bytes that are not what they should be: not asked again on this connection */
  isLiar: boolean
  /** does not have it, or not for us: asked again from then on */
  restUntil: number
}

/** One question on a connection, numbered. `index` −1 is the manifest. */
export type Ask = {
  readonly blob: string
  readonly index: number
  readonly connection: ConnectionId
  readonly at: number
}

/** Names the list of hashes where a chunk would be named. */
export const manifestIndex = -1
const widestWindow = 8
/** Milliseconds in which somebody who had nothing is not asked again. */
export const rest = 15_000
const showEvery = 250

/** Wants the bytes of a Leaf, from whoever has them, until they are here: also after a restart. */
export function startFetch(turn: Turn, { leaf, row }: Lying): Result<undefined> {
  const name = hex(leaf.address)
  if (turn.state.fetches.has(name) || heldBytes(turn, leaf.leaf)) return ok(undefined)
  const facts = factsOf(turn, row, leaf)
  if (!facts || turn.tables.notes.get(row.key, falseName(leaf.address))) {
    return refuse('PayloadNotLoaded', 'What it is said to be is not what there is.')
  }
  if (facts.size > room(turn)) return refuse('TooLarge', 'There is no room for it in this vault.')
  turn.tables.notes.put(row.key, wantName(leaf.address), new Uint8Array(0))
  turn.state.fetches.set(name, {
    leaf: leaf.leaf,
    address: leaf.address,
    size: facts.size,
    key: facts.key,
    manifest: undefined,
    isOpen: false,
    has: new Set(),
    writing: new Set(),
    next: 0,
    through: new Set(),
    sources: new Map(),
    shownAt: 0,
  })
  turn.effects.push({
    type: 'open-part',
    blob: { address: leaf.address, size: facts.size, key: facts.key },
    manifest: undefined,
  })
  turn.changes.leaves.add(leaf.leaf)
  return ok(undefined)
}

/** The part's file answered: with the manifest where one is held, and with what of it is here already. */
export function partOpened(
  turn: Turn,
  input: { address: Bytes; part: { manifest: Bytes; has: readonly number[] } | undefined },
): void {
  const fetch = turn.state.fetches.get(hex(input.address))
  const manifest = input.part && parseManifest(input.part.manifest)
  if (!fetch || !manifest) return
  fetch.manifest = manifest
  fetch.isOpen = true
  for (const index of input.part?.has ?? []) fetch.has.add(index)
  finishIfWhole(turn, fetch)
}

/** Bytes came, or the word that there are none: nothing is kept that is not exactly what was asked for. */
export function bytesCame(
  turn: Turn,
  input: { connection: ConnectionId; number: number; bytes: Bytes | undefined },
): void {
  const ask = turn.state.asks.get(input.number)
  if (!ask || ask.connection !== input.connection) return
  turn.state.asks.delete(input.number)
  const fetch = turn.state.fetches.get(ask.blob)
  const source = fetch?.sources.get(ask.connection)
  if (!fetch || !source) return
  if (!input.bytes) {
    fetch.next = Math.min(fetch.next, Math.max(0, ask.index))
    source.restUntil = turn.now + rest
  } else if (ask.index === manifestIndex) takeManifest(turn, fetch, source, input.bytes)
  else takeChunk(turn, fetch, source, ask.index, input.bytes)
}

function takeManifest(turn: Turn, fetch: Fetch, source: Source, bytes: Bytes): void {
  const manifest = equal(addressOf(bytes), fetch.address) ? parseManifest(bytes) : undefined
  if (!manifest) return distrust(turn, source)
  if (manifest.size !== fetch.size) return abandon(turn, fetch)
  fetch.manifest = manifest
  const { address, size, key } = fetch
  turn.effects.push({ type: 'open-part', blob: { address, size, key }, manifest: bytes })
}

function takeChunk(turn: Turn, fetch: Fetch, source: Source, index: number, bytes: Bytes): void {
  const { manifest, address } = fetch
  const isRight =
    manifest !== undefined &&
    bytes.length === sealedLength(manifest.size, index) &&
    equal(digest(bytes), hashAt(manifest, index))
  if (!isRight) {
    fetch.next = Math.min(fetch.next, index)
    return distrust(turn, source)
  }
  if (fetch.has.has(index) || fetch.writing.has(index)) return
  source.window = Math.min(widestWindow, source.window + 1)
  fetch.writing.add(index)
  turn.effects.push({ type: 'keep-chunk', address, index, bytes })
}

function distrust(turn: Turn, source: Source): void {
  source.isLiar = true
  turn.effects.push({ type: 'note', level: 'warn', text: 'a source gave bytes that are not what was asked for' })
}

export function chunkKept(turn: Turn, input: { address: Bytes; index: number }): void {
  const fetch = turn.state.fetches.get(hex(input.address))
  if (!fetch) return
  fetch.writing.delete(input.index)
  fetch.has.add(input.index)
  for (const job of turn.state.jobs.values()) {
    if ('until' in job && job.leaf === fetch.leaf) job.until = turn.now + patience
  }
  if (!finishIfWhole(turn, fetch) && turn.now - fetch.shownAt >= showEvery) show(turn, fetch, 'fetching')
}

function finishIfWhole(turn: Turn, fetch: Fetch): boolean {
  if (fetch.has.size < chunkCount(fetch.size)) return false
  turn.effects.push({ type: 'finish-part', address: fetch.address, hash: fromHex(fetch.leaf.slice(5)) })
  return true
}

/** All of it is on the disk, and it is what its name says; or its author lied, and nobody need fetch it again. */
export function partFinished(turn: Turn, input: { address: Bytes; isRight: boolean }): Fetch | undefined {
  const fetch = turn.state.fetches.get(hex(input.address))
  if (!fetch) return undefined
  if (!input.isRight) {
    abandon(turn, fetch)
    return undefined
  }
  endFetch(turn, fetch)
  const { address, leaf, size, key } = fetch
  turn.tables.blobs.put({ address, leaf, size, key })
  for (const artifact of fetch.through) turn.tables.blobs.use(address, artifact)
  show(turn, fetch, 'here')
  return fetch
}

/** What its entry says of it is not so: it is not asked for again. */
function abandon(turn: Turn, fetch: Fetch): void {
  for (const leaf of turn.tables.leaves.at(fetch.address)) {
    turn.tables.notes.put(leaf.artifact, falseName(fetch.address), new Uint8Array(0))
  }
  stopFetch(turn, fetch, refuse('PayloadNotLoaded', 'What it is said to be is not what there is.'))
}

/** Gives up; what came of it is deleted, and whoever waits is told why. */
export function stopFetch(turn: Turn, fetch: Fetch, why: Result<never>): void {
  endFetch(turn, fetch)
  turn.effects.push({ type: 'drop-blob', address: fetch.address })
  for (const [number, job] of turn.state.jobs)
    if ('leaf' in job && job.leaf === fetch.leaf) answerJob(turn, number, why)
  show(turn, fetch, 'stopped')
}

function endFetch(turn: Turn, fetch: Fetch): void {
  turn.state.fetches.delete(hex(fetch.address))
  for (const [number, ask] of turn.state.asks) {
    if (ask.blob !== hex(fetch.address)) continue
    turn.state.asks.delete(number)
    turn.effects.push({ type: 'forget-ask', connection: ask.connection, number })
  }
  for (const leaf of turn.tables.leaves.at(fetch.address))
    turn.tables.notes.drop(leaf.artifact, wantName(fetch.address))
}

function show(turn: Turn, fetch: Fetch, state: 'fetching' | 'here' | 'stopped'): void {
  fetch.shownAt = turn.now
  turn.effects.push({ type: 'push', event: { type: 'transfer', transfer: transferView(turn, fetch, state) } })
  if (state !== 'fetching') turn.changes.leaves.add(fetch.leaf)
}

export function transferView(turn: Turn, fetch: Fetch, state: 'fetching' | 'here' | 'stopped' = 'fetching') {
  const chunks = chunkCount(fetch.size)
  const received = fetch.has.size === chunks ? fetch.size : Math.floor((fetch.size * fetch.has.size) / chunks)
  const sources = new Set(
    [...turn.state.asks.values()].filter((ask) => ask.blob === hex(fetch.address)).map((ask) => ask.connection),
  )
  return { id: fetch.leaf, state, received, size: fetch.size, sources: sources.size }
}

function falseName(address: Bytes): string {
  return `false:${hex(address)}`
}
