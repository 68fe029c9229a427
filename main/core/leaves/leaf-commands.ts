import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import type { ArtifactId } from '../../../shared/ids.ts'
import { hex } from '../../crypto/bytes.ts'
import type { Turn } from '../state.ts'
import { heldBytes, quota, setQuota } from './bytes-held.ts'
import { startFetch, stopFetch, transferView } from './fetching.ts'
import { isAbsolute } from './importing.ts'
import { answerJob, type Later, later, openJob, patience } from './jobs.ts'
import { factsOf } from './leaf.ts'
import { type Lying, leafNamed, mayKeepLeaf, mayOpen } from './leaf-access.ts'

/** Permission is decided before availability. What is missing is fetched; answered when the file is durable. */
export function save(turn: Turn, args: Args<'artifact.save'>): Result<Record<string, never>> | Later {
  const found = lyingAt(turn, args.id)
  if (!found.ok) return found
  if (!mayKeepLeaf(turn, args.id)) {
    return refuse(found.value.leaf.state === 'recalled' ? 'ArtifactRecalled' : 'NotPermitted')
  }
  if (!isAbsolute(args.path)) return refuse('InvalidArguments', 'The path has to be a whole one, from the root.')
  const refusal = demand(turn, found.value)
  if (refusal) return refusal
  const job = openJob(turn, { work: 'save', leaf: args.id, path: args.path, until: turn.now + patience })
  goOn(turn, job)
  return later
}

/** Fetches what is missing and says so when it is here: to look at, not to keep. */
export function fetch(turn: Turn, args: Args<'artifact.fetch'>): Result<Value<'artifact.fetch'>> | Later {
  const found = lyingAt(turn, args.id)
  if (!found.ok) return found
  if (!mayOpen(turn, found.value)) return refuse('ArtifactRecalled')
  const refusal = demand(turn, found.value)
  if (refusal) return refusal
  if (heldBytes(turn, args.id)) return fetched(turn, args.id)
  openJob(turn, { work: 'fetch', leaf: args.id, until: turn.now + patience })
  return later
}

/** Attending to a Leaf is what its bytes are fetched for. */
export function attendLeaf(turn: Turn, lying: Lying): void {
  if (mayOpen(turn, lying)) startFetch(turn, lying)
}

export function cancel(turn: Turn, args: Args<'artifact.cancel'>): Result<Record<string, never>> {
  for (const each of turn.state.fetches.values()) {
    if (each.leaf === args.id) stopFetch(turn, each, refuse('PayloadNotLoaded', 'Fetching it was stopped.'))
  }
  return ok({})
}

export function transfers(turn: Turn): Value<'artifact.transfers'> {
  return [...turn.state.fetches.values()].map((each) => transferView(turn, each))
}

export function room(turn: Turn, args: Args<'vault.room'>): Result<Value<'vault.room'>> {
  if (args.bytes !== undefined) setQuota(turn, args.bytes)
  return ok({ bytes: quota(turn), used: turn.tables.blobs.total() })
}

/** Jobs that waited for these bytes go on. */
export function bytesHere(turn: Turn, leaf: ArtifactId): void {
  for (const [number, job] of turn.state.jobs) if ('leaf' in job && job.leaf === leaf) goOn(turn, number)
}

/** Nobody waits without end. The bytes are still wanted. */
export function dismissJobs(turn: Turn): void {
  for (const [number, job] of turn.state.jobs) {
    if ('until' in job && turn.now >= job.until) answerJob(turn, number, refuse('PayloadNotLoaded'))
  }
}

export function exported(turn: Turn, input: { job: number; result: Result<undefined> }): void {
  answerJob(turn, input.job, input.result.ok ? ok({}) : input.result)
}

function goOn(turn: Turn, number: number): void {
  const job = turn.state.jobs.get(number)
  const blob = job && 'leaf' in job ? heldBytes(turn, job.leaf) : undefined
  if (!job || !blob) return
  if (job.work === 'fetch') return answerJob(turn, number, fetched(turn, job.leaf))
  if (job.work !== 'save') return
  turn.state.jobs.set(number, { client: job.client, call: job.call, work: 'export' })
  const { address, size, key } = blob
  turn.effects.push({ type: 'export-blob', job: number, blob: { address, size, key }, path: job.path })
}

function fetched(turn: Turn, id: ArtifactId): Result<Value<'artifact.fetch'>> {
  const lying = leafNamed(turn, id)
  const facts = lying && factsOf(turn, lying.row, lying.leaf)
  if (!facts) return refuse('ArtifactNotFound')
  return ok({ id, size: facts.size, mime: facts.mime, name: facts.name })
}

function demand(turn: Turn, lying: Lying) {
  const started = startFetch(turn, lying)
  return started.ok ? undefined : started
}

function lyingAt(turn: Turn, id: ArtifactId): Result<Lying> {
  if (!id.startsWith('blob:')) return refuse('InvalidArguments', 'Only a Leaf has bytes of its own.')
  const lying = leafNamed(turn, id)
  return lying ? ok(lying) : refuse('ArtifactNotFound')
}

/** The store found that what it keeps is not what it was: what is right of it stays, the rest comes again. */
export function damaged(turn: Turn, input: { address: Uint8Array }): void {
  const blob = turn.tables.blobs.get(input.address)
  if (!blob) return
  turn.tables.blobs.drop(input.address)
  turn.effects.push({ type: 'demote-blob', address: input.address })
  const lying = turn.tables.leaves
    .at(input.address)
    .flatMap((leaf) => {
      const row = turn.tables.artifacts.byKey(leaf.artifact)
      return row ? [{ leaf, row }] : []
    })
    .find((each) => mayOpen(turn, each))
  if (lying) startFetch(turn, lying)
  turn.effects.push({
    type: 'note',
    level: 'warn',
    text: 'a kept file was damaged',
    about: { blob: hex(input.address) },
  })
}
