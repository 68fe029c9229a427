import { refuse } from '../../../shared/fault.ts'
import { type Bytes, hex } from '../../crypto/bytes.ts'
import { chunkCount, manifestLength, sealedLength } from '../../crypto/chunks.ts'
import { type Fetch, manifestIndex, rest, type Source, stopFetch } from '../leaves/fetching.ts'
import { isReferred } from '../leaves/leaf-access.ts'
import type { Session } from '../meeting/session.ts'
import type { Turn } from '../state.ts'
import { isShared, nameOn } from './sharing.ts'

const firstWindow = 2
/** Milliseconds for one chunk: a line of 20 kB/s brings it in that. */
const chunkPatience = 60_000

/** At the end of a step: asks everyone who may have something for as much as they may be asked for. */
export function pumpFetches(turn: Turn): void {
  dropLate(turn)
  for (const fetch of turn.state.fetches.values()) {
    if (!isReferred(turn, fetch.address)) {
      stopFetch(turn, fetch, refuse('ArtifactNotFound'))
      continue
    }
    const sources = sourcesOf(turn, fetch)
    for (let isAsking = true; isAsking; ) {
      isAsking = false
      for (const source of sources) isAsking = askOne(turn, fetch, source) || isAsking
    }
  }
}

type Reachable = { readonly session: Session; readonly name: Bytes; readonly artifact: number; readonly source: Source }

/** Connected members of anything it lies in, who are not known to lack it or to lie. */
function sourcesOf(turn: Turn, fetch: Fetch): Reachable[] {
  const rows = turn.tables.leaves
    .at(fetch.address)
    .filter((leaf) => leaf.state === 'here')
    .flatMap((leaf) => turn.tables.artifacts.byKey(leaf.artifact) ?? [])
  const found: Reachable[] = []
  for (const session of turn.state.sessions.values()) {
    const row = session.player && rows.find((each) => isShared(turn, session, each))
    if (!row) continue
    const source = fetch.sources.get(session.connection) ?? { window: firstWindow, isLiar: false, restUntil: 0 }
    fetch.sources.set(session.connection, source)
    if (source.isLiar || source.restUntil > turn.now) continue
    found.push({ session, name: nameOn(session, row), artifact: row.key, source })
  }
  return found
}

function askOne(turn: Turn, fetch: Fetch, { session, name, artifact, source }: Reachable): boolean {
  const blob = hex(fetch.address)
  const open = [...turn.state.asks.values()].filter((ask) => ask.blob === blob)
  const mine = open.filter((ask) => ask.connection === session.connection).length
  const isManifest = fetch.manifest === undefined
  if (isManifest ? open.length > 0 : !fetch.isOpen || mine >= source.window) return false
  const index = isManifest ? manifestIndex : nextMissing(turn, fetch, blob)
  if (index === undefined) return false
  const number = turn.state.askCount
  turn.state.askCount += 1
  turn.state.asks.set(number, { blob, index, connection: session.connection, at: turn.now })
  fetch.through.add(artifact)
  const limit = isManifest ? manifestLength(fetch.size) : sealedLength(fetch.size, index)
  turn.effects.push({
    type: 'ask-bytes',
    connection: session.connection,
    number,
    name,
    address: fetch.address,
    index,
    limit,
  })
  return true
}

function nextMissing(turn: Turn, fetch: Fetch, blob: string): number | undefined {
  const asked = new Set([...turn.state.asks.values()].filter((ask) => ask.blob === blob).map((ask) => ask.index))
  for (; fetch.next < chunkCount(fetch.size); fetch.next += 1) {
    if (fetch.has.has(fetch.next) || fetch.writing.has(fetch.next) || asked.has(fetch.next)) continue
    fetch.next += 1
    return fetch.next - 1
  }
  return undefined
}

/** What was asked of somebody who left or does not answer is asked of others. */
function dropLate(turn: Turn): void {
  for (const [number, ask] of turn.state.asks) {
    const isThere = turn.state.sessions.has(ask.connection)
    if (isThere && turn.now - ask.at < chunkPatience) continue
    turn.state.asks.delete(number)
    const fetch = turn.state.fetches.get(ask.blob)
    const source = fetch?.sources.get(ask.connection)
    if (fetch) fetch.next = Math.min(fetch.next, Math.max(0, ask.index))
    if (source) Object.assign(source, { window: 1, restUntil: turn.now + rest })
    if (isThere) turn.effects.push({ type: 'forget-ask', connection: ask.connection, number })
    else fetch?.sources.delete(ask.connection)
  }
}

/** When something has to be looked at again though nothing happened. */
export function nextFetching(turn: Turn): number | undefined {
  const asks = [...turn.state.asks.values()].map((ask) => ask.at + chunkPatience)
  const rests = [...turn.state.fetches.values()].flatMap((fetch) =>
    [...fetch.sources.values()].map((source) => source.restUntil).filter((at) => at > turn.now),
  )
  const jobs = [...turn.state.jobs.values()].flatMap((job) => ('until' in job ? job.until : []))
  const times = [...asks, ...rests, ...jobs]
  return times.length > 0 ? Math.min(...times) : undefined
}
