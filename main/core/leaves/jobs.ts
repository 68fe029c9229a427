import type { Result } from '../../../shared/fault.ts'
import type { ArtifactId } from '../../../shared/ids.ts'
import type { Bytes } from '../../crypto/bytes.ts'
import type { Turn } from '../state.ts'

/**
 * A command whose answer comes later: its handler says so, an effect does the work, an input reports, and the answer is
 * given then. What waits is part of the state, so nobody is left without one: when the state is thrown away, `run`
 * answers for it.
 */
export const later = Symbol('answered later')
export type Later = typeof later

export type Job = {
  readonly client: number
  readonly call: number
} & Work

export type Work =
  | {
      readonly work: 'import'
      readonly key: Bytes
      readonly name: string
      readonly parent: number
      readonly label: string | undefined
      readonly position: number | undefined
    }
  /** waits for bytes; `until` moves on with every piece that comes */
  | { readonly work: 'fetch'; readonly leaf: ArtifactId; until: number }
  | { readonly work: 'save'; readonly leaf: ArtifactId; readonly path: string; until: number }
  | { readonly work: 'export' }

/** Milliseconds in which something has to come: after that, whoever waits is told. */
export const patience = 10_000

export function openJob(turn: Turn, work: Work): number {
  const { asked } = turn
  if (!asked) throw new Error('nobody asked')
  const number = turn.state.jobCount
  turn.state.jobCount += 1
  turn.state.jobs.set(number, { ...asked, ...work })
  return number
}

export function answerJob(turn: Turn, number: number, result: Result<unknown>): void {
  const job = turn.state.jobs.get(number)
  if (!job) return
  turn.state.jobs.delete(number)
  turn.effects.push({ type: 'answer', client: job.client, call: job.call, result })
}
