import type { Bytes } from '../../crypto/bytes.ts'
import type { Rule } from './change-queue.ts'
import { type Decoded, decodedChange, isSoundOn, type Named } from './change-rule.ts'
import { applyUnknown, type Engine } from './live-document.ts'

type Added = { readonly maxOp: number; readonly below: readonly string[] }

/**
 * The rule of the documents that are registers only. What is accepted is gathered and given to the engine at once, for
 * applying costs the length of the document: as long as a change touches no key that a gathered one does, what stood
 * there before it is what stands in the engine at the changes below.
 */
export function registerRule(engine: Engine): Rule {
  let added = new Map<string, Added>()
  let keys = new Set<string>()
  let last = new Map<string, string>()
  let gathered: Bytes[] = []

  const named: Named = {
    maxOp: (hash) => added.get(hash)?.maxOp ?? engine.getChangeMetaByHash(hash)?.maxOp,
    below: (hashes) => [...new Set(hashes.flatMap((hash) => added.get(hash)?.below ?? [hash]))],
  }

  function give(): void {
    applyUnknown(engine, gathered)
    added = new Map()
    keys = new Set()
    last = new Map()
    gathered = []
  }

  /** Nothing gathered can matter to it, but that its author's changes follow each other. */
  function isApart({ ops, actor, deps }: Decoded): boolean {
    const own = last.get(actor)
    return (own === undefined || deps.includes(own)) && ops.every(({ obj, key }) => obj !== '_root' || !keys.has(key))
  }

  function gather(change: Decoded, bytes: Bytes): void {
    added.set(change.hash, { maxOp: change.startOp + change.ops.length - 1, below: named.below(change.deps) })
    last.set(change.actor, change.hash)
    gathered.push(bytes)
    for (const { obj, key } of change.ops) if (obj === '_root') keys.add(key)
  }

  return {
    knows: (hash) => added.has(hash) || engine.getChangeMetaByHash(hash) !== null,
    accepts(bytes) {
      const change = decodedChange(bytes)
      if (!change) return false
      if (!isApart(change)) give()
      if (!isSoundOn(engine, change, named)) return false
      if (!engine.getChangeMetaByHash(change.hash)) gather(change, bytes)
      return true
    },
  }
}
