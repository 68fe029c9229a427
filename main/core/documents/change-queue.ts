import type { Bytes } from '../../crypto/bytes.ts'
import { readChangeHeader } from './change-header.ts'

/** A change in its author's log that is not decided yet. */
export type Waiting = { readonly log: number; readonly seq: number; readonly hash: Bytes; readonly change: Bytes }

/** What one log has in a document: how many changes, and what they cost everyone together. */
export type Tally = { readonly count: number; readonly cost: number }

/** `isMore`: something was left for another time, because the work of this one was done. */
export type Verdicts = {
  readonly accepted: readonly Waiting[]
  readonly refused: readonly Waiting[]
  readonly isMore: boolean
}

/** Decides the changes of one document: each from itself and the past it names. */
export type Rule = {
  /** is this change, named by its hash, among what was accepted? */
  knows(hash: string): boolean
  /** accepts it, or says that it is not sound */
  accepts(change: Bytes): boolean
}

/** Of one author in one document: 64 MiB, an operation counted as bytes it takes where it cannot be packed. */
const costLimit = 67_108_864
const operationCost = 8

/** Operations looked at in one go, before others get a turn: a fraction of a second's work. */
const mostOperations = 12_000

/**
 * Decides as much of the queues as can be decided: each log's changes in their order, each as soon as all it depends on
 * is in the document. What depends on something refused, or never heard of, waits for ever and stops no other log.
 */
export function decide(rule: Rule, queues: readonly (readonly Waiting[])[], tallies: Map<number, Tally>): Verdicts {
  const accepted: Waiting[] = []
  const refused: Waiting[] = []
  const left = queues.map((queue) => [...queue])
  let operations = 0
  for (let before = -1; before !== accepted.length; ) {
    before = accepted.length
    for (const queue of left) {
      for (let next = queue[0]; next; next = queue[0]) {
        if (operations > mostOperations) return { accepted, refused, isMore: true }
        const verdict = judgeChange(rule, next, tallies.get(next.log) ?? { count: 0, cost: 0 })
        if (verdict === 'wait') break
        queue.shift()
        operations += 20 + (readChangeHeader(next.change)?.operations ?? 0)
        if (verdict) tallies.set(next.log, verdict)
        ;(verdict ? accepted : refused).push(next)
      }
    }
  }
  return { accepted, refused, isMore: false }
}

/** The log's tally with this change, nothing when it is refused. */
function judgeChange(rule: Rule, { change }: Waiting, tally: Tally): Tally | 'wait' | undefined {
  const header = readChangeHeader(change)
  const cost = tally.cost + costOf(change)
  if (header?.seq !== tally.count + 1 || cost > costLimit) return undefined
  if (header.dependencies.some((dependency) => !rule.knows(dependency))) return 'wait'
  return rule.accepts(change) ? { count: header.seq, cost } : undefined
}

/** Where nobody else may write, all there is was made here. */
export function trust(queues: readonly (readonly Waiting[])[], tallies: Map<number, Tally>): Verdicts {
  const accepted = queues.flat()
  for (const { log, change } of accepted) {
    const { count, cost } = tallies.get(log) ?? { count: 0, cost: 0 }
    tallies.set(log, { count: count + 1, cost: cost + costOf(change) })
  }
  return { accepted, refused: [], isMore: false }
}

function costOf(change: Bytes): number {
  return change.length + operationCost * (readChangeHeader(change)?.operations ?? 0)
}
